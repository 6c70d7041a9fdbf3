import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { LightMark } from '../components/light';
import { currentLanguage } from '../i18n';
import { duration, sentenceOf, type HealthSite, type Snapshot } from '../lib/health';
import { shapeOf } from './board-wall';

interface IllProps {
  sites: HealthSite[];
  words: Snapshot['words'];
  at: number;
  nameOf: (endpoint: string) => string;
}

const percent = (permille: number | null): string => (permille === null ? '–' : decimal(permille));
const decimal = (permille: number): string => (permille / 10).toFixed(permille < 100 ? 1 : 0).replace('.', currentLanguage() === 'vi' ? ',' : '.');

/** The sites that need somebody: what it is, why, since when, and whom to call. The gravest first. */
export function BoardIll({ sites, words, at, nameOf }: IllProps): ReactNode {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <section aria-label={t('board.ill', { n: sites.length })}>
      <h2 className="board-head">{t('board.ill', { n: sites.length })}</h2>
      {sites.length === 0 && <LightMark light="good">{t('board.allWell')}</LightMark>}
      <ul className="board-lines">
        {sites.map((site) => (
          <li key={site.endpoint} data-site={site.endpoint}>
            <div>
              <strong>{site.name}</strong>{' '}
              <span className="quiet">{t('board.forTime', { time: duration(at - site.since) })}</span>
              <LightMark light={shapeOf(site.light)}>{sentenceOf(site, words, language)}</LightMark>
              <span className="quiet board-small">
                {site.cause?.peer && `${t('board.together', { name: nameOf(site.cause.peer) })} · `}
                {site.cause && `${t('board.sure', { n: site.cause.confidence })} · `}
                {t('board.figures', {
                  up: percent(site.loss.up),
                  down: percent(site.loss.down),
                  rtt: site.rtt ?? t('board.noRtt'),
                })}
                {site.tcp && ` · ${t('board.tcp')}`}
              </span>
            </div>
            <div className="board-buttons">
              {site.phone && (
                <Button component="a" href={`tel:${site.phone.replace(/\s/g, '')}`} variant="light">
                  ☎ {site.phone}
                </Button>
              )}
              <Button component={Link} to={`/board/sites/${encodeURIComponent(site.endpoint)}`} variant="default">
                {t('board.history')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
