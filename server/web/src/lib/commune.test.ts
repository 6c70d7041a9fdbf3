import { describe, expect, it } from 'vitest';
import type { Meeting } from '../api/types';
import { cardAct, checkFresh, CHECK_FRESH_MS, checkPassed, dueReminders, lineWord, minutesUntil, type CheckResult } from './commune';
import type { Reminder } from './desk';

const NOW = Date.parse('2026-11-22T08:00:00+07:00');
const inMinutes = (n: number): string => new Date(NOW + n * 60_000).toISOString();
const meeting = (id: string, minutes: number, state: Meeting['state'] = 'scheduled'): Meeting =>
  ({ id, title: id, state, starts_at: inMinutes(minutes) }) as Meeting;
const reminder = (id: string, minutes: number): Reminder => ({ meeting: id, title: id, minutes: 60, starts_at: NOW + minutes * 60_000 });

describe('cards', () => {
  it.each([
    ['open', 'join'],
    ['live', 'join'],
    ['rehearsal', 'rehearse'],
    ['scheduled', 'wait'],
    ['ended', 'over'],
    ['postponed', 'over'],
    ['cancelled', 'over'],
  ] as const)('%s: %s', (state, act) => expect(cardAct({ state })).toBe(act));

  it.each([
    [0, 0],
    [0.1, 1],
    [60, 60],
    [-2, -2],
  ])('%f min away: %i', (minutes, shown) => expect(minutesUntil(meeting('a', minutes), NOW)).toBe(shown));
});

describe('reminders', () => {
  const due = (meetings: Meeting[], sent: Reminder[] = [], dismissed: string[] = []): string =>
    dueReminders(meetings, sent, new Set(dismissed), NOW)
      .map((d) => `${d.meeting}:${d.kind}`)
      .join(' ');

  it.each([
    [61, ''],
    [60, 'a:banner'],
    [16, 'a:banner'],
    [15, 'a:window'],
    [1, 'a:window'],
    [0, ''],
    [-5, ''],
  ])('%i min before: %s', (minutes, expected) => expect(due([meeting('a', minutes)])).toBe(expected));

  it('a window that was put away is a banner', () => expect(due([meeting('a', 10)], [], ['a'])).toBe('a:banner'));
  it('reminds of what the server sent', () => expect(due([], [reminder('b', 50)])).toBe('b:banner'));
  it('knows better than an old reminder', () => {
    expect(due([meeting('b', 50, 'cancelled')], [reminder('b', 50)])).toBe('');
    expect(due([meeting('b', 40)], [reminder('b', 50)])).toBe('b:banner');
  });
  it('puts the nearest first', () => expect(due([meeting('b', 50), meeting('a', 5)])).toBe('a:window b:banner'));
});

describe('the check', () => {
  const passed: CheckResult = { at: NOW, picture: true, microphone: true, speaker: true, line: 'good' };

  it.each([
    [{}, true],
    [{ line: 'fair' }, true],
    [{ line: null }, true],
    [{ line: 'bad' }, false],
    [{ line: 'offline' }, false],
    [{ speaker: null }, false],
    [{ speaker: false }, false],
    [{ microphone: false }, false],
    [{ picture: false }, false],
  ] as [Partial<CheckResult>, boolean][])('%o passes: %s', (change, ok) => expect(checkPassed({ ...passed, ...change })).toBe(ok));

  it('grows old', () => {
    expect([checkFresh(null, NOW), checkFresh(passed, NOW), checkFresh(passed, NOW + CHECK_FRESH_MS)]).toEqual([false, true, false]);
  });

  it.each([
    [20, 5000, 'good'],
    [150, 1500, 'good'],
    [151, 5000, 'fair'],
    [20, 1499, 'fair'],
    [300, 500, 'fair'],
    [301, 5000, 'bad'],
    [20, 499, 'bad'],
    [null, 5000, 'offline'],
    [20, null, 'offline'],
  ])('%s ms and %s kb/s are %s', (rttMs, downKbps, word) => expect(lineWord({ rttMs, downKbps })).toBe(word));
});
