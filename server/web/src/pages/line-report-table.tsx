import { CloseButton, Group, Select, Text, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { TFunction } from 'i18next';
import { useMemo, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router-dom';
import { SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { VirtualList } from '../components/virtual-list';
import { currentLanguage } from '../i18n';
import {
  availabilityLight,
  branchesOf,
  keyName,
  lineRows,
  nextLineSort,
  periodOfKey,
  readLineView,
  rehearsalLight,
  sumRows,
  writeLineView,
  type LineCause,
  type LineKey,
  type LineReport,
  type LineRow,
  type LineSum,
  type LineView,
} from '../lib/line-report';
import { formatDate, formatTime } from '../lib/time';

const NARROW = '(max-width: 760px)';
const ROW_PX = 66;
const CARD_PX = 184;
const CAUSES_IN_ROW = 2;
const LONG_MINUTES = 600;

/** "98,2"; a dash for what was not measured. */
function num(value: number | null, digits = 1): string {
  if (value === null) return '–';
  return value.toLocaleString(currentLanguage() === 'en' ? 'en-GB' : 'vi-VN', { maximumFractionDigits: digits });
}

export function LineBody({ report }: { report: LineReport }): ReactNode {
  const [params, setParams] = useSearchParams();
  const view = readLineView(params);
  const shown = useMemo(
    () => lineRows(report.rows, view),
    [report, view.query, view.branch, view.key, view.descending],
  );
  const sum = useMemo(() => (shown.length === report.rows.length ? report.total : sumRows(shown, report.total)), [shown, report]);
  const set = (next: LineView): void => setParams(writeLineView(params, next), { replace: true });
  return (
    <>
      <Summary report={report} sum={sum} />
      <Filters report={report} view={view} shown={shown.length} onChange={set} />
      <Table report={report} view={view} rows={shown} onSort={(key) => set(nextLineSort(view, key))} />
      <Causes causes={sum.causes} />
      <Definitions report={report} />
    </>
  );
}

/** The answer first: how available lines were, who was on time. */
function Summary({ report, sum }: { report: LineReport; sum: LineSum }): ReactNode {
  const { t } = useTranslation();
  const { rehearsal } = sum;
  const tried = rehearsal.good + rehearsal.fair + rehearsal.bad > 0;
  return (
    <div className="panel lines-summary" data-summary>
      <strong className="lines-large">
        <LightMark light={availabilityLight(sum.availability_percent)}>
          {sum.availability_percent === null ? t('lines.availableUnknown') : t('lines.available', { n: num(sum.availability_percent) })}
        </LightMark>
      </strong>
      <strong>{t('lines.onTimeOf', { n: sum.on_time, of: sum.turns, percent: num(sum.on_time_percent) })}</strong>
      <span>{t('lines.cameOf', { n: sum.came, of: sum.turns })}</span>
      {sum.loss_up_percent !== null && <span>{t('lines.lossOf', { up: num(sum.loss_up_percent, 2), down: num(sum.loss_down_percent, 2) })}</span>}
      <span>{t('lines.faultsOf', { n: sum.faults, minutes: num(sum.fault_minutes, 0) })}</span>
      {report.meeting === null && <span>{t('lines.meetingsOf', { n: report.total.meetings, sites: report.total.sites })}</span>}
      {tried && <span>{t('lines.rehearsalOf', rehearsal)}</span>}
    </div>
  );
}

interface FiltersProps {
  report: LineReport;
  view: LineView;
  shown: number;
  onChange: (view: LineView) => void;
}

function Filters({ report, view, shown, onChange }: FiltersProps): ReactNode {
  const { t } = useTranslation();
  const branches = useMemo(() => branchesOf(report.rows), [report.rows]);
  return (
    <Group my="sm" gap="sm">
      <TextInput
        flex="1 1 220px"
        maw={400}
        aria-label={t('lines.find')}
        placeholder={t('lines.find')}
        leftSection={<SearchIcon size={18} />}
        value={view.query}
        onChange={(e) => onChange({ ...view, query: e.currentTarget.value })}
        rightSection={view.query !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => onChange({ ...view, query: '' })} />}
      />
      {branches.length > 1 && (
        <Select
          w={240}
          searchable
          aria-label={t('lines.branch')}
          allowDeselect={false}
          value={view.branch}
          data={[{ value: '', label: t('lines.allBranches') }, ...branches.map((name) => ({ value: name, label: name }))]}
          onChange={(branch) => onChange({ ...view, branch: branch ?? '' })}
        />
      )}
      <Text className="quiet" role="status">
        {t('lines.shown', { n: shown })}
      </Text>
    </Group>
  );
}

/* --- the table --- */

interface TableProps {
  report: LineReport;
  view: LineView;
  rows: readonly LineRow[];
  onSort: (key: LineKey) => void;
}

function Table({ report, view, rows, onSort }: TableProps): ReactNode {
  const { t } = useTranslation();
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const columns: [LineKey, string][] = [
    ['name', t(`lines.group.${report.group}`)],
    ['joined', report.meeting !== null ? t('lines.column.joined') : t('lines.column.onTime')],
    ['connected', t('lines.column.connected')],
    ['available', t('lines.column.available')],
    ['loss', t('lines.column.loss')],
    ['frozen', t('lines.column.frozen')],
    ['concealed', t('lines.column.concealed')],
    ['faults', t('lines.column.faults')],
  ];
  return (
    <div
      className="panel lines-table"
      role="table"
      aria-label={t('lines.title')}
      aria-rowcount={rows.length + 1}
      style={{ '--rows': rows.length } as CSSProperties}
    >
      {!narrow && (
        <div className="lines-row lines-table-head" role="row">
          <span role="columnheader">{t('lines.column.order')}</span>
          {columns.map(([key, name]) => (
            <Head key={key} column={key} name={name} view={view} onSort={onSort} />
          ))}
          <span role="columnheader">{report.meeting !== null ? t('lines.column.rehearsal') : t('lines.column.turns')}</span>
        </div>
      )}
      {rows.length === 0 && <p className="quiet lines-none">{t('lines.noneFound')}</p>}
      <VirtualList
        className={narrow ? 'lines-cards' : 'lines-rows'}
        label={t('lines.title')}
        role="rowgroup"
        itemRole="presentation"
        items={rows}
        rowHeight={narrow ? CARD_PX : ROW_PX}
        keyOf={(row) => row.key}
        render={(row, index) => (narrow ? <Card report={report} row={row} /> : <Row report={report} row={row} order={index + 1} />)}
      />
    </div>
  );
}

interface HeadProps {
  column: LineKey;
  name: string;
  view: LineView;
  onSort: (key: LineKey) => void;
}

function Head({ column, name, view, onSort }: HeadProps): ReactNode {
  const { t } = useTranslation();
  const sorted = view.key === column;
  return (
    <span role="columnheader" aria-sort={sorted ? (view.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="lines-sort" aria-label={t('lines.sortBy', { column: name })} onClick={() => onSort(column)}>
        {name}
        <span aria-hidden="true">{sorted ? (view.descending ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </span>
  );
}

/** Where a row leads: one step nearer to the single room in the single meeting. */
function rowLink(report: LineReport, row: LineRow, params: URLSearchParams): string {
  if (report.meeting !== null) return `/board/sites/${encodeURIComponent(row.key)}`;
  if (report.group === 'meeting') return `/meetings/${encodeURIComponent(row.key)}/line-report`;
  const next = new URLSearchParams(params);
  for (const name of ['q', 'branch', 'sort', 'desc']) next.delete(name);
  const set = (part: Record<string, string>): void => Object.entries(part).forEach(([key, value]) => next.set(key, value));
  if (report.group === 'site') set({ endpoint: row.key, group: 'meeting' });
  else if (report.group === 'branch') set({ unit: row.key, group: 'site' });
  else if (report.group === 'year') set({ ...periodOfKey(row.key), group: 'month' });
  else set({ ...periodOfKey(row.key), group: params.has('endpoint') ? 'meeting' : 'site' });
  return `/line-reports?${next}`;
}

function Name({ report, row }: { report: LineReport; row: LineRow }): ReactNode {
  const [params] = useSearchParams();
  const below = report.group === 'meeting' && row.at !== null ? `${formatDate(new Date(row.at))} ${formatTime(new Date(row.at))}` : row.branch;
  return (
    <span className="lines-name">
      <Link to={rowLink(report, row, params)}>{report.group === 'month' ? keyName(row.name) : row.name}</Link>
      {below !== '' && below !== row.name && <span className="quiet">{below}</span>}
    </span>
  );
}

/** When it came, or how many did in time; how late below. */
function OnTime({ report, row }: { report: LineReport; row: LineRow }): ReactNode {
  const { t } = useTranslation();
  if (report.meeting === null) {
    return <LightMark light={row.on_time === row.turns ? 'good' : 'fair'}>{t('lines.percent', { n: num(row.on_time_percent) })}</LightMark>;
  }
  if (row.came === 0) return <LightMark light="bad">{t('lines.never')}</LightMark>;
  const at = row.joined_at === null ? '–' : formatTime(new Date(row.joined_at));
  if (row.on_time > 0) return <LightMark light="good">{at}</LightMark>;
  return (
    <LightMark light="fair">
      {at} <span className="lines-small">{t('lines.late', { n: Math.ceil((row.late_seconds ?? 0) / 60) })}</span>
    </LightMark>
  );
}

/** Long times in hours. */
const timeText = (minutes: number, t: TFunction): string =>
  minutes >= LONG_MINUTES ? t('lines.hours', { n: num(minutes / 60, 0) }) : t('lines.minutes', { n: num(minutes, 0) });

const lossText = (row: LineSum): string =>
  row.loss_up_percent === null ? '–' : `${num(row.loss_up_percent)} / ${num(row.loss_down_percent)} %`;

const frozenText = (row: LineSum, t: TFunction): string =>
  row.measured_seconds === 0 ? '–' : t('lines.seconds', { n: num(row.frozen_up_seconds + row.frozen_down_seconds, 0) });

const causeText = ({ kind, n, minutes }: LineCause, t: TFunction): string =>
  t('lines.cause', { cause: kind.text[currentLanguage()], n, minutes: num(minutes, minutes < 10 ? 1 : 0) });

function worstText(report: LineReport, row: LineSum, t: TFunction): string {
  const { worst } = row;
  if (!worst) return '';
  const at = new Date(worst.at);
  const loss = Math.max(worst.loss_up, worst.loss_down);
  const known = loss > 0 && worst.kind.id === row.causes[0]?.kind.id; // the cell says it already
  const what = [...(known ? [] : [worst.kind.text[currentLanguage()]]), ...(loss > 0 ? [t('lines.worstLoss', { n: num(loss) })] : [])].join(', ');
  return t('lines.worst', { at: report.meeting === null ? `${formatDate(at)} ${formatTime(at)}` : formatTime(at), what });
}

function Faults({ report, row }: { report: LineReport; row: LineRow }): ReactNode {
  const { t } = useTranslation();
  const causes = row.causes.slice(0, CAUSES_IN_ROW).map((cause) => causeText(cause, t)).join('; ');
  const worst = worstText(report, row, t);
  return (
    <span className="lines-faults" title={[row.causes.map((cause) => causeText(cause, t)).join('; '), worst].filter(Boolean).join('\n')}>
      {causes !== '' && <span>{causes}</span>}
      {worst !== '' && <span className="quiet">{worst}</span>}
    </span>
  );
}

function Last({ report, row }: { report: LineReport; row: LineRow }): ReactNode {
  const { t } = useTranslation();
  if (report.meeting === null) return num(row.turns, 0);
  const light = rehearsalLight(row);
  return <LightMark light={light === 'none' ? 'absent' : light}>{t(`lines.light.${light}`)}</LightMark>;
}

function Row({ report, row, order }: { report: LineReport; row: LineRow; order: number }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="lines-row" role="row" data-row={row.key}>
      <span role="cell" className="quiet">
        {order}
      </span>
      <span role="cell" className="lines-cell">
        <Name report={report} row={row} />
      </span>
      <span role="cell">
        <OnTime report={report} row={row} />
      </span>
      <span role="cell">{timeText(row.connected_minutes, t)}</span>
      <span role="cell">
        <Available row={row} />
      </span>
      <span role="cell">{lossText(row)}</span>
      <span role="cell">{frozenText(row, t)}</span>
      <span role="cell">{row.concealed_percent === null ? '–' : t('lines.percent', { n: num(row.concealed_percent) })}</span>
      <span role="cell" className="lines-cell">
        <Faults report={report} row={row} />
      </span>
      <span role="cell">
        <Last report={report} row={row} />
      </span>
    </div>
  );
}

function Available({ row }: { row: LineSum }): ReactNode {
  const { t } = useTranslation();
  return (
    <LightMark light={availabilityLight(row.availability_percent)}>
      <b>{row.availability_percent === null ? '–' : t('lines.percent', { n: num(row.availability_percent) })}</b>
    </LightMark>
  );
}

/** The same row on a telephone. */
function Card({ report, row }: { report: LineReport; row: LineRow }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="lines-card" role="row" data-row={row.key}>
      <div role="cell" className="lines-card-head">
        <Name report={report} row={row} />
        <Available row={row} />
      </div>
      <div role="cell" className="lines-card-facts">
        <OnTime report={report} row={row} />
        <span>{timeText(row.connected_minutes, t)}</span>
        <span>↑↓ {lossText(row)}</span>
      </div>
      <div role="cell">
        <Faults report={report} row={row} />
      </div>
    </div>
  );
}

/* --- the foot --- */

function Causes({ causes }: { causes: readonly LineCause[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <section className="lines-foot">
      <h2>{t('lines.causes')}</h2>
      {causes.length === 0 ? (
        <p className="quiet">{t('lines.noFaults')}</p>
      ) : (
        <ul>
          {causes.map((cause) => (
            <li key={cause.kind.id}>{causeText(cause, t)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Definitions({ report }: { report: LineReport }): ReactNode {
  const { t } = useTranslation();
  return (
    <section className="lines-foot quiet">
      <h2>{t('lines.definitions')}</h2>
      <ul>
        {report.definitions.map((words) => (
          <li key={words.en}>{words[currentLanguage()]}</li>
        ))}
      </ul>
    </section>
  );
}
