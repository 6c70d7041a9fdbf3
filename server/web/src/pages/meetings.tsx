import { ActionIcon, Button, CloseButton, Group, Menu, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { post } from '../api/client';
import { useSession } from '../api/session';
import type { Meeting, MeetingDetail } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DotsIcon, PlusIcon, SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { findMeetings, groupMeetings, isOver, isRunning } from '../lib/meetings';
import { addDays, formatDate, formatTime, isSameDay, startOfDay } from '../lib/time';
import type { Seat } from '../room/protocol';
import { census } from '../room/state';
import './meetings.css';

const DAYS_BACK = 30;
const DAYS_AHEAD = 90;

export default function Meetings(): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const mayBook = role === 'administrator' || role === 'secretary';
  const path = useMemo(() => {
    const today = startOfDay(new Date());
    const from = addDays(today, -DAYS_BACK).toISOString();
    return `/meetings?from=${encodeURIComponent(from)}&to=${encodeURIComponent(addDays(today, DAYS_AHEAD).toISOString())}`;
  }, []);
  const query = useQuery<{ meetings: Meeting[] }>(path, 10_000);
  const [find, setFind] = useState('');
  const [showPast, setShowPast] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const findBox = useSlashKey();

  if (query.loading) return <Loading />;
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;

  const found = findMeetings(query.data.meetings, find);
  const groups = groupMeetings(found, new Date());
  const list = { onAsk: setQuestion, onChanged: query.reload };
  return (
    <>
      <Group justify="space-between" align="center" mb="md" gap="sm">
        <Title order={1} size="h2">
          {t('meetings.today', { date: formatDate(new Date()) })}
        </Title>
        <Group gap="sm">
          <TextInput
            ref={findBox}
            aria-label={t('app.search')}
            placeholder={`${t('app.search')} (/)`}
            leftSection={<SearchIcon size={18} />}
            value={find}
            onChange={(e) => setFind(e.currentTarget.value)}
            rightSection={find !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setFind('')} />}
          />
          {mayBook && (
            <Button component={Link} to="/meetings/new" leftSection={<PlusIcon size={18} />}>
              {t('meetings.new')}
            </Button>
          )}
        </Group>
      </Group>
      {query.error && (
        <Text role="status" mb="sm">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </Text>
      )}
      {query.data.meetings.length === 0 ? (
        <Empty title={t('meetings.noneAtAll')} text={mayBook ? t('meetings.noneAtAllText') : ''} />
      ) : (
        <>
          {found.length === 0 && <Empty title={t('meetings.noneFound', { query: find })} />}
          {groups.today.length === 0 && found.length > 0 && <Text className="quiet">{t('meetings.noneToday')}</Text>}
          <MeetingList meetings={groups.today} {...list} />
          {groups.upcoming.length > 0 && <h2 className="meetings-head">{t('meetings.upcoming')}</h2>}
          <MeetingList meetings={groups.upcoming} dated {...list} />
          {groups.past.length > 0 && (
            <Button variant="subtle" mt="md" onClick={() => setShowPast(!showPast)} aria-expanded={showPast}>
              {showPast ? t('meetings.hidePast') : t('meetings.showPast', { n: groups.past.length })}
            </Button>
          )}
          {showPast && <MeetingList meetings={groups.past} dated {...list} />}
        </>
      )}
      <Confirm question={question} onClose={() => setQuestion(null)} />
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

interface ListProps {
  dated?: boolean;
  onAsk: (question: Question) => void;
  onChanged: () => void;
}

function MeetingList({ meetings, ...rest }: ListProps & { meetings: Meeting[] }): ReactNode {
  return (
    <ul className="meetings">
      {meetings.map((m) => (
        <MeetingRow key={m.id} meeting={m} {...rest} />
      ))}
    </ul>
  );
}

function MeetingRow({ meeting, dated = false, onAsk, onChanged }: ListProps & { meeting: Meeting }): ReactNode {
  const { t } = useTranslation();
  const starts = new Date(meeting.starts_at);
  const ends = new Date(meeting.ends_at);
  const struck = meeting.state === 'postponed' || meeting.state === 'cancelled';
  return (
    <li className="panel meeting" data-meeting={meeting.id}>
      <div className="meeting-when">
        {(dated || !isSameDay(starts, new Date())) && <span>{formatDate(starts)}</span>}
        <strong>
          {formatTime(starts)}–{formatTime(ends)}
        </strong>
      </div>
      <div className="meeting-what">
        <span className={struck ? 'meeting-title meeting-struck' : 'meeting-title'}>{meeting.title}</span>
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
        {isRunning(meeting) && <Readiness meeting={meeting.id} />}
      </div>
      <MeetingActs meeting={meeting} onAsk={onAsk} onChanged={onChanged} />
    </li>
  );
}

/** Who is there, of a meeting whose room is open. */
function Readiness({ meeting }: { meeting: string }): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery<{ seats: Seat[] }>(`/meetings/${meeting}/seats`, 10_000);
  if (!data) return null;
  const sum = census(data.seats);
  return (
    <span className="meeting-ready">
      <LightMark light="good">{t('meetings.ready', { ...sum })}</LightMark>
      {sum.fair > 0 && <LightMark light="fair">{sum.fair}</LightMark>}
      {sum.bad > 0 && <LightMark light="bad">{sum.bad}</LightMark>}
    </span>
  );
}

function MeetingActs({ meeting, onAsk, onChanged }: ListProps & { meeting: Meeting }): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const endpoint = useSession((s) => s.user?.endpoint ?? null);
  const [busy, setBusy] = useState(false);
  const may = (right: Meeting['may'][number]): boolean => meeting.may.includes(right);
  const { id, title, state } = meeting;
  const run = async (act: string, said: string, body?: unknown): Promise<void> => {
    setBusy(true);
    try {
      await post<MeetingDetail>(`/meetings/${id}/${act}`, body);
      tell(said);
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
      onChanged();
    }
  };
  const asks: { label: string; question: Question }[] = [];
  if (isRunning(meeting) && may('run')) {
    asks.push({
      label: t('meetings.end'),
      question: {
        ask: t('meetings.endAsk', { title }),
        yes: t('meetings.endYes'),
        danger: true,
        act: () => run('end', t('meetings.ended', { title })),
      },
    });
  }
  if ((state === 'scheduled' || state === 'open') && may('edit')) {
    for (const act of ['postpone', 'cancel'] as const) {
      asks.push({
        label: t(`meetings.${act}`),
        question: {
          ask: t(`meetings.${act}Ask`, { title }),
          yes: t(`meetings.${act}Yes`),
          danger: act === 'cancel',
          reason: true,
          act: (reason) =>
            run(act, t(act === 'cancel' ? 'meetings.cancelled' : 'meetings.postponed', { title }), { reason }),
        },
      });
    }
  }
  return (
    <div className="meeting-acts">
      {state === 'scheduled' && may('run') && (
        <Button variant="light" loading={busy} onClick={() => void run('open', t('meetings.opened', { title }))}>
          {t('meetings.open')}
        </Button>
      )}
      {isRunning(meeting) && may('join') && endpoint !== null && (
        <Button component={Link} to={`/meetings/${id}/room`}>
          {t('meetings.join')}
        </Button>
      )}
      {isRunning(meeting) && may('watch') && (
        <Button component={Link} to={role === 'technician' ? `/meetings/${id}/board` : `/meetings/${id}/control`}>
          {t(role === 'technician' ? 'meetings.board' : 'meetings.control')}
        </Button>
      )}
      {asks.length > 0 && !isOver(meeting) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={`${t('meetings.more')}: ${title}`}>
              <DotsIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {isRunning(meeting) && may('watch') && (
              <Menu.Item
                component={Link}
                to={role === 'technician' ? `/meetings/${id}/control` : `/meetings/${id}/board`}
              >
                {t(role === 'technician' ? 'meetings.control' : 'meetings.board')}
              </Menu.Item>
            )}
            {asks.map((a) => (
              <Menu.Item key={a.label} onClick={() => onAsk(a.question)}>
                {a.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
