import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { LightShape } from '../components/light';
import { currentLanguage } from '../i18n';
import { sentenceOf, type Branch, type HealthSite, type Light, type Snapshot } from '../lib/health';
import type { Light as Shape } from '../room/state';

const SHAPE: Record<Light, Shape> = { unknown: 'absent', good: 'good', fair: 'fair', poor: 'bad', lost: 'bad', absent: 'absent' };
export const shapeOf = (light: Light): Shape => SHAPE[light];

interface SquareProps {
  site: HealthSite;
  words: Snapshot['words'];
  language: 'vi' | 'en';
}

/** One site: colour and shape are its light, the bar below its voice, a dot while it speaks. Drawn anew only when it changed. */
const Square = memo(function Square({ site, words, language }: SquareProps): ReactNode {
  const what = `${site.name}: ${sentenceOf(site, words, language)}`;
  return (
    <li>
      <Link
        to={`/board/sites/${encodeURIComponent(site.endpoint)}`}
        className={`board-square light light-${shapeOf(site.light)}`}
        data-light={site.light}
        data-site={site.endpoint}
        title={what}
        aria-label={what}
      >
        <LightShape light={shapeOf(site.light)} size={18} />
        <i className="board-level" style={{ transform: `scaleX(${site.mic ? site.level / 5 : 0})` }} />
        {site.speaking && <i className="board-dot" />}
      </Link>
    </li>
  );
});

/** The wall: a square for each site, by branch. */
export function BoardWall({ branches, words }: { branches: Branch[]; words: Snapshot['words'] }): ReactNode {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <section className="board-wall" aria-label={t('board.wall')}>
      {branches.map((branch) => (
        <div key={branch.id} className="board-branch">
          {branches.length > 1 && <h3>{branch.name || t('board.here')}</h3>}
          <ul>
            {branch.sites.map((site) => (
              <Square key={site.endpoint} site={site} words={words} language={language} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
