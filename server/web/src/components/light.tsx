import type { ReactNode } from 'react';
import type { Light } from '../room/state';

/** The light of a site: a shape for each colour, so that it reads without colour too. */
export function LightShape({ light, size = 14 }: { light: Light; size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" fill="currentColor" aria-hidden="true">
      {light === 'good' && <circle cx="7" cy="7" r="5.500" />}
      {light === 'fair' && <path d="M7 1l6.500 12h-13z" />}
      {light === 'bad' && <rect x="1.500" y="1.500" width="11" height="11" />}
      {light === 'absent' && <rect x="2" y="6" width="10" height="2.400" />}
    </svg>
  );
}

export function LightMark({ light, children }: { light: Light; children: ReactNode }): ReactNode {
  return (
    <span className={`light light-${light}`}>
      <LightShape light={light} />
      <span>{children}</span>
    </span>
  );
}
