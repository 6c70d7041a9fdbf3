import type { Meeting } from '../api/types';
import { findMeetings } from './meetings';
import { parseTime } from './time';

/** What the calendar shows, and what its address says. Pure, without the calendar's library. */

export const VIEWS = ['month', 'week', 'day', 'list'] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  view: View;
  /** yyyy-mm-dd. */
  date: string;
  host: string | null;
  find: string;
}

const two = (n: number): string => String(n).padStart(2, '0');
export const isoDay = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;

export function readPlace(params: URLSearchParams, now: Date, usual: View): Place {
  const view = VIEWS.find((v) => v === params.get('view')) ?? usual;
  const date = params.get('date') ?? '';
  return {
    view,
    date: /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : isoDay(now),
    host: params.get('host'),
    find: params.get('q') ?? '',
  };
}

/** The address of a place; what is usual is left out. */
export function writePlace(place: Place, now: Date, usual: View): Record<string, string> {
  return {
    ...(place.view === usual ? {} : { view: place.view }),
    ...(place.date === isoDay(now) ? {} : { date: place.date }),
    ...(place.host ? { host: place.host } : {}),
    ...(place.find ? { q: place.find } : {}),
  };
}

export interface CalendarEvent {
  id: string;
  title: string;
  start: string;
  end: string;
  url: string;
  classNames: string[];
  editable: boolean;
  extendedProps: { meeting: Meeting };
}

export const isStruck = (m: Meeting): boolean => m.state === 'postponed' || m.state === 'cancelled';
/** Only what has not begun, and only by those who may change it. */
export const canMove = (m: Meeting): boolean => (m.state === 'draft' || m.state === 'scheduled') && m.may.includes('edit');

export function toEvents(meetings: readonly Meeting[], host: string | null, find: string): CalendarEvent[] {
  const shown = host ? meetings.filter((m) => m.host_unit === host) : meetings;
  return findMeetings(shown, find).map((m) => ({
    id: m.id,
    title: m.title,
    start: m.starts_at,
    end: m.ends_at,
    url: `/meetings/${m.id}`,
    classNames: ['cal', `cal-${m.state}`, ...(isStruck(m) ? ['cal-struck'] : [])],
    editable: canMove(m),
    extendedProps: { meeting: m },
  }));
}

export interface Host {
  value: string;
  label: string;
}

/** The host units that have meetings, by name. */
export function hostsOf(meetings: readonly Meeting[]): Host[] {
  const names = new Map(meetings.map((m) => [m.host_unit, m.host_unit_name]));
  const collator = new Intl.Collator('vi');
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => collator.compare(a.label, b.label));
}

/** The start that a click into the calendar means: a whole day means the morning. */
export function pickedStart(at: Date, wholeDay: boolean): Date {
  const morning = parseTime('08:00')!;
  return wholeDay ? new Date(at.getFullYear(), at.getMonth(), at.getDate(), morning.hours, morning.minutes) : at;
}

/** Minutes until the start; negative when it is over. */
export const minutesUntil = (at: number, now: number): number => Math.ceil((at - now) / 60_000);

const FIRST_HOUR = 6;
const LAST_HOUR = 20;

/** The hours of a day that a week shows: office hours, and as much more as meetings take. */
export function hoursShown(meetings: readonly Meeting[]): { from: string; to: string } {
  let first = FIRST_HOUR;
  let last = LAST_HOUR;
  for (const m of meetings) {
    const from = new Date(m.starts_at);
    const to = new Date(m.ends_at);
    if (isoDay(from) !== isoDay(new Date(to.getTime() - 1))) return { from: '00:00:00', to: '24:00:00' };
    first = Math.min(first, from.getHours());
    last = Math.max(last, to.getHours() === 0 ? 24 : to.getHours() + (to.getMinutes() > 0 ? 1 : 0));
  }
  return { from: `${two(first)}:00:00`, to: `${two(last)}:00:00` };
}
