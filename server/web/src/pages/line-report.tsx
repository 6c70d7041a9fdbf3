import { Button, Menu, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import type { MeetingDetail } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { currentLanguage } from '../i18n';
import { LINE_GROUPS, readPeriod, type LineGroup, type LineReport } from '../lib/line-report';
import { isRunning } from '../lib/meetings';
import { formatDate, formatTime } from '../lib/time';
import { LineControls } from './line-report-controls';
import { LineBody } from './line-report-table';
import './line-report.css';

/** How lines were: of one meeting, or over a time. */
export default function LineReportPage(): ReactNode {
  const { id } = useParams();
  return id === undefined ? <ManyMeetings /> : <OneMeeting id={id} />;
}

const RUNNING_EVERY_MS = 15_000;

function OneMeeting({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const base = `/meetings/${encodeURIComponent(id)}`;
  const meeting = useQuery<MeetingDetail>(base);
  const running = meeting.data !== null && isRunning(meeting.data);
  const held = meeting.data !== null && (running || meeting.data.state === 'ended');
  const report = useQuery<LineReport>(held ? `${base}/line-report` : null, running ? RUNNING_EVERY_MS : 0);
  useTitle(meeting.data ? `${meeting.data.title} – ${t('lines.title')}` : t('lines.title'));
  const error = meeting.error ?? report.error;
  if (error && (!meeting.data || (held && !report.data))) return <Failed error={error} onRetry={meeting.data ? report.reload : meeting.reload} />;
  if (!meeting.data || (held && !report.data)) return <Loading />;
  const data = report.data;
  return (
    <>
      <header className="lines-head">
        <div className="lines-head-text">
          <Title order={1} size="h2">
            {t('lines.title')}
          </Title>
          <p>
            <strong>{meeting.data.title}</strong>
            {data && ` · ${t('lines.ofMeeting', { from: formatTime(new Date(data.from)), to: formatTime(new Date(data.to)), date: formatDate(new Date(data.from)) })}`}
          </p>
        </div>
        <Button component={Link} to={`${base}/after`} variant="default">
          {t('lines.after')}
        </Button>
        {running && (
          <Button component={Link} to={`${base}/board`} variant="default">
            {t('lines.board')}
          </Button>
        )}
        {data && <ExportMenu path={`${base}/line-report`} search="" />}
      </header>
      {!data && <Empty title={t('lines.notHeld')} />}
      {data && !data.over && (
        <Text role="status" mb="xs">
          <LightMark light="fair">{t('lines.soFar', { at: formatTime(new Date(data.to)) })}</LightMark>
        </Text>
      )}
      {data && data.step_seconds === 0 && (
        <Text role="status" mb="xs">
          <LightMark light="absent">{t('lines.notMeasured')}</LightMark>
        </Text>
      )}
      {data && <LineBody report={data} />}
    </>
  );
}

function ManyMeetings(): ReactNode {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const period = readPeriod(params, new Date());
  const group: LineGroup = LINE_GROUPS.find((name) => name === params.get('group')) ?? 'site';
  const asked = new URLSearchParams({ ...period, group });
  for (const name of ['unit', 'endpoint']) {
    const value = params.get(name);
    if (value) asked.set(name, value);
  }
  const query = useQuery<LineReport>(`/line-reports?${asked}`);
  useTitle(`${t('lines.many')} – ${t('app.name')}`);
  const data = query.data;
  return (
    <>
      <header className="lines-head">
        <div className="lines-head-text">
          <Title order={1} size="h2">
            {t('lines.many')}
          </Title>
        </div>
        {data && data.rows.length > 0 && <ExportMenu path="/line-reports" search={`${asked}&`} />}
      </header>
      <LineControls period={period} group={group} siteName={data?.title ?? ''} />
      {query.error && !data && <Failed error={query.error} onRetry={query.reload} />}
      {query.loading && <Loading />}
      {data && data.pending > 0 && (
        <Text role="status" mb="xs">
          <LightMark light="fair">{t('lines.pending', { n: data.pending })}</LightMark>
        </Text>
      )}
      {data && data.rows.length === 0 && <Empty title={t('lines.none')} text={t('lines.noneText')} />}
      {data && data.rows.length > 0 && <LineBody report={data} />}
    </>
  );
}

function ExportMenu({ path, search }: { path: string; search: string }): ReactNode {
  const { t } = useTranslation();
  const item = (kind: 'pdf' | 'xlsx' | 'csv', words: string): ReactNode => (
    <Menu.Item component="a" href={`/api/v1${path}.${kind}?${search}lang=${currentLanguage()}`} download data-export={kind}>
      {words}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button>{t('lines.export')} ▾</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item('pdf', t('lines.exportPdf'))}
        {item('xlsx', t('lines.exportXlsx'))}
        {item('csv', t('lines.exportCsv'))}
      </Menu.Dropdown>
    </Menu>
  );
}
