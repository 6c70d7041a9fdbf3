/** The attendance table of the page after a meeting: filter, order, sums, lines for the minutes. Pure. */
import type { Attendance, ReportVote, Speech } from '../api/report';
import { fold, matchRank } from './fold';
import { formatSpan, formatTime } from './time';

export type AttendanceFilter = 'all' | 'present' | 'late' | 'absent' | 'excused' | 'uncounted';
export type AttendanceKey = 'order' | 'name' | 'branch' | 'mark' | 'first' | 'minutes' | 'late' | 'heads';

export interface AttendanceView {
  filter: AttendanceFilter;
  query: string;
  key: AttendanceKey;
  descending: boolean;
}

export const FILTERS: readonly AttendanceFilter[] = ['all', 'present', 'late', 'absent', 'excused', 'uncounted'];
const KEYS: readonly AttendanceKey[] = ['order', 'name', 'branch', 'mark', 'first', 'minutes', 'late', 'heads'];

/** Was it there at all? A site that the operator ticked as present counts even without a connection. */
export const wasThere = (row: Attendance): boolean => row.mark === 'present';

export function matchesFilter(row: Attendance, filter: AttendanceFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'present':
      return wasThere(row);
    case 'late':
      return wasThere(row) && row.late_minutes > 0;
    case 'absent':
      return !wasThere(row);
    case 'excused':
      return row.mark === 'excused';
    case 'uncounted':
      return wasThere(row) && row.head_count === null;
  }
}

const MARK_ORDER = { absent: 0, not_called: 1, excused: 2, present: 3 } as const;
const collator = new Intl.Collator('vi', { numeric: true });

function compare(a: Attendance, b: Attendance, key: AttendanceKey): number {
  switch (key) {
    case 'order':
      return 0;
    case 'name':
      return collator.compare(a.name, b.name);
    case 'branch':
      return collator.compare(a.branch, b.branch) || collator.compare(a.name, b.name);
    case 'mark':
      return MARK_ORDER[a.mark] - MARK_ORDER[b.mark];
    case 'first':
      return (a.first_joined_at ?? Infinity) - (b.first_joined_at ?? Infinity) || 0;
    case 'minutes':
      return a.minutes - b.minutes;
    case 'late':
      return a.late_minutes - b.late_minutes;
    case 'heads':
      return (a.head_count ?? -1) - (b.head_count ?? -1);
  }
}

/** Rows that match, in order; equals keep the order of the invitation. */
export function attendanceRows(rows: readonly Attendance[], view: AttendanceView): Attendance[] {
  const query = fold(view.query);
  const found = rows.filter(
    (row) =>
      matchesFilter(row, view.filter) &&
      (query === '' || matchRank(fold(`${row.name} ${row.unit_name} ${row.branch}`), query) >= 0),
  );
  const sign = view.descending ? -1 : 1;
  return found
    .map((row, order) => ({ row, order }))
    .sort((a, b) => sign * safe(compare(a.row, b.row, view.key)) || a.order - b.order)
    .map(({ row }) => row);
}

/** Two that never came: Infinity - Infinity is no number. */
const safe = (n: number): number => (Number.isNaN(n) ? 0 : n);

export function countByFilter(rows: readonly Attendance[]): Record<AttendanceFilter, number> {
  const counts = Object.fromEntries(FILTERS.map((f) => [f, 0])) as Record<AttendanceFilter, number>;
  for (const row of rows) for (const filter of FILTERS) if (matchesFilter(row, filter)) counts[filter] += 1;
  return counts;
}

/** The view stands in the address, so that it can be sent to a colleague. */
export function readView(params: URLSearchParams): AttendanceView {
  const filter = params.get('filter') as AttendanceFilter | null;
  const key = params.get('sort') as AttendanceKey | null;
  return {
    filter: filter && FILTERS.includes(filter) ? filter : 'all',
    query: params.get('q') ?? '',
    key: key && KEYS.includes(key) ? key : 'order',
    descending: params.get('desc') === '1',
  };
}

export function writeView(params: URLSearchParams, view: AttendanceView): URLSearchParams {
  const next = new URLSearchParams(params);
  const put = (name: string, value: string): void => (value === '' ? next.delete(name) : next.set(name, value));
  put('filter', view.filter === 'all' ? '' : view.filter);
  put('q', view.query);
  put('sort', view.key === 'order' ? '' : view.key);
  put('desc', view.descending ? '1' : '');
  return next;
}

/** A click on a column's head: up, down, as invited. */
export function nextSort(view: AttendanceView, key: AttendanceKey): AttendanceView {
  if (view.key !== key) return { ...view, key, descending: false };
  return view.descending ? { ...view, key: 'order', descending: false } : { ...view, descending: true };
}

export const percentOf = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.round((part * 100) / whole));

export interface SpeakerSum {
  endpoint: string;
  name: string;
  times: number;
  seconds: number;
}

/** Who spoke how often and how long, the longest first. */
export function speakerSums(speeches: readonly Speech[]): SpeakerSum[] {
  const sums = new Map<string, SpeakerSum>();
  for (const s of speeches) {
    const sum = sums.get(s.endpoint) ?? { endpoint: s.endpoint, name: s.name, times: 0, seconds: 0 };
    sums.set(s.endpoint, { ...sum, times: sum.times + 1, seconds: sum.seconds + s.seconds });
  }
  return [...sums.values()].sort((a, b) => b.seconds - a.seconds || collator.compare(a.name, b.name));
}

/** Votes cast, and the place of the choice that has most; null when none was cast or two are level. */
export function leader(vote: Pick<ReportVote, 'counts'>): number | null {
  const most = Math.max(0, ...vote.counts);
  const at = vote.counts.flatMap((n, i) => (n === most ? [i] : []));
  return most > 0 && at.length === 1 ? at[0]! : null;
}

export const votesCast = (vote: Pick<ReportVote, 'counts'>): number => vote.counts.reduce((sum, n) => sum + n, 0);

/** Lines for the minutes, as plain text. */
export const speechLine = (s: Speech): string => `- ${formatTime(new Date(s.from))} ${s.name} (${formatSpan(s.seconds * 1000)}): `;
export const voteLine = (v: ReportVote): string =>
  `- ${v.question} ${v.choices.map((choice, i) => `${choice}: ${v.counts[i] ?? 0}`).join('; ')}.`;
