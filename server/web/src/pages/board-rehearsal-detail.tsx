import { Modal } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEarlierRuns, useRehearsal } from '../api/use-rehearsal';
import { LightMark } from '../components/light';
import { currentLanguage } from '../i18n';
import { adviceOf, showLoss, type TrialRow, type TrialRun } from '../lib/rehearsal';
import { formatDate, formatTime } from '../lib/time';
import { LineTable } from './room-test-steps';
import './board-rehearsal.css';
import './room-test.css';

type AdviceWords = Record<string, { vi: string; en: string }>;
const LIGHT = { good: 'good', fair: 'fair', bad: 'bad', none: 'absent' } as const;

/** All that a room's last test found. */
export function RehearsalDetail({ meeting, row, words, onClose }: { meeting: string; row: TrialRow | null; words: AdviceWords; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Modal opened={row !== null} onClose={onClose} size="lg" title={row ? t('rehearsal.detail.title', { name: row.name }) : ''} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {row && <TrialResult meeting={meeting} row={row} words={words} />}
    </Modal>
  );
}

/** On a site's own page: what its rehearsal found. */
export function SiteRehearsal({ meeting, endpoint }: { meeting: string; endpoint: string }): ReactNode {
  const { t } = useTranslation();
  const { trial } = useRehearsal(meeting);
  const row = trial?.rows.get(endpoint);
  if (!trial || !row) return null;
  return (
    <section aria-label={t('rehearsal.title')} data-rehearsal={row.light}>
      <h2 className="board-head">{t('rehearsal.title')}</h2>
      <TrialResult meeting={meeting} row={row} words={trial.words.advice} />
      {row.note && <p className="board-note">{row.note}</p>}
    </section>
  );
}

function TrialResult({ meeting, row, words }: { meeting: string; row: TrialRow; words: AdviceWords }): ReactNode {
  const { t } = useTranslation();
  const at = row.at === null ? null : new Date(row.at);
  return (
    <div className="trial-detail" data-detail={row.endpoint}>
      <p>
        <LightMark light={LIGHT[row.light]}>{t(`rehearsal.state.${row.light}`)}</LightMark>{' '}
        {at && <span className="quiet">{t('rehearsal.detail.at', { time: `${formatTime(at)} ${formatDate(at)}`, n: row.runs })}</span>}
      </p>
      <Advice run={row} words={words} />
      {row.result ? <Parts result={row.result} /> : <p className="quiet">{t('rehearsal.notYet')}</p>}
      {row.runs > 1 && <EarlierRuns key={row.endpoint} meeting={meeting} row={row} words={words} />}
    </div>
  );
}

function Advice({ run, words }: { run: TrialRun; words: AdviceWords }): ReactNode {
  const advice = adviceOf(run, words, currentLanguage());
  if (advice.length === 0) return null;
  return (
    <ul>
      {advice.map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}

/** The runs before the last, read when somebody opens them. */
function EarlierRuns({ meeting, row, words }: { meeting: string; row: TrialRow; words: AdviceWords }): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const runs = useEarlierRuns(open ? meeting : null, row.endpoint, row.runs);
  return (
    <details className="trial-runs" data-runs={row.endpoint} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('rehearsal.detail.earlier')}</summary>
      {runs === null && <p className="quiet">{t('app.loading')}</p>}
      {runs === 'failed' && <p role="alert">{t('rehearsal.detail.earlierFailed')}</p>}
      {Array.isArray(runs) &&
        runs.map((run) => (
          <details key={run.at} data-run={run.light}>
            <summary>
              <LightMark light={LIGHT[run.light]}>{t(`rehearsal.state.${run.light}`)}</LightMark>{' '}
              {run.at !== null && <span className="quiet">{`${formatTime(new Date(run.at))} ${formatDate(new Date(run.at))}`}</span>}
            </summary>
            <Advice run={run} words={words} />
            {run.result && <Parts result={run.result} />}
          </details>
        ))}
    </details>
  );
}

type Result = NonNullable<TrialRow['result']>;

function partsOf(result: Result, t: TFunction): [string, string][] {
  const { devices, mic, camera, speaker, echo, loop, reach, line, relay } = result;
  const rows: [string, string | null | undefined][] = [
    [t('rehearsal.detail.microphone'), mic && [micWords(mic, t), devices?.microphone].filter(Boolean).join(' · ')],
    [t('rehearsal.detail.camera'), camera && [cameraWords(camera, t), devices?.camera].filter(Boolean).join(' · ')],
    [t('rehearsal.detail.speaker'), speaker && [t(`rehearsal.detail.answer.${speaker}`), devices?.speaker].filter(Boolean).join(' · ')],
    [t('rehearsal.detail.echo'), echo && t(echo.ok ? 'rehearsal.detail.echoNo' : 'rehearsal.detail.echoYes')],
    [t('rehearsal.detail.loop'), loop && `${t(loop.seen ? 'rehearsal.detail.seen' : 'rehearsal.detail.unseen')}, ${t(loop.heard ? 'rehearsal.detail.heard' : 'rehearsal.detail.unheard')}`],
    [t('rehearsal.detail.reach'), reach && reachWords(reach, t)],
    [t('rehearsal.detail.network'), line && t(`board.site.network.${line.network ?? 'unknown'}`)],
    [t('rehearsal.detail.relay'), relay && relayWords(relay, t)],
  ];
  return rows.filter((row): row is [string, string] => Boolean(row[1]));
}

function micWords(mic: NonNullable<Result['mic']>, t: TFunction): string {
  if (mic.level === undefined || mic.level >= 127) return t(mic.ok ? 'rehearsal.detail.works' : 'rehearsal.detail.micNone');
  return t(mic.ok ? 'rehearsal.detail.level' : 'rehearsal.detail.micBad', { n: mic.level });
}

function cameraWords(camera: NonNullable<Result['camera']>, t: TFunction): string {
  if (camera.dark) return t('rehearsal.detail.dark');
  if (!camera.ok) return t('rehearsal.detail.noCamera');
  return camera.height ? t('rehearsal.detail.height', { n: camera.height }) : t('rehearsal.detail.works');
}

function reachWords(reach: NonNullable<Result['reach']>, t: TFunction): string {
  const ways = [
    ['UDP', reach.udp],
    ['TCP', reach.tcp],
  ] as const;
  return ways.flatMap(([way, open]) => (open === undefined ? [] : [t(open ? 'rehearsal.detail.open' : 'rehearsal.detail.shut', { way })])).join(' · ');
}

function relayWords(relay: NonNullable<Result['relay']>, t: TFunction): string {
  const language = currentLanguage();
  return t('rehearsal.detail.relayFigures', { up: showLoss(relay.up_loss, language).replace(' %', ''), down: showLoss(relay.down_loss, language).replace(' %', ''), rtt: relay.rtt_ms ?? '–' });
}

function Parts({ result }: { result: Result }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <dl>
        {partsOf(result, t).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {result.line && <LineTable line={result.line} />}
    </>
  );
}
