import { describe, expect, it } from 'vitest';
import type { Seat } from '../room/protocol';
import { listSites, shortName, sortSites, wallPage } from './wall';

const seat = (endpoint: string, name: string, change: Partial<Seat> = {}): Seat => ({
  endpoint,
  code: endpoint,
  name,
  unit_name: name,
  role: 'site',
  state: 'connected',
  mic_open: false,
  mic_locked: false,
  camera_on: true,
  hand_at: null,
  content: false,
  spotlight: false,
  ...change,
});

const sites = sortSites([
  seat('3', 'Xã Thanh Hà'),
  seat('2', 'Xã Hà Trung', { line: 'fair', mic_open: true }),
  seat('1', 'Hội trường', { role: 'chair' }),
  seat('4', 'Phường Đống Đa', { state: 'absent' }),
]);
const ids = (list: { seat: Seat }[]): string[] => list.map((s) => s.seat.endpoint);

describe('sites of the control room', () => {
  it('puts the chair first, the others by name', () => expect(ids(sites)).toEqual(['1', '4', '2', '3']));

  it.each([
    ['', 'all', ['1', '4', '2', '3']],
    ['thanh', 'all', ['3']],
    ['', 'present', ['1', '2', '3']],
    ['', 'absent', ['4']],
    ['', 'ill', ['2']],
    ['', 'mic', ['2']],
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
});
