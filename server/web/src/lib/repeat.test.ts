import { describe, expect, it } from 'vitest';
import { datesOf, dayKey, exceptionTimes, faultOfRepeat, fromRule, keptDates, MAX_COUNT, noRepeat, repeatWords, toRule, type Repeat } from './repeat';

// A Monday.
const start = new Date(2026, 10, 23, 8, 30);
const with_ = (part: Partial<Repeat>): Repeat => ({ ...noRepeat, ...part });
const days = (repeat: Repeat, from = start, limit = 6): string[] => datesOf(repeat, from, limit).map(dayKey);

describe('the rule', () => {
  it.each<[string, Partial<Repeat>, string | null]>([
    ['none', {}, null],
    ['daily', { frequency: 'daily', count: 5 }, 'FREQ=DAILY;COUNT=5'],
    ['every second day', { frequency: 'daily', interval: 2, count: 5 }, 'FREQ=DAILY;INTERVAL=2;COUNT=5'],
    ['weekly on the day of the start', { frequency: 'weekly' }, 'FREQ=WEEKLY;BYDAY=MO;COUNT=10'],
    ['weekly, days in the order of the week', { frequency: 'weekly', days: ['FR', 'MO'] }, 'FREQ=WEEKLY;BYDAY=MO,FR;COUNT=10'],
    ['monthly by date', { frequency: 'monthly' }, 'FREQ=MONTHLY;BYMONTHDAY=23;COUNT=10'],
    ['monthly by weekday', { frequency: 'monthly', monthly: 'weekday' }, 'FREQ=MONTHLY;BYDAY=4MO;COUNT=10'],
    ['as typed', { frequency: 'custom', custom: ' RRULE:FREQ=YEARLY;COUNT=3 ' }, 'FREQ=YEARLY;COUNT=3'],
  ])('%s', (_, part, rule) => expect(toRule(with_(part), start)).toBe(rule));

  it('ends with the whole last day, wherever the browser is', () => {
    const rule = toRule(with_({ frequency: 'daily', end: 'until', until: '30/11/2026' }), start)!;
    const last = new Date(2026, 11, 1).getTime() - 1000;
    expect(rule).toBe(`FREQ=DAILY;UNTIL=${new Date(last).toISOString().replace(/[-:]/g, '').replace('.000', '')}`);
  });

  it('of a fifth week is the last one', () => {
    expect(toRule(with_({ frequency: 'monthly', monthly: 'weekday' }), new Date(2026, 10, 30, 8))).toBe('FREQ=MONTHLY;BYDAY=-1MO;COUNT=10');
  });

  it.each<Partial<Repeat>>([
    { frequency: 'daily', interval: 3, count: 7 },
    { frequency: 'weekly', days: ['MO', 'TH'], end: 'until', until: '31/12/2026' },
    { frequency: 'monthly' },
    { frequency: 'monthly', monthly: 'weekday', interval: 2 },
  ])('comes back into the form: %o', (part) => {
    const repeat = with_(part);
    expect(toRule(fromRule(toRule(repeat, start), start), start)).toBe(toRule(repeat, start));
    expect(fromRule(toRule(repeat, start), start).frequency).toBe(part.frequency);
  });

  it.each([
    ['FREQ=YEARLY;COUNT=2', 'custom'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4', 'custom'],
    ['FREQ=WEEKLY;COUNT=4', 'weekly'],
    ['FREQ=MONTHLY;COUNT=4', 'monthly'],
    ['FREQ=WEEKLY;BYDAY=MO;WKST=SU;COUNT=4', 'custom'],
  ])('%s is %s', (rule, frequency) => expect(fromRule(rule, start).frequency).toBe(frequency));

  it('keeps the days left out', () => {
    const repeat = fromRule('FREQ=DAILY;COUNT=5', start, [new Date(2026, 10, 24, 8, 30).toISOString()]);
    expect(repeat.exceptions).toEqual(['2026-11-24']);
    expect(exceptionTimes(repeat, start)).toEqual([new Date(2026, 10, 24, 8, 30).toISOString()]);
  });
});

describe('the dates', () => {
  it.each<[string, Partial<Repeat>, string[]]>([
    ['daily', { frequency: 'daily', count: 3 }, ['2026-11-23', '2026-11-24', '2026-11-25']],
    ['weekly on two days', { frequency: 'weekly', days: ['MO', 'WE'], count: 3 }, ['2026-11-23', '2026-11-25', '2026-11-30']],
    ['weekly, the start is no such day', { frequency: 'weekly', days: ['SU'], count: 2 }, ['2026-11-29', '2026-12-06']],
    ['every second week', { frequency: 'weekly', interval: 2, count: 2 }, ['2026-11-23', '2026-12-07']],
    ['monthly by weekday', { frequency: 'monthly', monthly: 'weekday', count: 3 }, ['2026-11-23', '2026-12-28', '2027-01-25']],
    ['until a day', { frequency: 'daily', end: 'until', until: '24/11/2026' }, ['2026-11-23', '2026-11-24']],
  ])('%s', (_, part, expected) => expect(days(with_(part))).toEqual(expected));

  it('pass over months without a 31st', () => {
    expect(days(with_({ frequency: 'monthly', count: 3 }), new Date(2026, 11, 31, 8))).toEqual(['2026-12-31', '2027-01-31', '2027-03-31']);
  });

  it('of a fifth week fall on the last', () => {
    expect(days(with_({ frequency: 'monthly', monthly: 'weekday', count: 2 }), new Date(2026, 10, 30, 8))).toEqual(['2026-11-30', '2026-12-28']);
  });

  it('keep the hour, leave the exceptions out, and stop at the limit', () => {
    const repeat = with_({ frequency: 'daily', count: MAX_COUNT, exceptions: ['2026-11-24'] });
    const kept = keptDates(repeat, start, 3);
    expect(kept.map(dayKey)).toEqual(['2026-11-23', '2026-11-25']);
    expect(kept[1]!.getHours()).toBe(8);
  });
});

describe('faults', () => {
  it.each<[Partial<Repeat>, string | null]>([
    [{}, null],
    [{ frequency: 'daily', interval: 0 }, 'interval'],
    [{ frequency: 'daily', interval: 52 }, null],
    [{ frequency: 'daily', interval: 53 }, 'interval'],
    [{ frequency: 'daily', count: 0 }, 'count'],
    [{ frequency: 'daily', count: MAX_COUNT }, null],
    [{ frequency: 'daily', count: MAX_COUNT + 1 }, 'count'],
    [{ frequency: 'daily', end: 'until', until: 'mai' }, 'until'],
    [{ frequency: 'daily', end: 'until', until: '22/11/2026' }, 'untilEarly'],
    [{ frequency: 'daily', end: 'until', until: '23/11/2026' }, null],
    [{ frequency: 'daily', count: 1, exceptions: ['2026-11-23'] }, 'allOut'],
    [{ frequency: 'custom', custom: 'mỗi ngày' }, 'custom'],
    [{ frequency: 'custom', custom: 'FREQ=YEARLY' }, null],
  ])('%o: %s', (part, fault) => expect(faultOfRepeat(with_(part), start)).toBe(fault));
});

describe('words', () => {
  const t = (key: string, values: Record<string, unknown> = {}): string => `${key.replace('repeat.', '')}(${Object.values(values).join('|')})`;
  it.each<[Partial<Repeat>, string]>([
    [{}, 'words.none()'],
    [{ frequency: 'weekly', days: ['MO', 'WE'] }, 'words.weekly(1) words.on(day.MO(), day.WE()); words.times(10)'],
    [{ frequency: 'monthly' }, 'words.monthly(1) words.onDate(23); words.times(10)'],
    [{ frequency: 'monthly', monthly: 'weekday', end: 'until', until: '1/2/2027' }, 'words.monthly(1) words.onWeek(day.MO()|nth.4()); words.until(1/2/2027)'],
    [{ frequency: 'daily', exceptions: ['2026-11-24'] }, 'words.daily(1); words.times(10), words.except(1)'],
  ])('%o', (part, words) => expect(repeatWords(with_(part), start, t)).toBe(words));
});
