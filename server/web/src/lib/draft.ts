import type { AgendaItem, ClashReport, Endpoint, EndpointGroup, Entry, MeetingDetail, MeetingKind, MeetingNew, Series, Template } from '../api/types';
import { exceptionTimes, faultOfRepeat, fromRule, noRepeat, toRule, type Repeat, type RepeatFault } from './repeat';
import { addDays, atTime, formatDate, formatTime, isSameDay, nextQuarter, parseDate, parseTime, startOfDay } from './time';
import { toBranches, type Tree, type TreeNode } from './tree';

/** The booking form as typed; what it would send; what is wrong with it. Pure but for the storage of this machine. */

/** A row of the agenda; `key` is the page's own, the server's id comes when it is saved. */
export interface AgendaRow {
  key: string;
  id: string | null;
  title: string;
  speaker: string;
  endpoint: string | null;
  minutes: number;
}

export interface Draft {
  title: string;
  kind: MeetingKind;
  host: string | null;
  chair: string | null;
  coChairs: string[];
  date: string;
  from: string;
  to: string;
  /** The end lies so many days after the start. */
  plusDays: number;
  repeat: Repeat;
  /** Units whose rooms are all invited. */
  units: string[];
  /** Rooms invited one by one. */
  rooms: string[];
  groups: string[];
  agenda: AgendaRow[];
  resources: string[];
  entry: Entry;
  note: string;
}

export type Fault =
  | 'nameNeeded'
  | 'hostNeeded'
  | 'chairNeeded'
  | 'dateBad'
  | 'timeBad'
  | 'order'
  | 'past'
  | 'whoNeeded'
  | 'agendaTitle';
export type Faults = Partial<Record<'title' | 'host' | 'chair' | 'date' | 'from' | 'to' | 'who' | 'agenda', Fault>> & {
  repeat?: RepeatFault;
};

const KEY = 'diemcau.draft';
export const AGENDA_MAX = 50;
export const ITEM_MINUTES_MAX = 600;

export const usualEntry: Entry = {
  mic: 'off',
  camera: 'on',
  waiting_room: false,
  recording: 'allowed',
  chat: true,
  floor_gather: false,
  auto_end: false,
  quorum_percent: 0,
  minutes_per_speaker: 0,
};

export function newDraft(now: Date, host: string | null, wanted: Date | null = null): Draft {
  // Office hours: what would start in the evening is proposed for the next morning.
  let start = wanted ?? nextQuarter(now, 30);
  if (!wanted && (start.getHours() >= 17 || !isSameDay(start, now))) {
    start = atTime(addDays(startOfDay(now), 1), { hours: 8, minutes: 0 });
  }
  const end = new Date(start.getTime() + 90 * 60_000);
  return {
    title: '',
    kind: 'conference',
    host,
    chair: null,
    coChairs: [],
    date: formatDate(start),
    from: formatTime(start),
    to: isSameDay(end, start) ? formatTime(end) : '23:59',
    plusDays: 0,
    repeat: noRepeat,
    units: [],
    rooms: [],
    groups: [],
    agenda: [],
    resources: [],
    entry: usualEntry,
    note: '',
  };
}

/** Start and end as typed; null while they cannot be read. */
export function timesOf(draft: Pick<Draft, 'date' | 'from' | 'to' | 'plusDays'>, now: Date): { from: Date; to: Date } | null {
  const day = parseDate(draft.date, now);
  const from = parseTime(draft.from);
  const to = parseTime(draft.to);
  return day && from && to ? { from: atTime(day, from), to: atTime(addDays(day, draft.plusDays), to) } : null;
}

/** The same length at another start. */
export function moveTo(draft: Draft, start: Date, now: Date): Partial<Draft> {
  const times = timesOf(draft, now);
  const ms = times && times.to > times.from ? times.to.getTime() - times.from.getTime() : 90 * 60_000;
  return { date: formatDate(start), from: formatTime(start), ...endAt(start, ms) };
}

function endAt(start: Date, ms: number): Pick<Draft, 'to' | 'plusDays'> {
  const end = new Date(start.getTime() + ms);
  const days = Math.round((startOfDay(end).getTime() - startOfDay(start).getTime()) / 86_400_000);
  return { to: formatTime(end), plusDays: days };
}

export function faultsOf(draft: Draft, rooms: number, now: Date): Faults {
  const faults: Faults = {};
  if (draft.title.trim() === '') faults.title = 'nameNeeded';
  if (!draft.host) faults.host = 'hostNeeded';
  if (!draft.chair) faults.chair = 'chairNeeded';
  if (!parseDate(draft.date, now)) faults.date = 'dateBad';
  if (!parseTime(draft.from)) faults.from = 'timeBad';
  if (!parseTime(draft.to)) faults.to = 'timeBad';
  const times = timesOf(draft, now);
  if (times && times.to <= times.from) faults.to = 'order';
  else if (times && times.to <= now) faults.from = 'past';
  if (rooms === 0) faults.who = 'whoNeeded';
  if (draft.agenda.some((a) => a.title.trim() === '')) faults.agenda = 'agendaTitle';
  const repeat = times && faultOfRepeat(draft.repeat, times.from);
  if (repeat) faults.repeat = repeat;
  return faults;
}

/** Whether the server could keep it as a draft: it has a name, a host, a chair and readable times. */
export function canBeKept(faults: Faults): boolean {
  return !(faults.title || faults.host || faults.chair || faults.date || faults.from || faults.to || faults.agenda || faults.repeat);
}

/** Every room invited, each once; the chair's and the co-chairs' rooms among them. */
export function invitedRooms(draft: Draft, endpoints: readonly Endpoint[], groups: readonly EndpointGroup[]): Set<string> {
  const units = new Set(draft.units);
  const invited = new Set(draft.rooms);
  for (const e of endpoints) if (units.has(e.unit)) invited.add(e.id);
  for (const g of groups) if (draft.groups.includes(g.id)) g.endpoints.forEach((id) => invited.add(id));
  for (const id of [draft.chair, ...draft.coChairs]) if (id) invited.add(id);
  return invited;
}

/** What is asked for beside the chair. */
export const hasGuests = (draft: Draft): boolean => draft.units.length + draft.rooms.length + draft.groups.length > 0;

/** What to send: whole branches by code, single units by their rooms, and the chair's room in any case. */
export function toRequest(draft: Draft, tree: Tree, endpoints: readonly Endpoint[], now: Date): MeetingNew | null {
  const times = timesOf(draft, now);
  if (!times) return null;
  return {
    title: draft.title.trim(),
    kind: draft.kind,
    host_unit: draft.host ?? '',
    chair_endpoint: draft.chair ?? '',
    co_chairs: draft.coChairs,
    starts_at: times.from.toISOString(),
    ends_at: times.to.toISOString(),
    ...participants(draft, tree, endpoints),
    agenda: draft.agenda.map(toItem),
    resources: draft.resources,
    entry: draft.entry,
    note: draft.note,
    recurrence: toRule(draft.repeat, times.from),
    exceptions: draft.repeat.frequency === 'none' ? [] : exceptionTimes(draft.repeat, times.from),
  };
}

export function participants(draft: Draft, tree: Tree, endpoints: readonly Endpoint[]): Required<Pick<MeetingNew, 'units' | 'endpoints' | 'groups'>> {
  const { branches, single } = toBranches(tree, new Set(draft.units));
  const alone = new Set(single);
  const rooms = new Set(endpoints.filter((e) => alone.has(e.unit)).map((e) => e.id));
  for (const id of [draft.chair, ...draft.coChairs, ...draft.rooms]) if (id) rooms.add(id);
  return { units: branches, endpoints: [...rooms], groups: draft.groups };
}

/** Papers know their item: they are no part of what is sent. */
function toItem(row: AgendaRow): Omit<AgendaItem, 'id' | 'papers'> & { id?: string } {
  const { title, speaker, endpoint, minutes } = row;
  return { ...(row.id ? { id: row.id } : {}), title: title.trim(), speaker: speaker.trim(), endpoint, minutes };
}

let lastKey = 0;
export const newKey = (): string => `row${(lastKey += 1)}`;

export const newAgendaRow = (): AgendaRow => ({ key: newKey(), id: null, title: '', speaker: '', endpoint: null, minutes: 10 });

export const agendaMinutes = (draft: Draft): number => draft.agenda.reduce((sum, row) => sum + row.minutes, 0);

/** The ids that the server gave to new items, where the rows are still the ones that were sent. */
export function adoptIds(rows: readonly AgendaRow[], saved: readonly AgendaItem[]): AgendaRow[] {
  return rows.map((row, i) => (row.id === null && saved[i]?.title === row.title.trim() ? { ...row, id: saved[i].id } : row));
}

/** A meeting as the form shows it: units whose rooms are all invited are ticked, other rooms stand alone. */
export function fromMeeting(meeting: MeetingDetail, tree: Tree, endpoints: readonly Endpoint[], series: Series | null): Draft {
  const from = new Date(meeting.starts_at);
  const invited = new Set(meeting.endpoints.map((e) => e.id));
  const { units, rooms } = sortOut(invited, tree, endpoints, [meeting.chair_endpoint, ...(meeting.co_chairs ?? [])]);
  return {
    title: meeting.title,
    kind: meeting.kind ?? 'conference',
    host: meeting.host_unit,
    chair: meeting.chair_endpoint || null,
    coChairs: meeting.co_chairs ?? [],
    date: formatDate(from),
    from: formatTime(from),
    ...endAt(from, Date.parse(meeting.ends_at) - from.getTime()),
    repeat: series ? fromRule(series.recurrence, from, series.exceptions) : noRepeat,
    units,
    rooms,
    groups: [],
    agenda: (meeting.agenda ?? []).map((a) => ({ key: newKey(), id: a.id, title: a.title, speaker: a.speaker, endpoint: a.endpoint, minutes: a.minutes })),
    resources: (meeting.resources ?? []).map((r) => r.id),
    entry: { ...usualEntry, ...meeting.entry },
    note: meeting.note ?? '',
  };
}

function sortOut(invited: ReadonlySet<string>, tree: Tree, endpoints: readonly Endpoint[], chairs: readonly string[]): { units: string[]; rooms: string[] } {
  const byUnit = new Map<string, Endpoint[]>();
  for (const e of endpoints) byUnit.set(e.unit, [...(byUnit.get(e.unit) ?? []), e]);
  const units: string[] = [];
  const rooms: string[] = [];
  for (const [unit, all] of byUnit) {
    const here = all.filter((e) => invited.has(e.id));
    if (here.length === all.length && tree.byCode.has(unit)) units.push(unit);
    else rooms.push(...here.map((e) => e.id).filter((id) => !chairs.includes(id)));
  }
  return { units, rooms };
}

/** Fills the form from a template; the start stays, the end follows the template's length. */
export function applyTemplate(draft: Draft, template: Template, tree: Tree, endpoints: readonly Endpoint[], now: Date): Draft {
  const { body } = template;
  const units = (body.units ?? []).flatMap((code) => unitsBelow(tree.byCode.get(code)));
  const chairs = [body.chair_endpoint, ...(body.co_chairs ?? [])];
  const loose = sortOut(new Set(body.endpoints), tree, endpoints, chairs.filter((c): c is string => !!c));
  const times = timesOf(draft, now);
  return {
    ...draft,
    title: draft.title.trim() === '' ? (body.title ?? '') : draft.title,
    kind: body.kind ?? draft.kind,
    host: body.host_unit ?? draft.host,
    chair: body.chair_endpoint ?? draft.chair,
    coChairs: body.co_chairs ?? [],
    ...(times && body.length_minutes ? endAt(times.from, body.length_minutes * 60_000) : {}),
    units: [...new Set([...units, ...loose.units])],
    rooms: loose.rooms,
    groups: body.groups ?? [],
    agenda: (body.agenda ?? []).map((a) => ({ ...newAgendaRow(), title: a.title, speaker: a.speaker, endpoint: a.endpoint, minutes: a.minutes })),
    resources: body.resources ?? [],
    entry: { ...usualEntry, ...body.entry },
    note: body.note ?? '',
  };
}

function unitsBelow(node: TreeNode | undefined): string[] {
  if (!node) return [];
  return [...(node.endpoints > 0 ? [node.code] : []), ...node.children.flatMap(unitsBelow)];
}

export function toTemplateBody(draft: Draft, tree: Tree, endpoints: readonly Endpoint[], now: Date): Template['body'] {
  const request = toRequest(draft, tree, endpoints, now);
  const times = timesOf(draft, now);
  if (!request || !times) return {};
  const { starts_at: _from, ends_at: _to, recurrence: _rule, exceptions: _out, ...body } = request;
  body.agenda = (body.agenda ?? []).map(({ id: _, ...item }) => item);
  return { ...body, length_minutes: Math.max(1, Math.round((times.to.getTime() - times.from.getTime()) / 60_000)) };
}

/** Ways to tick many units at once: by level, and by what the units are called. */
export interface QuickPick {
  key: string;
  /** A level's code, or the word that the names begin with. */
  kind: 'level' | 'word';
  label: string;
  units: string[];
  rooms: number;
}

const WORDS = ['Phường', 'Xã', 'Đặc khu', 'Thị trấn', 'Huyện', 'Quận', 'Thị xã', 'Thành phố', 'Tỉnh', 'Sở', 'Ban', 'Chi cục', 'Trung tâm'];

export function quickPicks(tree: Tree): QuickPick[] {
  const picks = new Map<string, QuickPick>();
  const add = (kind: QuickPick['kind'], label: string, node: TreeNode): void => {
    const key = `${kind} ${label}`;
    const pick = picks.get(key) ?? { key, kind, label, units: [], rooms: 0 };
    pick.units.push(node.code);
    pick.rooms += node.endpoints;
    picks.set(key, pick);
  };
  for (const node of tree.byCode.values()) {
    if (node.endpoints === 0) continue;
    add('level', node.level, node);
    const word = WORDS.find((w) => node.name.startsWith(`${w} `));
    if (word) add('word', word, node);
  }
  const all = [...picks.values()];
  const levels = all.filter((p) => p.kind === 'level');
  // A word that says no more than a level does is left out.
  const words = all.filter((p) => p.kind === 'word' && p.units.length > 1 && !levels.some((l) => l.units.length === p.units.length));
  return [...levels.filter((p) => p.units.length > 1), ...words];
}

/** What stands in the right column when the server did not answer. */
export const noReport: ClashReport = { endpoint_count: 0, clashes: [], clash_count: 0, free_at: null, bandwidth_mbps: 0, capacity_ok: true, warnings: [] };

/** What is typed and not at the server yet: of a new meeting, or of one with that id. */
const keyOf = (id: string | null): string => (id === null ? KEY : `${KEY}.${id}`);

export function loadDraft(id: string | null): Draft | null {
  try {
    const text = localStorage.getItem(keyOf(id));
    if (text === null) return null;
    const draft = JSON.parse(text) as Partial<Draft>;
    const ok = typeof draft.title === 'string' && [draft.date, draft.from, draft.to].every((s) => typeof s === 'string') && Array.isArray(draft.units);
    // A draft of an older version lacks what was added since.
    return ok ? { ...newDraft(new Date(), null), ...draft } : null;
  } catch {
    return null;
  }
}

export function saveDraft(draft: Draft | null, id: string | null): void {
  try {
    if (draft) localStorage.setItem(keyOf(id), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(id));
  } catch {
    // A full or closed storage only costs the draft.
  }
}

/** What was deleted meanwhile is dropped from a draft. */
export function dropUnknown(draft: Draft, tree: Tree, endpoints: readonly Endpoint[], groups: readonly EndpointGroup[]): Draft {
  const known = new Set(endpoints.map((e) => e.id));
  const rooms = (ids: readonly string[]): string[] => ids.filter((id) => known.has(id));
  return {
    ...draft,
    host: draft.host !== null && tree.byCode.has(draft.host) ? draft.host : null,
    chair: draft.chair !== null && known.has(draft.chair) ? draft.chair : null,
    coChairs: rooms(draft.coChairs),
    units: draft.units.filter((code) => tree.byCode.has(code)),
    rooms: rooms(draft.rooms),
    groups: draft.groups.filter((id) => groups.some((g) => g.id === id)),
    agenda: draft.agenda.map((a) => ({ ...a, endpoint: a.endpoint !== null && known.has(a.endpoint) ? a.endpoint : null })),
  };
}
