import { parseCsv, ROWS_MAX } from './csv';
import type { UnitRow } from './tree';

/** What reading a file of units would change. Pure: the page shows it, then sends it step by step. */

export interface UnitStep {
  kind: 'add' | 'change' | 'remove';
  code: string;
  name: string;
  parent: string | null;
  level: string;
  /** What it is called, or where it stands, today. */
  before?: { name: string; parent: string | null };
}

export type UnitFault = 'columns' | 'fields' | 'code' | 'name' | 'parent' | 'level' | 'twice' | 'circle' | 'tooMany';

export interface UnitPlan {
  steps: UnitStep[];
  unchanged: number;
  /** Units that the file does not name. */
  missing: number;
  faults: { line: number; fault: UnitFault; text: string }[];
}

const COLUMNS = { code: ['code', 'mã', 'ma'], parent: ['parent_code', 'parent', 'mã cấp trên', 'cấp trên'], level: ['level', 'cấp'], name: ['name', 'tên'] };
type Column = keyof typeof COLUMNS;
const CODE_MAX = 32;
const NAME_MAX = 200;

function columnsOf(head: readonly string[]): Record<Column, number> | null {
  const names = head.map((h) => h.trim().toLowerCase());
  const found = Object.fromEntries(Object.entries(COLUMNS).map(([key, words]) => [key, names.findIndex((n) => words.includes(n))])) as Record<Column, number>;
  return Object.values(found).every((i) => i >= 0) ? found : null;
}

interface Line extends UnitRow {
  line: number;
}

function readLines(rows: string[][], columns: Record<Column, number>, faults: UnitPlan['faults']): Map<string, Line> {
  const lines = new Map<string, Line>();
  rows.forEach((row, i) => {
    const line = i + 2;
    const text = (column: Column): string => (row[columns[column]] ?? '').trim();
    const code = text('code');
    const bad = (fault: UnitFault, what: string): void => void faults.push({ line, fault, text: what });
    if (row.length < 4) return bad('fields', row.join(' '));
    if (code === '' || code.length > CODE_MAX) return bad('code', code);
    if (text('name') === '' || text('name').length > NAME_MAX) return bad('name', text('name'));
    if (text('level') === '') return bad('level', code);
    if (lines.has(code)) return bad('twice', code);
    lines.set(code, { code, parent: text('parent') || null, level: text('level'), name: text('name'), endpoints: 0, line });
  });
  return lines;
}

/** Parents before their children; what hangs in a circle is left out and named. */
function inOrder(lines: Map<string, Line>, known: ReadonlySet<string>, faults: UnitPlan['faults']): Line[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const order: Line[] = [];
  const visit = (line: Line): boolean => {
    if (done.has(line.code)) return true;
    if (open.has(line.code)) return false;
    open.add(line.code);
    const parent = line.parent === null ? undefined : lines.get(line.parent);
    const ok = parent ? visit(parent) : true;
    open.delete(line.code);
    if (!ok) {
      faults.push({ line: line.line, fault: 'circle', text: line.code });
      return false;
    }
    done.add(line.code);
    order.push(line);
    return true;
  };
  for (const line of lines.values()) {
    if (line.parent !== null && !lines.has(line.parent) && !known.has(line.parent)) faults.push({ line: line.line, fault: 'parent', text: line.parent });
    else visit(line);
  }
  return order;
}

/** Compares a file with what there is. `remove`: what the file does not name shall go. */
export function planImport(text: string, units: readonly UnitRow[], remove: boolean): UnitPlan {
  const plan: UnitPlan = { steps: [], unchanged: 0, missing: 0, faults: [] };
  const [head, ...rows] = parseCsv(text);
  const columns = head ? columnsOf(head) : null;
  if (!columns) return { ...plan, faults: [{ line: 1, fault: 'columns', text: (head ?? []).join(', ') }] };
  if (rows.length > ROWS_MAX) return { ...plan, faults: [{ line: ROWS_MAX, fault: 'tooMany', text: String(rows.length) }] };
  const today = new Map(units.map((u) => [u.code, u]));
  const lines = readLines(rows, columns, plan.faults);
  for (const line of inOrder(lines, new Set(today.keys()), plan.faults)) {
    const { code, name, parent, level } = line;
    const now = today.get(code);
    if (!now) plan.steps.push({ kind: 'add', code, name, parent, level });
    else if (now.level !== level) plan.faults.push({ line: line.line, fault: 'level', text: code });
    else if (now.name !== name || (parent !== null && now.parent !== parent)) {
      plan.steps.push({ kind: 'change', code, name, parent, level, before: { name: now.name, parent: now.parent } });
    } else plan.unchanged += 1;
  }
  const missing = units.filter((u) => !lines.has(u.code));
  plan.missing = missing.length;
  if (remove) plan.steps.push(...removals(missing));
  return plan;
}

/** Children before their parents. */
function removals(missing: readonly UnitRow[]): UnitStep[] {
  const byCode = new Map(missing.map((u) => [u.code, u]));
  const depth = (u: UnitRow): number => {
    let n = 0;
    for (let at: UnitRow | undefined = u; at?.parent && n < 20; at = byCode.get(at.parent)) n += 1;
    return n;
  };
  return [...missing]
    .sort((a, b) => depth(b) - depth(a))
    .map((u) => ({ kind: 'remove' as const, code: u.code, name: u.name, parent: u.parent, level: u.level }));
}

/** The units as a file that can be read again. */
export function unitRows(units: readonly UnitRow[]): string[][] {
  return [['code', 'parent_code', 'level', 'name'], ...units.map((u) => [u.code, u.parent ?? '', u.level, u.name])];
}
