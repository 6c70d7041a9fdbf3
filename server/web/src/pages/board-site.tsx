import { Button, Group, SegmentedControl, Select, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useHealth, useHealthConnection, useWatched } from '../api/health-socket';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { SitePicture } from '../components/site-picture';
import { Failed, Loading } from '../components/states';
import { TimeChart, type Mark } from '../components/time-chart';
import { useTitle } from '../components/use-now';
import { currentLanguage } from '../i18n';
import { sentenceOf, seriesColumns, type Alarm, type Column, type HealthSite, type Series } from '../lib/health';
import { BoardCapture } from './board-capture';
import { BoardDevices } from './board-devices';
import { SiteRehearsal } from './board-rehearsal-detail';
import { BoardStreams } from './board-streams';
import { shapeOf } from './board-wall';
import './board.css';

const MINUTE = 60_000;
const SPANS = { m10: 10 * MINUTE, h1: 60 * MINUTE, d1: 24 * 60 * MINUTE, w1: 7 * 24 * 60 * MINUTE, y1: 365 * 24 * 60 * MINUTE } as const;
type Span = keyof typeof SPANS;
const REFRESH_MS: Record<Span, number> = { m10: 2_000, h1: 10_000, d1: 60_000, w1: 0, y1: 0 };

const CHARTS = {
  loss: { loss_up: ['loss_up'], loss_down: ['loss_down'] },
  delay: { rtt: ['rtt'], jitter_up: ['jitter_up_100us', 10], jitter_down: ['jitter_down_100us', 10] },
  rate: { kbps_up: ['kbps_up'], kbps_down: ['kbps_down'], estimate: ['estimate_kbps'] },
  picture: { height_up: ['height_up'], fps_up: ['fps_up'], height_down: ['height_down'] },
  frozen: { frozen_up: ['frozen_up_ms'], frozen_down: ['frozen_down_ms'] },
  score: { score_up: ['score_up'], score_down: ['score_down'] },
  level: { level: ['level'] },
} as const satisfies Record<string, Record<string, Column>>;
type Chart = keyof typeof CHARTS;

interface SiteEvent {
  at: number;
  action: string;
  actor: string;
}

interface SiteDetail {
  site: HealthSite;
  transport: { id: string; state: string; address: string | null; tcp: boolean; since_ms: number } | null;
  sdp: string | null;
  candidates: string[];
}

/** One site: what it has, why, and how its line was; beside another one where that helps. */
export default function BoardSite(): ReactNode {
  const { endpoint = '' } = useParams();
  useHealthConnection(null);
  const { t } = useTranslation();
  const health = useHealth();
  const [span, setSpan] = useState<Span>('m10');
  const [other, setOther] = useState<string | null>(null);
  const watched = useMemo(() => [endpoint, ...(other ? [other] : [])], [endpoint, other]);
  useWatched(watched);
  const path = `/health/sites/${encodeURIComponent(endpoint)}`;
  const detail = useQuery<SiteDetail>(path, 5_000);
  const live = health.sites.get(endpoint);
  const site = live ?? detail.data?.site;
  useTitle(site?.name ?? t('board.title'));

  if (!site && detail.error) {
    return detail.error.status === 404 ? <NoSite /> : <Failed error={detail.error} onRetry={detail.reload} />;
  }
  if (!site) return <Loading />;
  const now = health.details.get(endpoint) ?? null;
  const others = [...health.sites.values()].filter((s) => s.endpoint !== endpoint);
  return (
    <>
      <Group gap="md" align="center">
        <Title order={1} size="h2">
          {site.name}
        </Title>
        <LightMark light={shapeOf(site.light)}>{sentenceOf(site, health.words, currentLanguage())}</LightMark>
        <Group ml="auto" gap="xs">
          {site.phone && (
            <Button component="a" href={`tel:${site.phone.replace(/\s/g, '')}`} variant="light">
              ☎ {site.phone}
            </Button>
          )}
          <Button component={Link} to={site.meeting ? `/meetings/${site.meeting}/board` : '/board'} variant="default">
            {t('board.back')}
          </Button>
        </Group>
      </Group>
      <div className="board-site-top">
        <Scores site={site} />
        {live && <SitePicture key={endpoint} endpoint={endpoint} meeting={site.meeting || null} name={site.name} />}
      </div>
      <Group gap="sm" my="sm">
        <SegmentedControl
          value={span}
          onChange={(value) => setSpan(value as Span)}
          data={(Object.keys(SPANS) as Span[]).map((s) => ({ value: s, label: t(`board.site.span.${s}`) }))}
        />
        <Select
          aria-label={t('board.site.compare')}
          w={300}
          searchable
          value={other ?? ''}
          onChange={(value) => setOther(value || null)}
          data={[
            { value: '', label: `${t('board.site.compare')}: ${t('board.site.compareNone')}` },
            ...others.map((s) => ({ value: s.endpoint, label: s.name })),
          ]}
        />
      </Group>
      <div className={other ? 'board-two' : ''}>
        <SiteCharts key={`${endpoint} ${span}`} endpoint={endpoint} span={span} name={other ? site.name : null} />
        {other && <SiteCharts key={`${other} ${span}`} endpoint={other} span={span} name={health.sites.get(other)?.name ?? other} />}
      </div>
      {site.meeting && <SiteRehearsal meeting={site.meeting} endpoint={endpoint} />}
      {now?.sample && <BoardStreams streams={now.sample.streams} />}
      <BoardCapture endpoint={endpoint} connected={(detail.data?.transport ?? null) !== null} />
      <BoardDevices endpoint={endpoint} client={now?.client ?? null} transport={detail.data?.transport ?? null} sdp={detail.data?.sdp ?? null} candidates={detail.data?.candidates ?? []} />
    </>
  );
}

function NoSite(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="centered">
      <p>{t('board.site.none')}</p>
      <Button component={Link} to="/board">
        {t('board.back')}
      </Button>
    </div>
  );
}

function Scores({ site }: { site: HealthSite }): ReactNode {
  const { t } = useTranslation();
  const { words } = useHealth();
  const line = (way: 'up' | 'down'): string => {
    const score = site.score[way];
    if (score === null) return t('board.site.noScore');
    const reason = site.reason[way] === 'none' ? undefined : words.reasons[site.reason[way]]?.[currentLanguage()];
    return `${t('board.site.scoreOf', { n: score })}${reason ? ` – ${reason}` : ''}`;
  };
  return (
    <dl className="board-scores">
      <div>
        <dt>{t('board.site.up')}</dt>
        <dd>{line('up')}</dd>
      </div>
      <div>
        <dt>{t('board.site.down')}</dt>
        <dd>{line('down')}</dd>
      </div>
    </dl>
  );
}

/** All figures of a site on one time axis, with its alarms as marks. */
function SiteCharts({ endpoint, span, name }: { endpoint: string; span: Span; name: string | null }): ReactNode {
  const { t } = useTranslation();
  // The beginning moves with the clock in steps, so that a path is asked for again and again only as often as it says.
  const from = Math.floor((Date.now() - SPANS[span]) / MINUTE) * MINUTE;
  const site = encodeURIComponent(endpoint);
  const series = useQuery<Series>(`/health/sites/${site}/series?from=${from}${span === 'm10' ? '&step=1' : ''}`, REFRESH_MS[span]);
  const alarms = useQuery<{ alarms: Alarm[] }>(`/health/alarms?endpoint=${site}&from=${from}`, 10_000);
  const happened = useQuery<{ events: SiteEvent[] }>(`/health/sites/${site}/events?from=${from}`, 10_000);
  const marks = useMemo<Mark[]>(
    () => [
      ...(alarms.data?.alarms ?? []).map((a) => ({ at: a.raised, text: a.text[currentLanguage()] })),
      ...(happened.data?.events ?? []).map((e) => ({ at: e.at, text: e.action, quiet: true })),
    ],
    [alarms.data, happened.data],
  );
  if (series.error && !series.data) return <Failed error={series.error} onRetry={series.reload} />;
  if (!series.data) return <Loading />;
  const data = series.data;
  return (
    <section className="board-charts" aria-label={name ?? t('board.history')}>
      {name && <h2 className="board-head">{name}</h2>}
      {data.rows.length === 0 && <p className="quiet">{t('board.site.noSeries')}</p>}
      {data.rows.length > 0 && (Object.keys(CHARTS) as Chart[]).map((chart) => <OneChart key={chart} chart={chart} series={data} marks={marks} />)}
      {(happened.data?.events.length ?? 0) > 0 && <SiteEvents events={happened.data!.events} />}
      {(alarms.data?.alarms.length ?? 0) > 0 && (
        <ul className="board-marks">
          {(alarms.data?.alarms ?? []).slice(0, 20).map((alarm) => (
            <li key={alarm.id}>
              <time>{new Date(alarm.raised).toLocaleString(currentLanguage() === 'vi' ? 'vi-VN' : 'en-GB')}</time>{' '}
              <LightMark light={alarm.severity === 'critical' ? 'bad' : 'fair'}>{alarm.text[currentLanguage()]}</LightMark>
              {alarm.note && <span className="quiet"> {alarm.note}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const EVENTS_SHOWN = 30;

/** What happened to the room, newest first: the quiet lines in the charts. */
function SiteEvents({ events }: { events: SiteEvent[] }): ReactNode {
  const { t } = useTranslation();
  const words = t('board.site.did', { returnObjects: true }) as Record<string, string>;
  return (
    <details className="board-events">
      <summary>{t('board.site.events', { n: events.length })}</summary>
      <ul className="board-marks">
        {[...events]
          .reverse()
          .slice(0, EVENTS_SHOWN)
          .map((e, i) => (
            <li key={`${e.at} ${i}`}>
              <time>{new Date(e.at).toLocaleString(currentLanguage() === 'vi' ? 'vi-VN' : 'en-GB')}</time>{' '}
              {words[e.action.replace('.', '_')] ?? e.action} <span className="quiet">{e.actor}</span>
            </li>
          ))}
      </ul>
    </details>
  );
}

function OneChart({ chart, series, marks }: { chart: Chart; series: Series; marks: Mark[] }): ReactNode {
  const { t } = useTranslation();
  const columns = useMemo(() => seriesColumns(series, Object.values(CHARTS[chart])), [series, chart]);
  const labels = useMemo(
    () => Object.keys(CHARTS[chart]).map((n) => t(`board.site.names.${n as 'loss_up'}`)),
    [chart, t],
  );
  return <TimeChart title={t(`board.site.charts.${chart}`)} columns={columns} names={labels} group={series.endpoint} marks={marks} />;
}
