import { Button, CloseButton, Group, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { useDesk } from '../api/desk-socket';
import type { Endpoint, Entry, MeetingDetail, Series } from '../api/types';
import { useQuery } from '../api/use-query';
import { FileIcon, PhoneIcon, SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { MeetingActs } from '../components/meeting-acts';
import { tell } from '../components/notify';
import { Readiness, RehearsalResult } from '../components/readiness';
import { StateBadge } from '../components/state-badge';
import { Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { VirtualList } from '../components/virtual-list';
import { currentLanguage } from '../i18n';
import { isStruck } from '../lib/calendar';
import { copyText } from '../lib/clipboard';
import { fold, search } from '../lib/fold';
import { isRunning } from '../lib/meetings';
import { formatBytes } from '../lib/papers';
import { fromRule, repeatWords } from '../lib/repeat';
import { formatDate, formatTime, isSameDay } from '../lib/time';
import type { Seat } from '../room/protocol';
import { lightOf } from '../room/state';
import { paperUrl } from './booking-papers';
import './meeting.css';

/** Everything about one meeting on one page: what a secretary sends to a colleague. */
export default function MeetingPage(): ReactNode {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [gone, setGone] = useState(false);
  const query = useQuery<MeetingDetail>(gone ? null : `/meetings/${encodeURIComponent(id)}`, 20_000);
  const { reload } = query;
  const changes = useDesk((d) => d.meetings);
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  useTitle(`${query.data?.title ?? t('meetings.title')} – ${t('app.name')}`);
  const kept = useRef<MeetingDetail | null>(null);
  if (query.data) kept.current = query.data;
  const meeting = query.data ?? (gone ? kept.current : null);
  if (!meeting) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  return (
    <article data-meeting={meeting.id}>
      <header className="overview-head">
        <div>
          <StateBadge state={meeting.state} />
          <Title order={1} size="h2" className={isStruck(meeting) ? 'meeting-struck' : ''}>
            {meeting.title}
          </Title>
          <Text size="lg">{whenText(meeting)}</Text>
          <Readiness meeting={meeting} />
        </div>
        <MeetingActs meeting={meeting} own onChanged={reload} onDelete={setGone} onDeleted={() => void navigate('/')} />
      </header>
      {query.error && (
        <Text role="status">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </Text>
      )}
      {meeting.state === 'draft' && <p className="overview-note light-fair">▲ {t('overview.notPublished')}</p>}
      {isStruck(meeting) && (
        <p className="overview-note">
          {t('meetings.reason')}: {meeting.reason}
        </p>
      )}
      <div className="overview">
        <div className="overview-main">
          <Agenda meeting={meeting} />
          <Papers meeting={meeting} />
          {meeting.note && (
            <section className="panel overview-part">
              <h2>{t('overview.note')}</h2>
              <p className="overview-text">{meeting.note}</p>
            </section>
          )}
          <Sites meeting={meeting} />
        </div>
        <Facts meeting={meeting} />
      </div>
    </article>
  );
}

function whenText(meeting: MeetingDetail): string {
  const from = new Date(meeting.starts_at);
  const to = new Date(meeting.ends_at);
  const end = isSameDay(from, to) ? formatTime(to) : `${formatTime(to)} ${formatDate(to)}`;
  return `${formatDate(from)}, ${formatTime(from)}–${end}`;
}

function Agenda({ meeting }: { meeting: MeetingDetail }): ReactNode {
  const { t } = useTranslation();
  const items = meeting.agenda ?? [];
  const names = useMemo(() => new Map(meeting.endpoints.map((e) => [e.id, e.name])), [meeting.endpoints]);
  return (
    <section className="panel overview-part">
      <h2>{t('overview.agenda')}</h2>
      {items.length === 0 && <p className="quiet">{t('overview.noAgenda')}</p>}
      <ol className="overview-agenda">
        {items.map((item) => {
          const who = [item.speaker, item.endpoint ? names.get(item.endpoint) : ''].filter(Boolean).join(', ');
          return (
            <li key={item.id}>
              <span className="overview-item">
                <strong>{item.title}</strong>
                {who && <span className="quiet">{who}</span>}
                {(meeting.papers ?? [])
                  .filter((p) => p.item === item.id)
                  .map((p) => (
                    <PaperLink key={p.id} meeting={meeting} id={p.id} />
                  ))}
              </span>
              {item.minutes > 0 && <span>{t('overview.minutes', { n: item.minutes })}</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function PaperLink({ meeting, id }: { meeting: MeetingDetail; id: string }): ReactNode {
  const { t } = useTranslation();
  const paper = meeting.papers?.find((p) => p.id === id);
  if (!paper) return null;
  return (
    <span className="overview-paper">
      <FileIcon size={18} />
      <a href={paperUrl(meeting.id, paper)} target="_blank" rel="noreferrer">
        {paper.name}
      </a>
      <span className="quiet">
        {formatBytes(paper.bytes, currentLanguage())}
        {paper.pages ? `, ${t('papers.pages', { count: paper.pages })}` : ''}
      </span>
    </span>
  );
}

function Papers({ meeting }: { meeting: MeetingDetail }): ReactNode {
  const { t } = useTranslation();
  const items = new Set((meeting.agenda ?? []).map((a) => a.id));
  const loose = (meeting.papers ?? []).filter((p) => p.item === null || !items.has(p.item));
  if (loose.length === 0 && (meeting.papers ?? []).length > 0) return null;
  return (
    <section className="panel overview-part">
      <h2>{t('overview.papers')}</h2>
      {loose.length === 0 && <p className="quiet">{t('overview.noPapers')}</p>}
      {loose.map((p) => (
        <PaperLink key={p.id} meeting={meeting} id={p.id} />
      ))}
    </section>
  );
}

/** Every invited room with the phone of its technician; its state while the meeting runs. */
function Sites({ meeting }: { meeting: MeetingDetail }): ReactNode {
  const { t } = useTranslation();
  const [find, setFind] = useState('');
  const running = isRunning(meeting);
  const live = useQuery<{ seats: Seat[] }>(running ? `/meetings/${meeting.id}/seats` : null, 10_000);
  const seats = useMemo(() => new Map((live.data?.seats ?? []).map((s) => [s.endpoint, s])), [live.data]);
  const rows = useMemo(
    () => meeting.endpoints.map((e) => ({ endpoint: e, folded: fold(`${e.name} ${e.unit_name} ${e.technician ?? ''}`) })),
    [meeting.endpoints],
  );
  const found = useMemo(() => search(rows, find), [rows, find]);
  return (
    <section className="panel overview-part">
      <div className="overview-sites-head">
        <h2>{t('overview.sites', { n: meeting.endpoints.length })}</h2>
        <TextInput
          aria-label={t('overview.findSite')}
          placeholder={t('overview.findSite')}
          leftSection={<SearchIcon size={18} />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
          rightSection={find !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setFind('')} />}
          flex={1}
          maw={420}
        />
      </div>
      {found.length === 0 && <p className="quiet">{t('overview.noSite', { query: find })}</p>}
      <VirtualList
        className="overview-sites"
        label={t('overview.sites', { n: found.length })}
        items={found}
        rowHeight={48}
        keyOf={(r) => r.endpoint.id}
        render={({ endpoint }) => <SiteRow endpoint={endpoint} meeting={meeting} seat={seats.get(endpoint.id)} />}
      />
    </section>
  );
}

function SiteRow({ endpoint, meeting, seat }: { endpoint: Endpoint; meeting: MeetingDetail; seat: Seat | undefined }): ReactNode {
  const { t } = useTranslation();
  const role = endpoint.id === meeting.chair_endpoint ? 'chair' : meeting.co_chairs?.includes(endpoint.id) ? 'coChairs' : null;
  const detail = [role ? t(`overview.${role}`) : '', endpoint.unit_name !== endpoint.name ? endpoint.unit_name : '', endpoint.technician ?? ''].filter(Boolean).join(' · ');
  return (
    <div className="overview-site">
      <span className="clip">
        {endpoint.name} <span className="quiet">{detail}</span>
      </span>
      {seat && <LightMark light={lightOf(seat)}>{t(`light.${lightOf(seat)}`)}</LightMark>}
      {endpoint.phone && (
        <a href={`tel:${endpoint.phone.replace(/[^+\d]/g, '')}`} title={t('overview.phone', { name: endpoint.name })} className="overview-phone">
          <PhoneIcon size={16} /> {endpoint.phone}
        </a>
      )}
    </div>
  );
}

function entryWords(entry: Entry, t: ReturnType<typeof useTranslation>['t']): string {
  return [
    t(entry.mic === 'off' ? 'overview.micOff' : 'overview.micOn'),
    t(entry.camera === 'off' ? 'overview.cameraOff' : 'overview.cameraOn'),
    ...(entry.waiting_room ? [t('overview.waiting')] : []),
    ...(entry.recording === 'forbidden' ? [t('overview.recordingForbidden')] : []),
    ...(entry.minutes_per_speaker > 0 ? [t('overview.speaking', { n: entry.minutes_per_speaker })] : []),
    ...(entry.quorum_percent > 0 ? [t('overview.quorum', { n: entry.quorum_percent })] : []),
  ].join(', ');
}

function Facts({ meeting }: { meeting: MeetingDetail }): ReactNode {
  const { t } = useTranslation();
  const series = useQuery<Series>(meeting.series ? `/series/${meeting.series}` : null);
  const nameOf = (id: string): string => meeting.endpoints.find((e) => e.id === id)?.name ?? id;
  const copyLink = async (): Promise<void> => {
    await copyText(location.href);
    tell(t('overview.linkCopied'));
  };
  const facts: [string, ReactNode][] = [
    [t('overview.kind'), meeting.kind ? t(`kind.${meeting.kind}`) : ''],
    [t('overview.host'), meeting.host_unit_name],
    [t('overview.chair'), meeting.chair_name],
    [t('overview.coChairs'), (meeting.co_chairs ?? []).map(nameOf).join(', ')],
    [t('overview.resources'), (meeting.resources ?? []).map((r) => r.name).join(', ')],
    [t('overview.entry'), meeting.entry ? entryWords(meeting.entry, t) : ''],
    [t('overview.publishedAt'), meeting.published_at ? `${formatTime(new Date(meeting.published_at))} ${formatDate(new Date(meeting.published_at))}` : ''],
  ];
  return (
    <aside className="panel overview-part overview-facts">
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        {meeting.rehearsal && (
          <div>
            <dt>{t('overview.rehearsed', { time: `${formatTime(new Date(meeting.rehearsal.at))} ${formatDate(new Date(meeting.rehearsal.at))}` })}</dt>
            <dd>
              <RehearsalResult result={meeting.rehearsal} label={false} />
            </dd>
          </div>
        )}
        {series.data && <SeriesFacts meeting={meeting} series={series.data} />}
      </dl>
      <Group gap="sm">
        <Button variant="default" onClick={() => void copyLink()}>
          {t('overview.copyLink')}
        </Button>
        <Button variant="default" component="a" href={`/api/v1/meetings/${meeting.id}/invitation.ics`} download>
          {t('meetings.invitation')}
        </Button>
      </Group>
    </aside>
  );
}

const DATES_SHOWN = 12;

function SeriesFacts({ meeting, series }: { meeting: MeetingDetail; series: Series }): ReactNode {
  const { t } = useTranslation();
  const first = new Date(series.meetings[0]?.starts_at ?? meeting.starts_at);
  const repeat = fromRule(series.recurrence, first, series.exceptions);
  const others = series.meetings.filter((m) => m.id !== meeting.id);
  return (
    <>
      <div>
        <dt>{t('overview.repeats')}</dt>
        <dd>{repeatWords(repeat, first, (key, values) => t(key, values ?? {}))}</dd>
      </div>
      {others.length > 0 && (
        <div>
          <dt>{t('overview.otherDates')}</dt>
          <dd className="overview-dates">
            {others.slice(0, DATES_SHOWN).map((m) => (
              <Link key={m.id} to={`/meetings/${m.id}`} className={isStruck(m) ? 'meeting-struck' : ''}>
                {formatDate(new Date(m.starts_at))}
              </Link>
            ))}
            {others.length > DATES_SHOWN && <span className="quiet">{t('repeat.moreDates', { count: others.length - DATES_SHOWN })}</span>}
          </dd>
        </div>
      )}
    </>
  );
}
