/** The rehearsal board: each room's last test, what to do about it, what technicians note. Pure. */
import type { TestResult } from '../room/protocol';
import { fold, search } from './fold';

export type TrialLight = 'good' | 'fair' | 'bad' | 'none';

interface Words {
  vi: string;
  en: string;
}

/** What the relay measured of that line; what it does not know is missing or null. */
export interface RelayFigures {
  up_loss?: number | null;
  down_loss?: number | null;
  rtt_ms?: number | null;
}

/** What one test found. */
export interface TrialRun {
  light: TrialLight;
  advice: string[];
  /** When it ended, UTC ms. */
  at: number | null;
  result: (Omit<TestResult, 'test'> & { relay?: RelayFigures | null }) | null;
}

/** A room and the last of its tests. */
export interface TrialRow extends TrialRun {
  endpoint: string;
  name: string;
  unit: string;
  /** Code of the branch it sits under; null: the meeting's own. */
  branch: string | null;
  branch_name: string | null;
  phone: string | null;
  technician: string | null;
  connected: boolean;
  running: boolean;
  runs: number;
  note: string;
  ticked: boolean;
  ticked_by: string | null;
  ticked_at: number | null;
  seat_light: string | null;
}

export interface TrialCounts {
  sites: number;
  done: number;
  good: number;
  fair: number;
  bad: number;
  running: number;
  connected: number;
}

/** What GET /meetings/{id}/rehearsal answers: with `since`, only the rows that changed. */
export interface TrialAnswer {
  revision: number;
  /** All rows are in it: what was known before is over. */
  full?: boolean;
  meeting: { id: string; title: string; state: string; starts_at: string | number };
  opened_at: string | number | null;
  opens_at: string | number | null;
  counts: TrialCounts;
  words: { advice: Record<string, Words> };
  rows: TrialRow[];
}

export interface Trial extends Omit<TrialAnswer, 'rows'> {
  rows: ReadonlyMap<string, TrialRow>;
}

/** null: what is known does not fit what came (the server began anew, a site is gone): read all again. */
export function mergeTrial(before: Trial | null, answer: TrialAnswer): Trial | null {
  const { rows: changed, ...head } = answer;
  if (before === null || answer.full === true) return { ...head, rows: new Map(changed.map((r) => [r.endpoint, r])) };
  if (answer.revision < before.revision) return null;
  let { rows } = before;
  if (changed.length > 0) {
    const next = new Map(rows);
    for (const row of changed) next.set(row.endpoint, row);
    rows = next;
  }
  if (rows.size > answer.counts.sites) return null;
  return { ...head, words: { advice: { ...before.words.advice, ...head.words?.advice } }, rows };
}

export type TrialFilter = 'all' | 'todo' | 'bad' | 'fair' | 'good' | 'none' | 'running' | 'away' | 'unticked';
export const TRIAL_FILTERS: readonly TrialFilter[] = ['all', 'todo', 'bad', 'fair', 'good', 'none', 'running', 'away', 'unticked'];

export const asTrialFilter = (text: string | null): TrialFilter => TRIAL_FILTERS.find((f) => f === text) ?? 'all';

function passes(row: TrialRow, filter: TrialFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'todo':
      return !row.ticked && row.light !== 'good';
    case 'running':
      return row.running;
    case 'away':
      return !row.connected;
    case 'unticked':
      return !row.ticked;
    default:
      return row.light === filter;
  }
}

const collator = new Intl.Collator('vi');
const GRAVITY: Record<TrialLight, number> = { bad: 0, fair: 1, none: 2, good: 4 };
/** What is seen to comes after what is not, green after all. */
const rank = (row: TrialRow): number => (row.light === 'none' && !row.connected ? 3 : GRAVITY[row.light]) + (row.ticked && row.light !== 'good' ? 0.5 : 0);

/** Red first; of one light by name. */
export function byTrial(rows: Iterable<TrialRow>): TrialRow[] {
  return [...rows].sort((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name));
}

/** Rows in the order that they had while somebody types in one; those that are new stand at the end. */
export function inOrder(rows: readonly TrialRow[], order: readonly string[]): TrialRow[] {
  const place = new Map(order.map((endpoint, i) => [endpoint, i]));
  return [...rows].sort((a, b) => (place.get(a.endpoint) ?? order.length) - (place.get(b.endpoint) ?? order.length));
}

export interface TrialView {
  filter: TrialFilter;
  /** Code of a branch; '' the meeting's own, null all. */
  branch: string | null;
  query: string;
}

export function viewTrial(rows: Iterable<TrialRow>, { filter, branch, query }: TrialView): TrialRow[] {
  const passing = [...rows].filter((r) => passes(r, filter) && (branch === null || (r.branch ?? '') === branch));
  if (query.trim() === '') return byTrial(passing);
  const found = search(
    passing.map((row) => ({ row, folded: fold(`${row.name} ${row.unit} ${row.technician ?? ''} ${row.note}`) })),
    query,
  );
  return found.map((f) => f.row);
}

/** The branches that have sites, by name; the meeting's own, '', first. */
export function branchesOf(rows: Iterable<TrialRow>): { code: string; name: string }[] {
  const names = new Map([...rows].map((r) => [r.branch ?? '', r.branch_name ?? r.branch ?? '']));
  return [...names]
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => (a.code === '' ? -1 : b.code === '' ? 1 : collator.compare(a.name, b.name)));
}

/** What to do about a room, in the server's words. */
export function adviceOf(row: TrialRun, words: Record<string, Words>, language: 'vi' | 'en'): string[] {
  return row.advice.map((id) => words[id]?.[language] ?? id);
}

export interface TrialFigures {
  up: { kbps: number | null; loss: number | null };
  down: { kbps: number | null; loss: number | null };
  rtt: number | null;
}

/** The line both ways; the relay's own measure where the page has none. null: nothing is known. */
export function figuresOf(row: TrialRow): TrialFigures | null {
  const line = row.result?.line;
  const relay = row.result?.relay;
  if (!line && !relay) return null;
  return {
    up: { kbps: line?.up_kbps ?? null, loss: line?.up_loss ?? relay?.up_loss ?? null },
    down: { kbps: line?.down_kbps ?? null, loss: line?.down_loss ?? relay?.down_loss ?? null },
    rtt: line?.rtt_ms ?? relay?.rtt_ms ?? null,
  };
}

/** "1,2 Mbit/s", "0,4 %": as the language writes decimals; what is not known is a dash. */
const decimal = (language: 'vi' | 'en', n: number): string => n.toFixed(1).replace('.', language === 'vi' ? ',' : '.');
export const showRate = (kbps: number | null | undefined, language: 'vi' | 'en'): string =>
  kbps === null || kbps === undefined ? '–' : `${decimal(language, kbps / 1000)} Mbit/s`;
export const showLoss = (permille: number | null | undefined, language: 'vi' | 'en'): string =>
  permille === null || permille === undefined ? '–' : permille === 0 ? '0 %' : `${decimal(language, permille / 10)} %`;

/** How many rooms a request to all would reach. */
export const askable = (rows: Iterable<TrialRow>, branch: string | null): number =>
  [...rows].filter((r) => r.connected && (branch === null || (r.branch ?? '') === branch)).length;
