/** Dates as Vietnamese offices write them: dd/mm/yyyy and 24 h, in the browser's time zone. */

const two = (n: number): string => String(n).padStart(2, '0');

export function formatDate(d: Date): string {
  return `${two(d.getDate())}/${two(d.getMonth() + 1)}/${d.getFullYear()}`;
}

export function formatTime(d: Date): string {
  return `${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** H:MM:SS, or M:SS below an hour; never negative. */
export function formatSpan(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** Reads "8:30", "08:30", "0830", "8h30", "8h"; null when it is no time of day. */
export function parseTime(text: string): { hours: number; minutes: number } | null {
  const m = /^(\d{1,2})\s*(?:[:hg.]\s*(\d{0,2}))?$/.exec(text.trim()) ?? /^(\d{2})(\d{2})$/.exec(text.trim());
  if (!m) return null;
  const hours = Number(m[1]);
  const minutes = m[2] ? Number(m[2]) : 0;
  return hours < 24 && minutes < 60 ? { hours, minutes } : null;
}

/** Reads "22/11/2026", "22-11-2026", "22.11.26", "22/11" (this year); null when there is no such day. */
export function parseDate(text: string, now: Date): Date | null {
  const m = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?$/.exec(text.trim());
  if (!m) return null;
  const day = Number(m[1]);
  const month = Number(m[2]);
  let year = m[3] ? Number(m[3]) : now.getFullYear();
  if (year < 100) year += 2000;
  const d = new Date(year, month - 1, day);
  return d.getDate() === day && d.getMonth() === month - 1 ? d : null;
}

export function atTime(day: Date, time: { hours: number; minutes: number }): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), time.hours, time.minutes);
}

export function startOfDay(d: Date): Date {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate());
}

export function addDays(d: Date, days: number): Date {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days, d.getHours(), d.getMinutes());
}

export function isSameDay(a: Date, b: Date): boolean {
  return startOfDay(a).getTime() === startOfDay(b).getTime();
}

/** The next full quarter of an hour at least `minutes` away: what a new meeting proposes. */
export function nextQuarter(now: Date, minutes: number): Date {
  const step = 15 * 60_000;
  return new Date(Math.ceil((now.getTime() + minutes * 60_000) / step) * step);
}
