import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting, Rehearsal } from '../api/types';
import { useQuery } from '../api/use-query';
import { isRunning } from '../lib/meetings';
import type { Seat } from '../room/protocol';
import { census } from '../room/state';
import { LightMark } from './light';
import './readiness.css';

/** Is it ready: who is there while it runs, the result of the rehearsal before. */
export function Readiness({ meeting }: { meeting: Meeting }): ReactNode {
  const { t } = useTranslation();
  if (isRunning(meeting)) return <Present meeting={meeting.id} />;
  if (meeting.state !== 'scheduled') return null;
  if (!meeting.rehearsal) return <span className="quiet">{t('meetings.notRehearsed')}</span>;
  return <RehearsalResult result={meeting.rehearsal} />;
}

export function RehearsalResult({ result, label = true }: { result: Rehearsal; label?: boolean }): ReactNode {
  const { t } = useTranslation();
  const counts = [
    ['good', result.good],
    ['fair', result.fair],
    ['bad', result.bad],
    ['absent', result.absent],
  ] as const;
  const words = counts.map(([light, n]) => `${n} ${t(`light.${light}`)}`).join(', ');
  return (
    <span className="meeting-ready" title={words} aria-label={`${t('meetings.rehearsalResult')} ${words}`} role="img">
      {label && <span>{t('meetings.rehearsalResult')}</span>}
      {counts.map(([light, n]) => (
        <LightMark key={light} light={light}>
          {n}
        </LightMark>
      ))}
    </span>
  );
}

function Present({ meeting }: { meeting: string }): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery<{ seats: Seat[] }>(`/meetings/${meeting}/seats`, 10_000);
  if (!data) return null;
  const sum = census(data.seats);
  const words = [t('meetings.ready', { ...sum }), t('control.fair', { n: sum.fair }), t('control.bad', { n: sum.bad })].join(', ');
  return (
    <span className="meeting-ready" title={words} aria-label={words} role="img">
      <LightMark light="good">{t('meetings.ready', { ...sum })}</LightMark>
      {sum.fair > 0 && <LightMark light="fair">{sum.fair}</LightMark>}
      {sum.bad > 0 && <LightMark light="bad">{sum.bad}</LightMark>}
    </span>
  );
}
