import { addDays, atTime, formatDate, parseDate, startOfDay } from './time';

/** Recurring meetings: the form's choices to an RFC 5545 rule and back, its dates, its words. Pure. */

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type Frequency = 'none' | 'daily' | 'weekly' | 'monthly' | 'custom';

export interface Repeat {
  frequency: Frequency;
  interval: number;
  /** weekly: empty means the day of the start. */
  days: Weekday[];
  /** monthly: on the same date, or on the same weekday of the same week. */
  monthly: 'date' | 'weekday';
  end: 'count' | 'until';
  count: number;
  /** dd/mm/yyyy, as typed. */
  until: string;
  /** The rule itself, for what the form cannot say. */
  custom: string;
  /** Days left out, yyyy-mm-dd. */
  exceptions: string[];
}

export const MAX_INTERVAL = 52;
export const MAX_COUNT = 200;
const LAST_WEEK = 5;

export const noRepeat: Repeat = {
  frequency: 'none',
  interval: 1,
  days: [],
  monthly: 'date',
  end: 'count',
  count: 10,
  until: '',
  custom: '',
  exceptions: [],
};

export const weekdayOf = (d: Date): Weekday => WEEKDAYS[(d.getDay() + 6) % 7]!;
const weekOf = (d: Date): number => Math.ceil(d.getDate() / 7);
const two = (n: number): string => String(n).padStart(2, '0');
export const dayKey = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;

/** The weekdays of a weekly rule, in the order of the week. */
export function daysOf(repeat: Repeat, start: Date): Weekday[] {
  return repeat.days.length === 0 ? [weekdayOf(start)] : WEEKDAYS.filter((d) => repeat.days.includes(d));
}

function untilUtc(text: string, now: Date): string | null {
  const day = parseDate(text, now);
  if (!day) return null;
  const last = new Date(addDays(day, 1).getTime() - 1000);
  return last.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
}

function endPart(repeat: Repeat, start: Date): string {
  if (repeat.end === 'count') return `;COUNT=${repeat.count}`;
  const until = untilUtc(repeat.until, start);
  return until ? `;UNTIL=${until}` : '';
}

/** The rule to send; null when the meeting does not repeat. */
export function toRule(repeat: Repeat, start: Date): string | null {
  const interval = repeat.interval > 1 ? `;INTERVAL=${repeat.interval}` : '';
  const tail = `${interval}${endPart(repeat, start)}`;
  switch (repeat.frequency) {
    case 'none':
      return null;
    case 'daily':
      return `FREQ=DAILY${tail}`;
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${daysOf(repeat, start).join(',')}${tail}`;
    case 'monthly': {
      const week = weekOf(start);
      const day = `${week === LAST_WEEK ? -1 : week}${weekdayOf(start)}`;
      return repeat.monthly === 'date' ? `FREQ=MONTHLY;BYMONTHDAY=${start.getDate()}${tail}` : `FREQ=MONTHLY;BYDAY=${day}${tail}`;
    }
    case 'custom':
      return repeat.custom.trim().replace(/^RRULE:/i, '') || null;
  }
}

function parts(rule: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of rule.replace(/^RRULE:/i, '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) found.set(part.slice(0, at).trim().toUpperCase(), part.slice(at + 1).trim().toUpperCase());
  }
  return found;
}

function readUntil(text: string): string {
  const m = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(text);
  if (!m) return '';
  const [year, month, day, h, min, s] = m.slice(1, 7).map((x) => Number(x ?? 0)) as [number, number, number, number, number, number];
  return formatDate(m[7] ? new Date(Date.UTC(year, month - 1, day, h, min, s)) : new Date(year, month - 1, day));
}

/** Reads a rule back into the form; what the form cannot say stays a custom rule. */
export function fromRule(rule: string | null, start: Date, exceptions: readonly string[] = []): Repeat {
  if (!rule) return noRepeat;
  const found = parts(rule);
  const days = (found.get('BYDAY') ?? '').split(',').filter((d): d is Weekday => (WEEKDAYS as readonly string[]).includes(d));
  const repeat: Repeat = {
    ...noRepeat,
    frequency: ({ DAILY: 'daily', WEEKLY: 'weekly', MONTHLY: 'monthly' } as const)[found.get('FREQ') ?? ''] ?? 'custom',
    interval: Number(found.get('INTERVAL') ?? 1),
    days,
    monthly: found.has('BYDAY') ? 'weekday' : 'date',
    end: found.has('UNTIL') ? 'until' : 'count',
    count: Number(found.get('COUNT') ?? noRepeat.count),
    until: readUntil(found.get('UNTIL') ?? ''),
    custom: rule.replace(/^RRULE:/i, ''),
    exceptions: exceptions.map((e) => dayKey(new Date(e))),
  };
  const said = toRule(repeat, start);
  const same = said !== null && sameParts(parts(said), found, start);
  return same ? repeat : { ...repeat, frequency: 'custom' };
}

function sameParts(a: Map<string, string>, b: Map<string, string>, start: Date): boolean {
  const norm = (m: Map<string, string>): string => {
    const all = new Map(m);
    if (all.get('INTERVAL') === '1') all.delete('INTERVAL');
    if (all.get('FREQ') === 'MONTHLY' && !all.has('BYDAY') && !all.has('BYMONTHDAY')) all.set('BYMONTHDAY', String(start.getDate()));
    if (all.get('FREQ') === 'WEEKLY' && !all.has('BYDAY')) all.set('BYDAY', weekdayOf(start));
    if (all.has('UNTIL')) all.set('UNTIL', readUntil(all.get('UNTIL')!));
    return [...all].map(([k, v]) => `${k}=${k === 'BYDAY' ? v.split(',').sort().join(',') : v}`).sort().join(';');
  };
  return norm(a) === norm(b);
}

export type RepeatFault = 'interval' | 'count' | 'until' | 'untilEarly' | 'custom' | 'allOut';

export function faultOfRepeat(repeat: Repeat, start: Date): RepeatFault | null {
  if (repeat.frequency === 'none') return null;
  if (repeat.frequency === 'custom') return /(^|[;:])FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)/i.test(repeat.custom) ? null : 'custom';
  if (!Number.isInteger(repeat.interval) || repeat.interval < 1 || repeat.interval > MAX_INTERVAL) return 'interval';
  if (repeat.end === 'count' && !(Number.isInteger(repeat.count) && repeat.count >= 1 && repeat.count <= MAX_COUNT)) return 'count';
  if (repeat.end === 'until') {
    const day = parseDate(repeat.until, start);
    if (!day) return 'until';
    if (day < startOfDay(start)) return 'untilEarly';
  }
  return keptDates(repeat, start, MAX_COUNT).length === 0 ? 'allOut' : null;
}

/** The first dates of the rule, exceptions included; none for a rule that the form cannot say. */
export function datesOf(repeat: Repeat, start: Date, limit: number): Date[] {
  if (repeat.frequency === 'none') return [start];
  if (repeat.frequency === 'custom') return [];
  const last = repeat.end === 'until' ? parseDate(repeat.until, start) : null;
  const most = Math.min(limit, repeat.end === 'count' ? repeat.count : MAX_COUNT);
  const found: Date[] = [];
  const time = { hours: start.getHours(), minutes: start.getMinutes() };
  for (const day of candidates(repeat, start)) {
    if (found.length >= most || (last && startOfDay(day) > last)) break;
    found.push(atTime(day, time));
  }
  return found;
}

/** Days of the rule from the start on, without end but for a bound against endless search. */
function* candidates(repeat: Repeat, start: Date): Generator<Date> {
  const step = Math.max(1, repeat.interval);
  if (repeat.frequency === 'daily') {
    for (let i = 0; i < MAX_COUNT; i++) yield addDays(startOfDay(start), i * step);
  } else if (repeat.frequency === 'weekly') {
    const monday = addDays(startOfDay(start), -WEEKDAYS.indexOf(weekdayOf(start)));
    const days = daysOf(repeat, start);
    for (let week = 0; week < MAX_COUNT; week++) {
      for (const day of days) {
        const at = addDays(monday, week * 7 * step + WEEKDAYS.indexOf(day));
        if (at >= startOfDay(start)) yield at;
      }
    }
  } else {
    // Months without such a day are passed over, as RFC 5545 has it: twice the bound is enough for the 31st.
    for (let i = 0; i < 2 * MAX_COUNT; i++) {
      const at = repeat.monthly === 'date' ? dateInMonth(start, i * step) : weekdayInMonth(start, i * step);
      if (at) yield at;
    }
  }
}

function dateInMonth(start: Date, months: number): Date | null {
  const at = new Date(start.getFullYear(), start.getMonth() + months, start.getDate());
  return at.getDate() === start.getDate() ? at : null;
}

function weekdayInMonth(start: Date, months: number): Date | null {
  const first = new Date(start.getFullYear(), start.getMonth() + months, 1);
  const shift = (start.getDay() - first.getDay() + 7) % 7;
  const week = weekOf(start);
  const at = addDays(first, shift + (week - 1) * 7);
  // The fifth is the last: where there is no fifth, it is the fourth.
  return week === LAST_WEEK && at.getMonth() !== first.getMonth() ? addDays(at, -7) : at;
}

export function keptDates(repeat: Repeat, start: Date, limit: number): Date[] {
  const out = new Set(repeat.exceptions);
  return datesOf(repeat, start, limit).filter((d) => !out.has(dayKey(d)));
}

/** The exceptions to send: date-times at the hour of the meeting. */
export function exceptionTimes(repeat: Repeat, start: Date): string[] {
  return repeat.exceptions.map((key) => {
    const [year, month, day] = key.split('-').map(Number) as [number, number, number];
    return new Date(year, month - 1, day, start.getHours(), start.getMinutes()).toISOString();
  });
}

type Translate = (key: string, values?: Record<string, unknown>) => string;

/** "Mỗi 2 tuần vào thứ Hai, thứ Tư; 10 lần". */
export function repeatWords(repeat: Repeat, start: Date, t: Translate): string {
  if (repeat.frequency === 'none') return t('repeat.words.none');
  if (repeat.frequency === 'custom') return t('repeat.words.custom', { rule: repeat.custom });
  const each = t(`repeat.words.${repeat.frequency}`, { count: repeat.interval });
  const end = repeat.end === 'count' ? t('repeat.words.times', { count: repeat.count }) : t('repeat.words.until', { date: repeat.until });
  const except = repeat.exceptions.length > 0 ? `, ${t('repeat.words.except', { count: repeat.exceptions.length })}` : '';
  return `${each}${whenWords(repeat, start, t)}; ${end}${except}`;
}

function whenWords(repeat: Repeat, start: Date, t: Translate): string {
  if (repeat.frequency === 'weekly') {
    return ` ${t('repeat.words.on', { days: daysOf(repeat, start).map((d) => t(`repeat.day.${d}`)).join(', ') })}`;
  }
  if (repeat.frequency !== 'monthly') return '';
  if (repeat.monthly === 'date') return ` ${t('repeat.words.onDate', { day: start.getDate() })}`;
  const week = weekOf(start);
  const day = t(`repeat.day.${weekdayOf(start)}`);
  return ` ${week === LAST_WEEK ? t('repeat.words.onLast', { day }) : t('repeat.words.onWeek', { day, week: t(`repeat.nth.${week}`) })}`;
}
