import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingState } from '../api/types';

const COLOR: Record<MeetingState, string> = {
  draft: 'var(--quiet)',
  scheduled: 'var(--quiet)',
  rehearsal: 'var(--good)',
  open: 'var(--good)',
  live: 'var(--on-air-text)',
  ended: 'var(--quiet)',
  postponed: 'var(--fair)',
  cancelled: 'var(--fair)',
};

function Shape({ state }: { state: MeetingState }): ReactNode {
  switch (state) {
    case 'draft':
      return <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="2.600 2.600" />;
    case 'rehearsal':
      return <path d="M2 12L7 2l5 10zM4.500 8h5" fill="none" stroke="currentColor" strokeWidth="1.800" />;
    case 'scheduled':
      return <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" />;
    case 'open':
      return <path d="M2 2h7v10H2zM9 7h4M11 5l2 2-2 2" fill="none" stroke="currentColor" strokeWidth="1.800" />;
    case 'live':
      return <circle cx="7" cy="7" r="6" fill="currentColor" />;
    case 'ended':
      return <path d="M2 7.500l3.500 3.500L12 3.500" fill="none" stroke="currentColor" strokeWidth="2.400" />;
    case 'postponed':
      return <path d="M4 2v10M10 2v10" stroke="currentColor" strokeWidth="3" />;
    case 'cancelled':
      return <path d="M2.500 2.500l9 9M11.500 2.500l-9 9" stroke="currentColor" strokeWidth="2.600" />;
  }
}

/** A meeting's state: a word with a shape of its own. */
export function StateBadge({ state }: { state: MeetingState }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="light" style={{ color: COLOR[state], fontWeight: 600 }} data-state={state}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <Shape state={state} />
      </svg>
      <span>{t(`state.${state}`)}</span>
    </span>
  );
}
