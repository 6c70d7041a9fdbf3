import { Button, Menu, Tabs, Text, Title } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import type { Report } from '../api/report';
import type { MeetingDetail } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { currentLanguage } from '../i18n';
import { isRunning } from '../lib/meetings';
import { percentOf } from '../lib/report';
import { formatDate, formatTime } from '../lib/time';
import { AttendanceTable } from './after-attendance';
import { EventLog, Speaking, Votes } from './after-lists';
import './after.css';

const MinutesPage = lazy(() => import('./after-minutes'));

const TABS = ['attendance', 'speaking', 'votes', 'minutes', 'events'] as const;
type Tab = (typeof TABS)[number];

/** After a meeting: who came, who spoke, what was voted, the minutes; each to be taken along as a file. */
export default function After(): ReactNode {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const base = `/meetings/${encodeURIComponent(id)}`;
  const meeting = useQuery<MeetingDetail>(base, 15_000);
  const running = meeting.data !== null && isRunning(meeting.data);
  const held = running || meeting.data?.state === 'ended';
  const report = useQuery<Report>(held ? `${base}/report` : null, running ? 15_000 : 0);
  useTitle(meeting.data ? `${meeting.data.title} – ${t('after.title')}` : t('after.title'));
  const error = meeting.error ?? report.error;
  if (error && (!meeting.data || (held && !report.data))) return <Failed error={error} onRetry={meeting.data ? report.reload : meeting.reload} />;
  if (!meeting.data) return <Loading />;
  if (!held) {
    return (
      <>
        <AfterHead meeting={meeting.data} report={null} base={base} />
        <Empty title={t('after.notHeld')} />
      </>
    );
  }
  if (!report.data) return <Loading />;
  return (
    <>
      <AfterHead meeting={meeting.data} report={report.data} base={base} />
      <Summary report={report.data} />
      {running && (
        <Text role="status" mt="xs">
          <LightMark light="fair">{t('after.running', { at: formatTime(new Date(report.data.to ?? Date.now())) })}</LightMark>
        </Text>
      )}
      <AfterTabs meeting={meeting.data} report={report.data} base={base} />
    </>
  );
}

function AfterHead({ meeting, report, base }: { meeting: MeetingDetail; report: Report | null; base: string }): ReactNode {
  const { t } = useTranslation();
  const from = report?.from ? new Date(report.from) : new Date(meeting.starts_at);
  const to = report?.to ? new Date(report.to) : new Date(meeting.ends_at);
  return (
    <header className="after-head">
      <div className="after-head-text">
        <Title order={1} size="h2">
          {meeting.title}
        </Title>
        <p>
          <StateBadge state={meeting.state} />{' '}
          {report && t('after.held', { from: formatTime(from), to: formatTime(to), date: formatDate(from) })}
          {' · '}
          {t('meetings.host', { name: meeting.host_unit_name })} · {t('meetings.chair', { name: meeting.chair_name })}
        </p>
      </div>
      {report && (
        <Button component={Link} to={`${base}/line-report`} variant="default" size="md">
          {t('lines.open')}
        </Button>
      )}
      {report && <ExportMenu base={base} />}
    </header>
  );
}

function ExportMenu({ base }: { base: string }): ReactNode {
  const { t } = useTranslation();
  const item = (kind: 'csv' | 'xlsx' | 'pdf', words: string): ReactNode => (
    <Menu.Item component="a" href={`/api/v1${base}/report.${kind}?lang=${currentLanguage()}`} download data-export={kind}>
      {words}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="md">{t('after.export')} ▾</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item('xlsx', t('after.exportXlsx'))}
        {item('csv', t('after.exportCsv'))}
        {item('pdf', t('after.exportPdf'))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The answer first: how many came. */
function Summary({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation();
  const { counts, quorum } = report;
  const missing = counts.absent + counts.excused;
  return (
    <div className="panel after-summary" data-summary>
      <strong className="after-present">
        {t('after.present', { ...counts, percent: percentOf(counts.present, counts.invited) })}
      </strong>
      {missing > 0 && <LightMark light="absent">{t('after.absent', { n: missing })}</LightMark>}
      {counts.excused > 0 && <span>{t('after.excused', { n: counts.excused })}</span>}
      {counts.not_called > 0 && <span>{t('after.notCalled', { n: counts.not_called })}</span>}
      {counts.late > 0 && <LightMark light="fair">{t('after.late', { n: counts.late })}</LightMark>}
      <span>{t('after.delegates', { n: counts.delegates })}</span>
      {quorum.percent > 0 && (
        <LightMark light={quorum.reached ? 'good' : 'bad'}>
          {t('after.quorum', { percent: quorum.percent })}:{' '}
          {t(quorum.reached ? 'after.quorumReached' : 'after.quorumMissed', { present: quorum.present, needed: quorum.needed })}
        </LightMark>
      )}
    </div>
  );
}

function AfterTabs({ meeting, report, base }: { meeting: MeetingDetail; report: Report; base: string }): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const tab: Tab = TABS.find((name) => name === params.get('tab')) ?? 'attendance';
  const show = (next: string | null): void => {
    const changed = new URLSearchParams(params);
    if (next === null || next === 'attendance') changed.delete('tab');
    else changed.set('tab', next);
    setParams(changed);
  };
  const count: Record<Tab, number> = {
    attendance: report.attendance.length,
    speaking: report.speaking.length,
    votes: report.votes.length,
    minutes: 0,
    events: 0,
  };
  return (
    <Tabs value={tab} onChange={show} keepMounted={false} mt="md">
      <Tabs.List>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name} fz="md">
            {t(`after.tab.${name}`, { n: count[name] })}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="attendance" pt="md">
        <AttendanceTable rows={report.attendance} />
      </Tabs.Panel>
      <Tabs.Panel value="speaking" pt="md">
        <Speaking speeches={report.speaking} />
      </Tabs.Panel>
      <Tabs.Panel value="votes" pt="md">
        <Votes votes={report.votes} />
      </Tabs.Panel>
      <Tabs.Panel value="minutes" pt="md">
        <Suspense fallback={<Loading />}>
          <MinutesPage base={base} report={report} meeting={meeting.id} mayEdit={meeting.may.includes('edit')} />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="events" pt="md">
        <EventLog base={base} report={report} />
      </Tabs.Panel>
    </Tabs>
  );
}
