import { Button, Text, Title } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { useSession } from '../api/session';
import type { Meeting } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { groupMeetings, isRunning } from '../lib/meetings';
import { addDays, formatDate, formatTime, startOfDay } from '../lib/time';
import './commune.css';

/** Home of a room: today's meetings and one big button, nothing else. */
export default function Commune(): ReactNode {
  const { t } = useTranslation();
  const user = useSession((s) => s.user);
  const path = useMemo(() => {
    const today = startOfDay(new Date());
    const to = addDays(today, 14).toISOString();
    return `/meetings?from=${encodeURIComponent(addDays(today, -1).toISOString())}&to=${encodeURIComponent(to)}`;
  }, []);
  const query = useQuery<{ meetings: Meeting[] }>(path, 5_000);
  if (!user?.endpoint) return <Empty title={t('commune.noRoom')} />;
  if (query.loading) return <Loading />;
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;

  const groups = groupMeetings(query.data.meetings, new Date());
  return (
    <div className="commune">
      <Title order={1} size="h2">
        {user.name}
      </Title>
      {query.error && (
        <Text role="status">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </Text>
      )}
      {groups.today.length === 0 && <Empty title={t('commune.todayNone')} text={t('commune.todayNoneText')} />}
      {groups.today.map((m) => (
        <TodayCard key={m.id} meeting={m} />
      ))}
      <Button component={Link} to="/check" variant="default" size="lg">
        {t('commune.check')}
      </Button>
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

function TodayCard({ meeting }: { meeting: Meeting }): ReactNode {
  const { t } = useTranslation();
  const running = isRunning(meeting);
  const struck = meeting.state === 'postponed' || meeting.state === 'cancelled';
  return (
    <section className="panel commune-card" data-meeting={meeting.id}>
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
      {meeting.state === 'scheduled' && <Text size="lg">{t('commune.notOpen')}</Text>}
      {running && <Text size="lg">{t(meeting.state === 'live' ? 'commune.live' : 'commune.open')}</Text>}
      {running && (
        <Button component={Link} to={`/meetings/${meeting.id}/room`} className="commune-join">
          {t('commune.join')}
        </Button>
      )}
      {meeting.state === 'scheduled' && (
        <Button className="commune-join" disabled>
          {t('commune.join')}
        </Button>
      )}
    </section>
  );
}
