import { Table, Title } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get } from '../api/client';
import type { Report, ReportEvent, ReportVote, Speech } from '../api/report';
import { LightMark } from '../components/light';
import { Empty, Failed, Loading } from '../components/states';
import { leader, percentOf, speakerSums, votesCast } from '../lib/report';
import { formatSpan, formatTime } from '../lib/time';

const clock = (ms: number): string => formatTime(new Date(ms));

export function Speaking({ speeches }: { speeches: readonly Speech[] }): ReactNode {
  const { t } = useTranslation();
  const sums = useMemo(() => speakerSums(speeches), [speeches]);
  if (speeches.length === 0) return <Empty title={t('after.noSpeeches')} />;
  const longest = sums[0]?.seconds ?? 0;
  return (
    <div className="after-two">
      <section>
        <Title order={2} size="h4" mb="xs">
          {t('after.speeches')}
        </Title>
        <Table className="panel" verticalSpacing="sm" fz="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('after.from')}</Table.Th>
              <Table.Th>{t('after.column.name')}</Table.Th>
              <Table.Th>{t('after.length')}</Table.Th>
              <Table.Th>{t('after.kind')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {speeches.map((s, i) => (
              <Table.Tr key={`${s.endpoint}.${s.from}.${i}`}>
                <Table.Td>{clock(s.from)}</Table.Td>
                <Table.Td>{s.name}</Table.Td>
                <Table.Td>{formatSpan(s.seconds * 1000)}</Table.Td>
                <Table.Td>{t(s.kind === 'remark' ? 'after.remark' : 'after.floor')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      <section>
        <Title order={2} size="h4" mb="xs">
          {t('after.speakers')}
        </Title>
        <ul className="panel after-bars">
          {sums.map((s) => (
            <li key={s.endpoint}>
              <span className="clip">{s.name}</span>
              <span>
                {formatSpan(s.seconds * 1000)} · {t('after.times', { count: s.times })}
              </span>
              <span className="after-bar" style={{ width: `${percentOf(s.seconds, longest)}%` }} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

export function Votes({ votes }: { votes: readonly ReportVote[] }): ReactNode {
  const { t } = useTranslation();
  if (votes.length === 0) return <Empty title={t('after.noVotes')} />;
  return (
    <div className="after-votes">
      {votes.map((vote, i) => (
        <VoteResult key={`${vote.opened_at ?? i}`} vote={vote} />
      ))}
    </div>
  );
}

function VoteResult({ vote }: { vote: ReportVote }): ReactNode {
  const { t } = useTranslation();
  const cast = votesCast(vote);
  const first = leader(vote);
  const result = !vote.quorum_met ? 'after.noQuorum' : vote.passed ? 'after.passed' : 'after.rejected';
  return (
    <section className="panel after-vote" data-vote={vote.question}>
      <Title order={2} size="h4">
        {vote.question}
      </Title>
      <p>
        <LightMark light={vote.passed && vote.quorum_met ? 'good' : 'bad'}>{t(result)}</LightMark>
        {' · '}
        {t('after.cast', { cast, eligible: vote.eligible })} · {t(vote.secret ? 'after.voteSecret' : 'after.voteOpen')}
        {vote.closed_at ? ` · ${clock(vote.closed_at)}` : ''}
      </p>
      <ul className="after-bars">
        {vote.choices.map((choice, i) => (
          <li key={choice}>
            <span className={i === first ? 'after-first' : ''}>{choice}</span>
            <span>
              {vote.counts[i] ?? 0} ({percentOf(vote.counts[i] ?? 0, cast)} %)
            </span>
            <span className="after-bar" style={{ width: `${percentOf(vote.counts[i] ?? 0, cast)}%` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** More lines would make the page slow; the files have them all. */
const EVENTS_SHOWN = 500;
const LOG_PAGE = 1000;
/** 600 sites in a long meeting write some 20,000 lines. */
const LOG_PAGES_MAX = 60;

const whenOf = (event: ReportEvent): Date => new Date(event.at);

export function EventLog({ base, report }: { base: string; report: Report }): ReactNode {
  const [read, setRead] = useState<ReportEvent[] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const given = report.events;
  useEffect(() => {
    if (given) return;
    let over = false;
    setError(null);
    readEvents(base).then(
      (events) => over || setRead(events),
      (problem: unknown) => over || setError(problem instanceof ApiError ? problem : new ApiError(0, null)),
    );
    return () => {
      over = true;
    };
  }, [base, given, round]);
  const events = given ?? read;
  if (!events) return error ? <Failed error={error} onRetry={() => setRound((n) => n + 1)} /> : <Loading />;
  return <EventTable events={events} report={report} />;
}

/** The whole log, page by page; of a very long one its end. */
async function readEvents(base: string): Promise<ReportEvent[]> {
  let events: ReportEvent[] = [];
  let after = 0;
  for (let page = 0; page < LOG_PAGES_MAX; page++) {
    const next = await get<{ events: (ReportEvent & { id: number })[] }>(`${base}/events?after=${after}&limit=${LOG_PAGE}`);
    events = [...events, ...next.events].slice(-EVENTS_SHOWN);
    after = next.events.at(-1)?.id ?? after;
    if (next.events.length < LOG_PAGE) break;
  }
  return events;
}

function EventTable({ events, report }: { events: readonly ReportEvent[]; report: Report }): ReactNode {
  const { t } = useTranslation();
  const names = useMemo(() => new Map(report.attendance.map((row) => [row.endpoint, row.name])), [report]);
  const shown = useMemo(
    () => [...events].sort((a, b) => whenOf(b).getTime() - whenOf(a).getTime()).slice(0, EVENTS_SHOWN),
    [events],
  );
  if (shown.length === 0) return <Empty title={t('after.noEvents')} />;
  return (
    <>
      <p className="quiet after-hint">{t('after.eventsShown', { n: shown.length })}</p>
      <div className="panel after-scroll" tabIndex={0} role="region" aria-label={t('after.tab.events')}>
        <Table fz="md" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('after.eventAt')}</Table.Th>
              <Table.Th>{t('after.eventWhat')}</Table.Th>
              <Table.Th>{t('after.eventSubject')}</Table.Th>
              <Table.Th>{t('after.eventWho')}</Table.Th>
              <Table.Th>{t('after.eventDetail')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((event, i) => (
              <Table.Tr key={i}>
                <Table.Td>{whenOf(event).toLocaleTimeString('vi-VN', { hour12: false })}</Table.Td>
                <Table.Td>{actionWord(event.action, t)}</Table.Td>
                <Table.Td>{event.subject ? (names.get(event.subject) ?? event.subject) : ''}</Table.Td>
                <Table.Td>{event.actor ?? ''}</Table.Td>
                <Table.Td className="after-detail">{event.detail ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

/** Kinds of events have dots in their names, as the tree of texts has. */
function actionWord(action: string, t: ReturnType<typeof useTranslation>['t']): string {
  return t(`eventWord.${action.replace(/[.]/g, '_')}` as never, { defaultValue: action }) as string;
}
