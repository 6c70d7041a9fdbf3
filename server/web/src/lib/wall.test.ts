import { describe, expect, it } from 'vitest';
import type { Seat } from '../room/protocol';
import { makeSeat as seat } from './test-seats';
import { listSites, refreshSites, shortName, sortSites, wallPage } from './wall';

const sites = sortSites([
  seat('3', 'Xã Thanh Hà', { hand_at: 7 }),
  seat('2', 'Xã Hà Trung', { line: 'fair', mic_open: true }),
  seat('1', 'Hội trường', { role: 'chair' }),
  seat('4', 'Phường Đống Đa', { state: 'absent' }),
]);
const ids = (list: readonly { seat: Seat }[]): string[] => list.map((s) => s.seat.endpoint);

describe('sites of the control room', () => {
  it('puts the chair first, the others by name', () => expect(ids(sites)).toEqual(['1', '4', '2', '3']));

  it.each([
    ['', 'all', ['1', '4', '2', '3']],
    ['thanh', 'all', ['3']],
    ['', 'present', ['1', '2', '3']],
    ['', 'absent', ['4']],
    ['', 'ill', ['2']],
    ['', 'mic', ['2']],
    ['', 'hand', ['3']],
    ['', 'waiting', []],
    ['dong da', 'present', []],
  ] as const)('lists "%s" of %s', (query, filter, want) => expect(ids(listSites(sites, query, filter))).toEqual(want));

  it('shortens what all names share', () => {
    expect(shortName('Phường Hạc Thành')).toBe('P. Hạc Thành');
    expect(shortName('Xã Phường Lát')).toBe('Xã Phường Lát');
  });

  it('pages the wall by nine and never beyond the end', () => {
    const many = sortSites(Array.from({ length: 20 }, (_, i) => seat(`e${i}`, `Xã ${String(i).padStart(2, '0')}`)));
    expect(wallPage(many, 0)).toMatchObject({ page: 0, pages: 3 });
    expect(wallPage(many, 2).endpoints).toEqual(['e18', 'e19']);
    expect(wallPage(many, 9).page).toBe(2);
    expect(wallPage(many, -1).page).toBe(0);
    expect(wallPage([], 0)).toEqual({ page: 0, pages: 1, endpoints: [] });
  });

  it('holds twelve on a page where there is room, and nobody who waits outside', () => {
    const some = sortSites([seat('a'), seat('b', 'b', { state: 'waiting' }), seat('c', 'c', { state: 'reconnecting' })]);
    expect(wallPage(some, 0, 12).endpoints).toEqual(['a', 'c']);
  });
});

describe('sites after a change', () => {
  const map = (list: Seat[]): Map<string, Seat> => new Map(list.map((s) => [s.endpoint, s]));
  const old = [seat('1', 'A'), seat('2', 'B'), seat('3', 'C')];
  const before = sortSites(old);

  it('are the same list when nothing changed', () => expect(refreshSites(map(old), before)).toBe(before));

  it('keep all that did not change', () => {
    const next = refreshSites(map([old[0]!, seat('2', 'B', { mic_open: true }), old[2]!]), before);
    expect([next[0] === before[0], next[1] === before[1], next[2] === before[2]]).toEqual([true, false, true]);
    expect(next[1]!.seat.mic_open).toBe(true);
  });

  it.each([
    ['a new name', [seat('1', 'A', { shown_name: 'Z' }), old[1]!, old[2]!], ['2', '3', '1']],
    ['a co-chair', [old[0]!, old[1]!, seat('3', 'C', { role: 'cochair' })], ['3', '1', '2']],
    ['one more', [...old, seat('4', 'Aa')], ['1', '4', '2', '3']],
    ['another', [old[0]!, old[1]!, seat('9', 'D')], ['1', '2', '9']],
  ])('are sorted anew after %s', (_, seats, want) => expect(ids(refreshSites(map(seats), before))).toEqual(want));
});

describe('3,321 units', () => {
  const many = sortSites(
    Array.from({ length: 3321 }, (_, i) => seat(`${i}-1`, `Xã ${['Thanh', 'Nga', 'Hà', 'Mường'][i % 4]} ${['Sơn', 'Hà', 'Lát'][i % 3]} ${i}`)),
  );

  it('are searched in well under 100 ms for each letter typed', () => {
    listSites(many, 'a', 'all');
    const start = performance.now();
    for (const query of ['m', 'mu', 'muong', 'muong lat', 'muong lat 33']) listSites(many, query, 'all');
    const each = (performance.now() - start) / 5;
    expect(each).toBeLessThan(50);
    expect(listSites(many, 'muong lat 11', 'all')[0]?.seat.name).toMatch(/^Xã Mường Lát 11/);
  });

  it('are refreshed after one change in a few milliseconds', () => {
    const seats = new Map(many.map((s) => [s.seat.endpoint, s.seat]));
    seats.set('7-1', { ...seats.get('7-1')!, mic_open: true });
    refreshSites(seats, many);
    const start = performance.now();
    refreshSites(seats, many);
    expect(performance.now() - start).toBeLessThan(50);
  });
});
