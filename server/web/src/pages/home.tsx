import { Button, CloseButton, Group, Text, TextInput, Title } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router-dom';
import { useDesk } from '../api/desk-socket';
import { useSession } from '../api/session';
import type { Meeting } from '../api/types';
import { useQuery } from '../api/use-query';
import { PhoneIcon, PlusIcon, SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { MeetingActs } from '../components/meeting-acts';
import { Readiness } from '../components/readiness';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { isStruck } from '../lib/calendar';
import { findMeetings, groupMeetings } from '../lib/meetings';
import { addDays, formatDate, formatTime, isSameDay, startOfDay } from '../lib/time';
import './home.css';

const Calendar = lazy(() => import('./calendar'));
const CallDialog = lazy(() => import('./call-dialog'));

const DAYS_BACK = 60;
const DAYS_AHEAD = 180;
const FIND_MS = 250;
/** Results of a search that are drawn. */
const FOUND_SHOWN = 30;

/** The secretary's home: what of today is mine, is it ready; below it the calendar. */
export default function Home(): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const mayBook = role === 'administrator' || role === 'secretary';
  const path = useMemo(() => {
    const today = startOfDay(new Date());
    const from = addDays(today, -DAYS_BACK).toISOString();
    return `/meetings?from=${encodeURIComponent(from)}&to=${encodeURIComponent(addDays(today, DAYS_AHEAD).toISOString())}`;
  }, []);
  const query = useQuery<{ meetings: Meeting[] }>(path, 15_000);
  const changes = useDesk((d) => d.meetings);
  const { reload } = query;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  const [find, setFind] = useFind();
  const [calling, setCalling] = useState(false);
  const findBox = useSlashKey();
  useTitle(`${t('meetings.title')} – ${t('app.name')}`);

  if (query.loading) return <Loading />;
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  const { meetings } = query.data;
  return (
    <>
      <div className="home-head">
        <Title order={1} size="h2">
          {t('meetings.today', { date: formatDate(new Date()) })}
        </Title>
        <Group gap="sm">
          {mayBook && (
            <>
              <Button component={Link} to="/meetings/new" leftSection={<PlusIcon size={18} />}>
                {t('meetings.new')}
              </Button>
              <Button variant="default" leftSection={<PhoneIcon size={18} />} onClick={() => setCalling(true)}>
                {t('call.title')}
              </Button>
            </>
          )}
          <TextInput
            ref={findBox}
            aria-label={t('app.search')}
            placeholder={`${t('app.search')} (/)`}
            leftSection={<SearchIcon size={18} />}
            value={find}
            onChange={(e) => setFind(e.currentTarget.value)}
            rightSection={find !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setFind('')} />}
          />
        </Group>
      </div>
      {query.error && (
        <Text role="status" mb="sm">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </Text>
      )}
      {find.trim() === '' ? (
        <Today meetings={meetings} mayBook={mayBook} onChanged={query.reload} />
      ) : (
        <Found meetings={meetings} find={find} onChanged={query.reload} />
      )}
      <Suspense fallback={<Loading />}>
        <Calendar mayBook={mayBook} changes={changes} onMoved={query.reload} />
        {calling && <CallDialog onClose={() => setCalling(false)} />}
      </Suspense>
    </>
  );
}

/** What is searched for, at once on the page and soon after in the address: the address is too slow for every key. */
function useFind(): [string, (text: string) => void] {
  const [params, setParams] = useSearchParams();
  const [find, setFind] = useState(params.get('q') ?? '');
  const set = useRef(setParams);
  set.current = setParams;
  useEffect(() => {
    const timer = setTimeout(() => {
      set.current(
        (old) => {
          const next = new URLSearchParams(old);
          if (find) next.set('q', find);
          else next.delete('q');
          return next;
        },
        { replace: true },
      );
    }, FIND_MS);
    return () => clearTimeout(timer);
  }, [find]);
  return [find, setFind];
}

function Today({ meetings, mayBook, onChanged }: { meetings: Meeting[]; mayBook: boolean; onChanged: () => void }): ReactNode {
  const { t } = useTranslation();
  const { today, upcoming } = groupMeetings(meetings, new Date());
  if (meetings.length === 0) return <Empty title={t('meetings.noneAtAll')} text={mayBook ? t('meetings.noneAtAllText') : ''} />;
  const next = upcoming.find((m) => m.state === 'scheduled');
  return (
    <>
      {today.length === 0 && (
        <Text className="quiet" my="sm">
          {t('meetings.noneToday')}
        </Text>
      )}
      {today.length === 0 && next && (
        <Text mb="sm">
          {t('meetings.nextOne')}: <Link to={`/meetings/${next.id}`}>{next.title}</Link>, {formatDate(new Date(next.starts_at))}{' '}
          {formatTime(new Date(next.starts_at))}
        </Text>
      )}
      <MeetingList meetings={today} label={t('meetings.today', { date: '' })} onChanged={onChanged} />
    </>
  );
}

function Found({ meetings, find, onChanged }: { meetings: Meeting[]; find: string; onChanged: () => void }): ReactNode {
  const { t } = useTranslation();
  const found = useMemo(() => {
    const { today, upcoming, past } = groupMeetings(findMeetings(meetings, find), new Date());
    return [...today, ...upcoming, ...past];
  }, [meetings, find]);
  if (found.length === 0) return <Empty title={t('meetings.noneFound', { query: find })} text={t('meetings.noneFoundText')} />;
  return (
    <>
      <Text role="status" className="quiet">
        {t('meetings.found', { count: found.length })}
      </Text>
      <MeetingList meetings={found.slice(0, FOUND_SHOWN)} label={t('app.search')} onChanged={onChanged} />
    </>
  );
}

/** "/" goes to the search box from anywhere on the page. */
function useSlashKey(): React.RefObject<HTMLInputElement | null> {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.key !== '/' || /INPUT|TEXTAREA|SELECT/.test(target.tagName)) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return box;
}

function MeetingList({ meetings, label, onChanged }: { meetings: Meeting[]; label: string; onChanged: () => void }): ReactNode {
  if (meetings.length === 0) return null;
  return (
    <ul className="meetings" aria-label={label}>
      {meetings.map((m) => (
        <MeetingRow key={m.id} meeting={m} onChanged={onChanged} />
      ))}
    </ul>
  );
}

function MeetingRow({ meeting, onChanged }: { meeting: Meeting; onChanged: () => void }): ReactNode {
  const { t } = useTranslation();
  const starts = new Date(meeting.starts_at);
  const ends = new Date(meeting.ends_at);
  const struck = isStruck(meeting);
  return (
    <li className={`panel meeting meeting-${meeting.state}`} data-meeting={meeting.id}>
      <div className="meeting-when">
        {!isSameDay(starts, new Date()) && <span>{formatDate(starts)}</span>}
        <strong>
          {formatTime(starts)}–{formatTime(ends)}
        </strong>
      </div>
      <div className="meeting-what">
        <Link to={`/meetings/${meeting.id}`} className={struck ? 'meeting-title meeting-struck' : 'meeting-title'}>
          {meeting.title}
        </Link>
        <span className="quiet">
          {t('meetings.host', { name: meeting.host_unit_name })} · {t('meetings.rooms', { count: meeting.endpoint_count })}
        </span>
        {struck && meeting.reason !== '' && (
          <span>
            {t('meetings.reason')}: {meeting.reason}
          </span>
        )}
      </div>
      <div className="meeting-state">
        <StateBadge state={meeting.state} />
        <Readiness meeting={meeting} />
      </div>
      <MeetingActs meeting={meeting} onChanged={onChanged} />
    </li>
  );
}
