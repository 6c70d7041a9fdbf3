import { Button, Modal, Text, Title } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { dismissReminder, useDesk, useDeskConnection } from '../api/desk-socket';
import { useSession } from '../api/session';
import type { Meeting } from '../api/types';
import { useQuery } from '../api/use-query';
import { loadCheck } from '../components/check-result';
import { LightMark } from '../components/light';
import { Ringing } from '../components/ringing';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { useNow } from '../components/use-now';
import { cardAct, checkFresh, checkPassed, dueReminders, minutesUntil, type Due } from '../lib/commune';
import { groupMeetings } from '../lib/meetings';
import { addDays, formatDate, formatTime, startOfDay } from '../lib/time';
import { playAttention } from '../room/chime';
import type { Paper } from '../room/protocol';
import { PaperReader } from './room-papers';
import './commune.css';

/** Also without the desk's connection the list is read again. */
const EVERY_MS = 5_000;

/** Home of a room: today's meetings and one big button, nothing else. */
export default function Commune(): ReactNode {
  const { t } = useTranslation();
  const user = useSession((s) => s.user);
  const phone = useSession((s) => s.helpPhone);
  const now = useNow(5_000);
  const today = startOfDay(new Date(now)).getTime();
  const path = useMemo(() => {
    const from = addDays(new Date(today), -1).toISOString();
    return `/meetings?from=${encodeURIComponent(from)}&to=${encodeURIComponent(addDays(new Date(today), 14).toISOString())}`;
  }, [today]);
  const query = useQuery<{ meetings: Meeting[] }>(path, EVERY_MS);
  useDeskConnection(true);
  const changed = useDesk((desk) => desk.meetings);
  const { reload } = query;
  useEffect(() => reload(), [changed, reload]);
  if (!user?.endpoint) return <Empty title={t('commune.noRoom')} />;
  if (query.loading) return <Loading />;
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;

  const groups = groupMeetings(query.data.meetings, new Date(now));
  return (
    <div className="commune">
      <Ringing />
      <Title order={1} size="h2">
        {user.name}
      </Title>
      {query.error && (
        <Text role="status">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </Text>
      )}
      <Reminders meetings={query.data.meetings} now={now} />
      {groups.today.length === 0 && <Empty title={t('commune.todayNone')} text={t('commune.todayNoneText')} />}
      {groups.today.map((m) => (
        <TodayCard key={m.id} meeting={m} now={now} />
      ))}
      <CheckLine now={now} />
      <p className="commune-phone">{phone ? t('commune.phone', { phone }) : t('commune.noPhone')}</p>
      {groups.upcoming.length > 0 && (
        <section>
          <h2 className="commune-next">{t('commune.next')}</h2>
          {groups.upcoming.map((m) => (
            <p key={m.id} className="commune-line">
              <strong>
                {formatDate(new Date(m.starts_at))} {formatTime(new Date(m.starts_at))}
              </strong>{' '}
              {m.title} <StateBadge state={m.state} />
            </p>
          ))}
        </section>
      )}
    </div>
  );
}

const words = (due: Due, now: number): { title: string; time: string; n: number } => ({
  title: due.title,
  time: formatTime(new Date(due.startsAt)),
  n: Math.max(1, Math.ceil((due.startsAt - now) / 60_000)),
});

const DISMISSED_KEY = 'diemcau.reminded';

/** A window that was put away stays away, also after the check. */
function loadDismissed(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(DISMISSED_KEY) ?? '[]') as string[]);
  } catch {
    return new Set();
  }
}

function keepDismissed(dismissed: ReadonlySet<string>): void {
  try {
    sessionStorage.setItem(DISMISSED_KEY, JSON.stringify([...dismissed]));
  } catch {
    // Then it comes once more.
  }
}

/** A banner from 60 minutes before; from 15 minutes before a window that is to be put away. */
function Reminders({ meetings, now }: { meetings: readonly Meeting[]; now: number }): ReactNode {
  const { t } = useTranslation();
  const sent = useDesk((desk) => desk.reminders);
  const [dismissed, setDismissed] = useState(loadDismissed);
  const due = dueReminders(meetings, sent, dismissed, now);
  const front = due.find((d) => d.kind === 'window');
  const shown = front?.meeting;
  useEffect(() => {
    if (shown !== undefined) playAttention();
  }, [shown]);
  const putAway = (meeting: string): void => {
    const next = new Set([...dismissed, meeting]);
    setDismissed(next);
    keepDismissed(next);
    dismissReminder(meeting);
  };
  return (
    <>
      {due.map((d) => (
        <p key={d.meeting} className="commune-banner" role="status" data-reminder={d.meeting}>
          {t('commune.soon', words(d, now))}
        </p>
      ))}
      {front && (
        <Modal
          opened
          onClose={() => putAway(front.meeting)}
          title={t('commune.windowTitle')}
          size="lg"
          centered
          closeButtonProps={{ 'aria-label': t('app.close') }}
          classNames={{ title: 'commune-window-title' }}
        >
          <Text size="xl" mb="lg" data-reminder-window={front.meeting}>
            {t('commune.windowText', words(front, now))}
          </Text>
          <Button className="commune-join" fullWidth data-autofocus onClick={() => putAway(front.meeting)}>
            {t('commune.windowOk')}
          </Button>
        </Modal>
      )}
    </>
  );
}

/** Was this machine checked, and how did it go? */
function CheckLine({ now }: { now: number }): ReactNode {
  const { t } = useTranslation();
  const [check] = useState(loadCheck);
  const fresh = check !== null && checkFresh(check, now);
  const well = fresh && checkPassed(check);
  const time = check ? formatTime(new Date(check.at)) : '';
  return (
    <div className="commune-check">
      <LightMark light={well ? 'good' : 'fair'}>
        {fresh ? t(well ? 'commune.checkedWell' : 'commune.checkedIll', { time }) : t('commune.checkNever')}
      </LightMark>
      <Button component={Link} to="/check" variant="default" size="lg">
        {t('commune.check')}
      </Button>
    </div>
  );
}

function TodayCard({ meeting, now }: { meeting: Meeting; now: number }): ReactNode {
  const { t } = useTranslation();
  const act = cardAct(meeting);
  const struck = meeting.state === 'postponed' || meeting.state === 'cancelled';
  const enter = t(act === 'rehearse' ? 'commune.rehearse' : 'commune.join');
  return (
    <section className="panel commune-card" data-meeting={meeting.id} data-act={act}>
      <div className="commune-when">
        {formatTime(new Date(meeting.starts_at))}–{formatTime(new Date(meeting.ends_at))}
        <StateBadge state={meeting.state} />
      </div>
      <h2 className={struck ? 'commune-title meeting-struck' : 'commune-title'}>{meeting.title}</h2>
      <Text size="lg">
        {t('meetings.host', { name: meeting.host_unit_name })} · {t('meetings.chair', { name: meeting.chair_name })}
      </Text>
      {struck && (
        <Text size="lg">
          {t('meetings.reason')}: {meeting.reason}
        </Text>
      )}
      <Text size="lg">{cardText(meeting, now, t)}</Text>
      {(act === 'join' || act === 'rehearse') && (
        <Button component={Link} to={`/meetings/${meeting.id}/room`} className="commune-join">
          {enter}
        </Button>
      )}
      {act === 'wait' && (
        <Button className="commune-join" disabled>
          {enter}
        </Button>
      )}
      {!struck && <Papers meeting={meeting.id} />}
    </section>
  );
}

function cardText(meeting: Meeting, now: number, t: ReturnType<typeof useTranslation>['t']): string {
  if (meeting.state === 'rehearsal') return t('commune.rehearsal');
  if (meeting.state === 'live' || meeting.state === 'open') return t(`commune.${meeting.state}`);
  if (meeting.state === 'ended') return t('commune.over');
  if (meeting.state !== 'scheduled') return '';
  const minutes = minutesUntil(meeting, now);
  if (minutes <= 0) return t('commune.late');
  return minutes <= 120 ? `${t('commune.inMinutes', { n: minutes })} ${t('commune.notOpen')}` : t('commune.notOpen');
}

function Papers({ meeting }: { meeting: string }): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const changed = useDesk((desk) => desk.meetings);
  const query = useQuery<{ papers: Paper[] }>(`/meetings/${encodeURIComponent(meeting)}/papers`);
  const { reload } = query;
  useEffect(() => {
    if (changed > 0) reload();
  }, [changed, reload]);
  const papers = query.data?.papers ?? [];
  if (papers.length === 0) return null;
  return (
    <>
      <Button variant="default" size="lg" onClick={() => setOpen(true)} data-button="papers">
        {t('commune.papers', { n: papers.length })}
      </Button>
      {open && <PaperReader meeting={meeting} papers={papers} onClose={() => setOpen(false)} />}
    </>
  );
}
