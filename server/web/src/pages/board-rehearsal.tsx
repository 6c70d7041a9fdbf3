import { Button, CloseButton, Group, Menu, Select, TextInput, Title } from '@mantine/core';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { post } from '../api/client';
import type { MeetingDetail, MeetingState } from '../api/types';
import { useQuery } from '../api/use-query';
import { useRehearsal, type TrialQuery } from '../api/use-rehearsal';
import { Confirm, type Question } from '../components/confirm';
import { SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { StateBadge } from '../components/state-badge';
import { Empty, Failed, Loading } from '../components/states';
import { useNow, useTitle } from '../components/use-now';
import { VirtualList } from '../components/virtual-list';
import { currentLanguage } from '../i18n';
import { askable, asTrialFilter, branchesOf, inOrder, TRIAL_FILTERS, viewTrial, type Trial, type TrialRow } from '../lib/rehearsal';
import { formatDate, formatTime } from '../lib/time';
import { toMs } from '../room/state';
import { RehearsalDetail } from './board-rehearsal-detail';
import { RehearsalRow, useRowActs } from './board-rehearsal-row';
import { useRowHeight } from './use-row-height';
import './board-rehearsal.css';

/** Figures older than this are said to be old. */
const STALE_MS = 7_000;

/** The rehearsal board: how far all sites are, the red ones first, each with its telephone and what to do. */
export default function RehearsalBoard(): ReactNode {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const query = useRehearsal(id);
  const { trial } = query;
  useTitle(trial ? t('rehearsal.titleOf', { title: trial.meeting.title }) : t('rehearsal.title'));
  if (!trial) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  return (
    <div className="trial">
      <Head trial={trial} query={query} />
      <Stale query={query} />
      {trial.rows.size === 0 ? (
        <Empty title={t('rehearsal.noSites')} text={t('rehearsal.noSitesText')} />
      ) : (
        <Sites trial={trial} reload={query.reload} />
      )}
    </div>
  );
}

function Stale({ query }: { query: TrialQuery }): ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  const age = now - query.at;
  if (!query.error && age < STALE_MS) return null;
  return (
    <p role="status" data-stale>
      <LightMark light="fair">{t('rehearsal.stale', { n: Math.round(Math.max(age, 1000) / 1000) })}</LightMark>
    </p>
  );
}

const timeOf = (at: string | number | null): string | null => {
  const ms = toMs(at);
  if (ms === null) return null;
  const day = new Date(ms);
  return day.toDateString() === new Date().toDateString() ? formatTime(day) : `${formatTime(day)} ${formatDate(day)}`;
};

function Head({ trial, query }: { trial: Trial; query: TrialQuery }): ReactNode {
  const { t } = useTranslation();
  const { counts, meeting } = trial;
  const opened = timeOf(trial.opened_at);
  const opens = timeOf(trial.opens_at);
  const waits = meeting.state === 'scheduled' || meeting.state === 'draft';
  return (
    <>
      <div className="trial-head">
        <Title order={1} size="h2">
          {t('rehearsal.titleOf', { title: meeting.title })}
        </Title>
        <StateBadge state={meeting.state as MeetingState} />
        <Group ml="auto" gap="xs">
          <OpenIt trial={trial} reload={query.reload} />
          <Exports meeting={meeting.id} />
          <Button component={Link} to={`/meetings/${meeting.id}/board`} variant="default">
            {t('rehearsal.back')}
          </Button>
        </Group>
      </div>
      {waits && <p className="light-fair">▲ {opens ? t('rehearsal.opensAt', { time: opens }) : t('rehearsal.notOpen')}</p>}
      <div className="trial-counts">
        <strong data-progress>{t('rehearsal.progress', { n: counts.done, of: counts.sites })}</strong>
        <progress max={Math.max(1, counts.sites)} value={counts.done} aria-label={t('rehearsal.progress', { n: counts.done, of: counts.sites })} />
        <LightMark light="bad">{t('rehearsal.bad', { n: counts.bad })}</LightMark>
        <LightMark light="fair">{t('rehearsal.fair', { n: counts.fair })}</LightMark>
        <LightMark light="good">{t('rehearsal.good', { n: counts.good })}</LightMark>
        <span>{t('rehearsal.running', { n: counts.running })}</span>
        <span>{t('rehearsal.connected', { n: counts.connected })}</span>
        {opened && !waits && <span className="quiet">{t('rehearsal.openedAt', { time: opened })}</span>}
      </div>
    </>
  );
}

function Exports({ meeting }: { meeting: string }): ReactNode {
  const { t } = useTranslation();
  const path = `/api/v1/meetings/${encodeURIComponent(meeting)}/rehearsal`;
  const language = currentLanguage();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">{t('rehearsal.export')} ▾</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`${path}.xlsx?lang=${language}`} download>
          {t('rehearsal.xlsx')}
        </Menu.Item>
        <Menu.Item component="a" href={`${path}.csv?lang=${language}`} download>
          {t('rehearsal.csv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** For who runs the meeting: opens the rehearsal, ends it. */
function OpenIt({ trial, reload }: { trial: Trial; reload: () => void }): ReactNode {
  const { t } = useTranslation();
  const { id, state } = trial.meeting;
  const may = useQuery<MeetingDetail>(`/meetings/${encodeURIComponent(id)}`).data?.may;
  const [busy, setBusy] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  if (!may?.includes('run') || (state !== 'scheduled' && state !== 'rehearsal')) return null;
  const run = async (path: string, said: string): Promise<void> => {
    setBusy(true);
    try {
      await post(`/meetings/${encodeURIComponent(id)}/${path}`);
      tell(said);
      reload();
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
    }
  };
  const end = (): void =>
    setQuestion({ ask: t('rehearsal.endAsk'), yes: t('rehearsal.endIt'), act: () => run('rehearse/end', t('rehearsal.ended')) });
  return (
    <>
      {state === 'scheduled' ? (
        <Button loading={busy} onClick={() => void run('rehearse', t('rehearsal.opened'))}>
          {t('rehearsal.openIt')}
        </Button>
      ) : (
        <Button variant="default" loading={busy} onClick={end}>
          {t('rehearsal.endIt')}
        </Button>
      )}
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

/** What is shown stands in the address. */
function useView(): [{ filter: ReturnType<typeof asTrialFilter>; branch: string | null; query: string }, (part: Record<string, string | null>) => void] {
  const [params, setParams] = useSearchParams();
  const set = (part: Record<string, string | null>): void => {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries(part)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    setParams(next, { replace: true });
  };
  return [{ filter: asTrialFilter(params.get('filter')), branch: params.get('branch'), query: params.get('q') ?? '' }, set];
}

function Sites({ trial, reload }: { trial: Trial; reload: () => void }): ReactNode {
  const { t } = useTranslation();
  const [view, setView] = useView();
  const [shown, setShown] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const rowHeight = useRowHeight(80, 256);
  const branches = useMemo(() => branchesOf(trial.rows.values()), [trial.rows]);
  const { filter, branch, query } = view;
  const fresh = useMemo(() => viewTrial(trial.rows.values(), { filter, branch, query }), [trial.rows, filter, branch, query]);
  // Nothing moves under the hand of who types a note.
  const order = useRef<readonly string[]>([]);
  const found = useMemo(() => (editing ? inOrder(fresh, order.current) : fresh), [fresh, editing]);
  order.current = found.map((r) => r.endpoint);
  const acts = useRowActs(trial.meeting.id, reload);
  return (
    <>
      <Tools trial={trial} branches={branches} view={view} setView={setView} />
      {found.length === 0 && <p className="quiet">{t('rehearsal.noneMatches')}</p>}
      <TableHead />
      <VirtualList<TrialRow>
        className="trial-rows"
        label={t('rehearsal.list', { n: found.length })}
        items={found}
        rowHeight={rowHeight}
        keyOf={(r) => r.endpoint}
        render={(row) => (
          <RehearsalRow row={row} words={trial.words.advice} acts={acts} onEditing={setEditing} onDetail={() => setShown(row.endpoint)} />
        )}
      />
      <RehearsalDetail meeting={trial.meeting.id} row={shown === null ? null : (trial.rows.get(shown) ?? null)} words={trial.words.advice} onClose={() => setShown(null)} />
      <Confirm question={acts.question} onClose={acts.putAway} />
    </>
  );
}

function TableHead(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="trial-row trial-table-head" aria-hidden="true">
      <span>✓</span>
      <span>{t('rehearsal.head.site')}</span>
      <span>{t('rehearsal.head.advice')}</span>
      <span>{t('rehearsal.head.line')}</span>
      <span>{t('rehearsal.head.phone')}</span>
      <span>{t('rehearsal.head.note')}</span>
      <span />
    </div>
  );
}

interface ToolsProps {
  trial: Trial;
  branches: { code: string; name: string }[];
  view: ReturnType<typeof useView>[0];
  setView: ReturnType<typeof useView>[1];
}

const EVERYWHERE = '*';

function Tools({ trial, branches, view, setView }: ToolsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="trial-tools">
      <TextInput
        aria-label={t('rehearsal.find')}
        placeholder={t('rehearsal.find')}
        leftSection={<SearchIcon size={18} />}
        value={view.query}
        onChange={(e) => setView({ q: e.currentTarget.value || null })}
        rightSection={view.query !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setView({ q: null })} />}
      />
      <Select
        aria-label={t('rehearsal.filterLabel')}
        value={view.filter}
        allowDeselect={false}
        onChange={(value) => setView({ filter: value === 'all' ? null : value })}
        data={TRIAL_FILTERS.map((f) => ({ value: f, label: t(`rehearsal.filter.${f}`) }))}
      />
      {branches.length > 1 && (
        <Select
          aria-label={t('rehearsal.branch')}
          value={view.branch ?? EVERYWHERE}
          allowDeselect={false}
          searchable
          onChange={(value) => setView({ branch: value === EVERYWHERE ? null : value })}
          data={[
            { value: EVERYWHERE, label: t('rehearsal.allBranches') },
            ...branches.map((b) => ({ value: b.code, label: b.name || t('rehearsal.own') })),
          ]}
        />
      )}
      <AskAll trial={trial} branch={view.branch} />
    </div>
  );
}

/** Asks all rooms that are here, or those of the branch that is shown, to run their test. */
function AskAll({ trial, branch }: { trial: Trial; branch: string | null }): ReactNode {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const n = askable(trial.rows.values(), branch);
  const send = async (): Promise<void> => {
    try {
      await post(`/meetings/${encodeURIComponent(trial.meeting.id)}/rehearsal/ask`, { act: 'test', ...(branch ? { branch } : {}) });
      tell(t('rehearsal.askedAll'));
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <>
      <Button
        disabled={n === 0}
        onClick={() => setQuestion({ ask: t('rehearsal.askAllAsk', { n }), yes: t('rehearsal.askAllYes'), act: send })}
        data-button="ask-all"
      >
        {t(branch ? 'rehearsal.askBranch' : 'rehearsal.askAll')}
      </Button>
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}
