import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { LightShape } from '../components/light';
import { currentLanguage } from '../i18n';
import { sentenceOf, type Branch, type HealthSite, type Snapshot } from '../lib/health';
import { shapeOf } from './board-light';
import { PeekCard, usePeek } from './board-peek';

export { shapeOf } from './board-light';

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
        aria-label={what}
      >
        <LightShape light={shapeOf(site.light)} size={18} />
        <i className="board-level" style={{ transform: `scaleX(${site.mic ? site.level / 5 : 0})` }} />
        {site.speaking && <i className="board-dot" />}
      </Link>
    </li>
  );
});

/** The wall: a square for each site, by branch; what its camera shows of the one that is looked at. */
export function BoardWall({ branches, words }: { branches: Branch[]; words: Snapshot['words'] }): ReactNode {
  const { t } = useTranslation();
  const language = currentLanguage();
  const { peek, handlers, close } = usePeek();
  const looked = peek && branches.flatMap((b) => b.sites).find((s) => s.endpoint === peek.endpoint);
  return (
    <section className="board-wall" aria-label={t('board.wall')} {...handlers}>
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
      {peek && looked && <PeekCard peek={peek} site={looked} words={words} onClose={close} />}
    </section>
  );
}
