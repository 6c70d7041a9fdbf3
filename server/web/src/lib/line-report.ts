/** Reports on lines: the rows of GET /line-reports, their order, sums and periods. Pure. */
import { isoDay } from './calendar';
import { fold, matchRank } from './fold';
import type { Light } from '../room/state';

export const LINE_GROUPS = ['site', 'branch', 'month', 'year', 'meeting'] as const;
export type LineGroup = (typeof LINE_GROUPS)[number];

export interface Words {
  vi: string;
  en: string;
}

export interface LineKind {
  id: string;
  text: Words;
}

export interface LineCause {
  kind: LineKind;
  n: number;
  minutes: number;
}

/** Sums over rooms and meetings; null: it was not measured. */
export interface LineSum {
  meetings: number;
  sites: number;
  turns: number;
  came: number;
  on_time: number;
  on_time_percent: number | null;
  availability_percent: number | null;
  connected_minutes: number;
  measured_seconds: number;
  usable_seconds: number;
  counted_seconds: number;
  loss_up_percent: number | null;
  loss_down_percent: number | null;
  concealed_percent: number | null;
  frozen_up_seconds: number;
  frozen_down_seconds: number;
  faults: number;
  fault_minutes: number;
  causes: LineCause[];
  worst: { at: number; light: string; kind: LineKind; loss_up: number; loss_down: number } | null;
  rehearsal: { good: number; fair: number; bad: number; none: number };
}

export interface LineRow extends LineSum {
  key: string;
  name: string;
  unit_name: string;
  branch: string;
  at: number | null;
  joined_at: number | null;
  late_seconds: number | null;
}

export interface LineReport {
  group: LineGroup;
  meeting: string | null;
  title: string;
  host_name: string;
  from: number;
  to: number;
  tolerance_minutes: number;
  step_seconds: number;
  over: boolean;
  pending: number;
  total: LineSum;
  rows: LineRow[];
  definitions: Words[];
}

/* --- what is shown, and in which order --- */

export type LineKey = 'worst' | 'name' | 'joined' | 'connected' | 'available' | 'loss' | 'frozen' | 'concealed' | 'faults';
const KEYS: readonly LineKey[] = ['worst', 'name', 'joined', 'connected', 'available', 'loss', 'frozen', 'concealed', 'faults'];

export interface LineView {
  query: string;
  branch: string;
  /** `worst`: as the server has it. */
  key: LineKey;
  descending: boolean;
}

export function readLineView(params: URLSearchParams): LineView {
  const key = params.get('sort') as LineKey | null;
  return {
    query: params.get('q') ?? '',
    branch: params.get('branch') ?? '',
    key: key && KEYS.includes(key) ? key : 'worst',
    descending: params.get('desc') === '1',
  };
}

export function writeLineView(params: URLSearchParams, view: LineView): URLSearchParams {
  const next = new URLSearchParams(params);
  const put = (name: string, value: string): void => (value === '' ? next.delete(name) : next.set(name, value));
  put('q', view.query);
  put('branch', view.branch);
  put('sort', view.key === 'worst' ? '' : view.key);
  put('desc', view.descending ? '1' : '');
  return next;
}

/** A click on a head: the worst of it first, the other way round, as the server has it. */
export function nextLineSort(view: LineView, key: LineKey): LineView {
  if (view.key !== key) return { ...view, key, descending: false };
  return view.descending ? { ...view, key: 'worst', descending: false } : { ...view, descending: true };
}

const collator = new Intl.Collator('vi', { numeric: true });
const NEVER_LATE = Number.MAX_SAFE_INTEGER;

/** The worse, the smaller. */
function weight(row: LineRow, key: LineKey): number {
  switch (key) {
    case 'joined':
      return row.late_seconds !== null ? -row.late_seconds : row.on_time_percent !== null && row.turns > 1 ? row.on_time_percent : -NEVER_LATE;
    case 'connected':
      return row.connected_minutes;
    case 'available':
      return row.availability_percent ?? 101;
    case 'loss':
      return -Math.max(row.loss_up_percent ?? -1, row.loss_down_percent ?? -1);
    case 'frozen':
      return -(row.frozen_up_seconds + row.frozen_down_seconds);
    case 'concealed':
      return -(row.concealed_percent ?? -1);
    case 'faults':
      return -row.fault_minutes;
    default:
      return 0;
  }
}

const compare = (a: LineRow, b: LineRow, key: LineKey): number =>
  key === 'name' ? collator.compare(a.name, b.name) : weight(a, key) - weight(b, key);

export function lineRows(rows: readonly LineRow[], view: LineView): LineRow[] {
  const query = fold(view.query);
  const sign = view.descending ? -1 : 1;
  return rows
    .filter(
      (row) =>
        (view.branch === '' || row.branch === view.branch) &&
        (query === '' || matchRank(fold(`${row.name} ${row.unit_name} ${row.branch}`), query) >= 0),
    )
    .map((row, order) => ({ row, order }))
    .sort((a, b) => (view.key === 'worst' ? 0 : sign * compare(a.row, b.row, view.key)) || a.order - b.order)
    .map(({ row }) => row);
}

export const branchesOf = (rows: readonly LineRow[]): string[] =>
  [...new Set(rows.map((row) => row.branch).filter((name) => name !== ''))].sort(collator.compare);

/* --- sums --- */

const percent = (part: number, whole: number): number | null => (whole > 0 ? (100 * part) / whole : null);

function mean(rows: readonly LineSum[], of: (row: LineSum) => number | null): number | null {
  const measured = rows.filter((row) => of(row) !== null && row.measured_seconds > 0);
  const seconds = measured.reduce((sum, row) => sum + row.measured_seconds, 0);
  return seconds > 0 ? measured.reduce((sum, row) => sum + (of(row) ?? 0) * row.measured_seconds, 0) / seconds : null;
}

const add = (rows: readonly LineSum[], of: (row: LineSum) => number): number => rows.reduce((sum, row) => sum + of(row), 0);

function causesOf(rows: readonly LineSum[]): LineCause[] {
  const causes = new Map<string, LineCause>();
  for (const { kind, n, minutes } of rows.flatMap((row) => row.causes)) {
    const known = causes.get(kind.id);
    causes.set(kind.id, { kind, n: n + (known?.n ?? 0), minutes: minutes + (known?.minutes ?? 0) });
  }
  return [...causes.values()].sort((a, b) => b.minutes - a.minutes);
}

/** Of some of a report's rows; how many meetings and rooms they are of is the whole report's. */
export function sumRows(rows: readonly LineRow[], whole: LineSum): LineSum {
  const turns = add(rows, (r) => r.turns);
  const onTime = add(rows, (r) => r.on_time);
  const rehearsal = (light: keyof LineSum['rehearsal']): number => add(rows, (r) => r.rehearsal[light]);
  const usable = add(rows, (r) => r.usable_seconds);
  const counted = add(rows, (r) => r.counted_seconds);
  return {
    ...whole,
    turns,
    came: add(rows, (r) => r.came),
    on_time: onTime,
    on_time_percent: percent(onTime, turns),
    availability_percent: percent(usable, counted),
    connected_minutes: add(rows, (r) => r.connected_minutes),
    measured_seconds: add(rows, (r) => r.measured_seconds),
    usable_seconds: usable,
    counted_seconds: counted,
    loss_up_percent: mean(rows, (r) => r.loss_up_percent),
    loss_down_percent: mean(rows, (r) => r.loss_down_percent),
    concealed_percent: mean(rows, (r) => r.concealed_percent),
    frozen_up_seconds: add(rows, (r) => r.frozen_up_seconds),
    frozen_down_seconds: add(rows, (r) => r.frozen_down_seconds),
    faults: add(rows, (r) => r.faults),
    fault_minutes: add(rows, (r) => r.fault_minutes),
    causes: causesOf(rows),
    worst: null,
    rehearsal: { good: rehearsal('good'), fair: rehearsal('fair'), bad: rehearsal('bad'), none: rehearsal('none') },
  };
}

/** From here on a line is called good, or at least fair; as a colour only. */
const AVAILABLE_GOOD = 99;
const AVAILABLE_FAIR = 95;

export function availabilityLight(value: number | null): Light {
  if (value === null) return 'absent';
  return value >= AVAILABLE_GOOD ? 'good' : value >= AVAILABLE_FAIR ? 'fair' : 'bad';
}

export function rehearsalLight(row: LineSum): 'good' | 'fair' | 'bad' | 'none' {
  const { good, fair, bad } = row.rehearsal;
  return bad > 0 ? 'bad' : fair > 0 ? 'fair' : good > 0 ? 'good' : 'none';
}

/* --- periods --- */

export const PRESETS = ['month', 'lastMonth', 'year', 'lastYear'] as const;
export type Preset = (typeof PRESETS)[number];

export interface Period {
  /** "2026-11-01", both days are in it. */
  from: string;
  to: string;
}

export function presetPeriod(preset: Preset, now: Date): Period {
  const year = now.getFullYear() - (preset === 'lastYear' ? 1 : 0);
  if (preset === 'year' || preset === 'lastYear') return { from: `${year}-01-01`, to: `${year}-12-31` };
  const first = new Date(now.getFullYear(), now.getMonth() - (preset === 'lastMonth' ? 1 : 0), 1);
  return { from: isoDay(first), to: isoDay(new Date(first.getFullYear(), first.getMonth() + 1, 0)) };
}

export const presetOf = (period: Period, now: Date): Preset | null =>
  PRESETS.find((preset) => {
    const { from, to } = presetPeriod(preset, now);
    return from === period.from && to === period.to;
  }) ?? null;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readPeriod(params: URLSearchParams, now: Date): Period {
  const usual = presetPeriod('month', now);
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  return DAY.test(from) && DAY.test(to) && from <= to ? { from, to } : usual;
}

/** The days of a row by month ("2026-11") or year ("2026"). */
export function periodOfKey(key: string): Period {
  if (/^\d{4}$/.test(key)) return { from: `${key}-01-01`, to: `${key}-12-31` };
  const [year = 2000, month = 1] = key.split('-').map(Number);
  return { from: `${key}-01`, to: isoDay(new Date(year, month, 0)) };
}

/** "2026-11" as "11/2026". */
export const keyName = (key: string): string => key.replace(/^(\d{4})-(\d{2})$/, '$2/$1');
