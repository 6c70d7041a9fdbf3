import { addDays, atTime, formatDate, formatTime, isSameDay, nextQuarter, parseDate, parseTime, startOfDay } from './time';

/** The booking form as typed, kept on this machine until it is sent; and what is wrong with it. Pure but for storage. */
export interface Draft {
  title: string;
  host: string | null;
  chair: string | null;
  date: string;
  from: string;
  to: string;
  units: string[];
}

export type Fault = 'nameNeeded' | 'hostNeeded' | 'chairNeeded' | 'dateBad' | 'timeBad' | 'order' | 'past' | 'whoNeeded';
export type Faults = Partial<Record<'title' | 'host' | 'chair' | 'date' | 'from' | 'to' | 'who', Fault>>;

const KEY = 'diemcau.draft';

export function newDraft(now: Date, host: string | null): Draft {
  // Office hours: what would start in the evening is proposed for the next morning.
  let start = nextQuarter(now, 30);
  if (start.getHours() >= 17 || !isSameDay(start, now)) {
    start = atTime(addDays(startOfDay(now), 1), { hours: 8, minutes: 0 });
  }
  const end = new Date(start.getTime() + 90 * 60_000);
  return {
    title: '',
    host,
    chair: null,
    date: formatDate(start),
    from: formatTime(start),
    to: isSameDay(end, start) ? formatTime(end) : '23:59',
    units: [],
  };
}

/** Start and end as typed; null while they cannot be read. */
export function timesOf(draft: Draft, now: Date): { from: Date; to: Date } | null {
  const day = parseDate(draft.date, now);
  const from = parseTime(draft.from);
  const to = parseTime(draft.to);
  return day && from && to ? { from: atTime(day, from), to: atTime(day, to) } : null;
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
  return faults;
}

export function loadDraft(): Draft | null {
  try {
    const text = localStorage.getItem(KEY);
    if (text === null) return null;
    const draft = JSON.parse(text) as Partial<Draft>;
    const ok =
      typeof draft.title === 'string' &&
      [draft.date, draft.from, draft.to].every((s) => typeof s === 'string') &&
      Array.isArray(draft.units);
    return ok ? (draft as Draft) : null;
  } catch {
    return null;
  }
}

export function saveDraft(draft: Draft | null): void {
  try {
    if (draft) localStorage.setItem(KEY, JSON.stringify(draft));
    else localStorage.removeItem(KEY);
  } catch {
    // A full or closed storage only costs the draft.
  }
}
