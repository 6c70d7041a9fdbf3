import { describe, expect, it } from 'vitest';
import { addDays, atTime, formatDate, formatSpan, formatTime, nextQuarter, parseDate, parseTime } from './time';

const now = new Date(2026, 10, 22, 8, 7);

describe('time', () => {
  it.each([
    ['8:30', [8, 30]],
    ['08:30', [8, 30]],
    ['0830', [8, 30]],
    ['8h30', [8, 30]],
    ['8h', [8, 0]],
    ['14', [14, 0]],
    ['24:00', null],
    ['8:75', null],
    ['tám giờ', null],
    ['', null],
  ])('time of day %s', (text, want) => {
    const t = parseTime(text as string);
    expect(t ? [t.hours, t.minutes] : null).toEqual(want);
  });

  it.each([
    ['22/11/2026', '22/11/2026'],
    ['1-2-26', '01/02/2026'],
    ['5.9', '05/09/2026'],
    ['31/02/2026', null],
    ['22/13/2026', null],
    ['hôm nay', null],
  ])('day %s', (text, want) => {
    const d = parseDate(text as string, now);
    expect(d ? formatDate(d) : null).toBe(want);
  });

  it('writes times and spans', () => {
    expect(formatTime(now)).toBe('08:07');
    expect(formatSpan(42 * 60_000 + 9_000)).toBe('42:09');
    expect(formatSpan(3_600_000 + 61_000)).toBe('1:01:01');
    expect(formatSpan(-5)).toBe('0:00');
  });

  it('proposes a quarter of an hour', () => {
    expect(formatTime(nextQuarter(now, 15))).toBe('08:30');
    expect(formatTime(atTime(now, { hours: 9, minutes: 5 }))).toBe('09:05');
    expect(formatDate(addDays(now, 9))).toBe('01/12/2026');
  });
});
