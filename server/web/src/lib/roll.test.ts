import { describe, expect, it } from 'vitest';
import type { RollState } from '../room/protocol';
import { autoOf, confirmable, countRoll, differs, rollSites } from './roll';
import { makeSeat } from './test-seats';
import { sortSites } from './wall';

const roll = (mark: RollState['mark'], auto: RollState['auto']): { roll: RollState } => ({ roll: { mark, auto, reason: '' } });
const seats = [
  makeSeat('a', 'a', { ...roll('present', 'present'), head_count: 23, head_expected: 25 }),
  makeSeat('b', 'b', { ...roll(null, 'present'), head_count: 4 }),
  makeSeat('c', 'c', roll('excused', 'absent')),
  makeSeat('d', 'd', roll('present', 'absent')),
  makeSeat('e', 'e', roll('absent', 'partial')),
  makeSeat('f', 'f', { state: 'absent' }),
];
const sites = sortSites(seats);
const ids = (filter: Parameters<typeof rollSites>[1]): string => rollSites(sites, filter).map((s) => s.seat.endpoint).join('');

describe('roll call', () => {
  it('counts the sweep, the marks and the delegates apart', () => {
    expect(countRoll(seats)).toEqual({
      automatic: 2,
      confirmed: 4,
      present: 2,
      absent: 1,
      excused: 1,
      notCalled: 2,
      delegates: 27,
      expected: 25,
    });
  });

  it('takes the connection for the sweep where there is none', () => {
    expect([autoOf(makeSeat('x')), autoOf(makeSeat('x', 'x', { state: 'absent' }))]).toEqual(['present', 'absent']);
  });

  it.each([
    ['all', 'abcdef'],
    ['unconfirmed', 'bf'],
    ['present', 'ad'],
    ['excused', 'c'],
    ['absent', 'e'],
    ['differs', 'de'],
  ] as const)('filter %s: %s', (filter, want) => expect(ids(filter)).toBe(want));

  it('names where mark and sweep disagree', () => expect(seats.map(differs)).toEqual([false, false, false, true, true, false]));

  it('confirms only who is present and not yet marked', () => expect(confirmable(sites)).toEqual(['b']));
});
