import { describe, expect, it } from 'vitest';
import { allGroups, foldedAtFirst, groupSites, treeRows, type SiteGroup, type SiteRow } from './site-tree';
import { makeSeat } from './test-seats';
import type { UnitRow } from './tree';
import { sortSites } from './wall';

const unit = (code: string, parent: string | null, name: string): UnitRow => ({ code, parent, level: '', name, endpoints: 1 });

const units = [
  unit('VN', null, 'Trung ương'),
  unit('38', 'VN', 'Tỉnh Thanh Hóa'),
  unit('38a', '38', 'Huyện Nga Sơn'),
  unit('a1', '38a', 'Xã Nga An'),
  unit('a2', '38a', 'Xã Nga Điền'),
  unit('p1', '38', 'Phường Hạc Thành'),
  unit('so', '38', 'Sở Y tế'),
  unit('none', '38', 'Sở không mời'),
];
const sites = sortSites([
  makeSeat('38-1', 'Hội trường UBND tỉnh', { role: 'chair' }),
  makeSeat('38a-1', 'Huyện Nga Sơn'),
  makeSeat('a1-1', 'Xã Nga An', { line: 'fair', hand_at: 5 }),
  makeSeat('a2-1', 'Xã Nga Điền', { state: 'reconnecting' }),
  makeSeat('p1-1', 'Phường Hạc Thành', { state: 'absent' }),
  makeSeat('so-1', 'Sở Y tế, phòng A'),
  makeSeat('so-2', 'Sở Y tế, phòng B'),
]);
const shape = (g: SiteGroup): unknown => [g.name, g.total, g.endpoints, g.groups.map(shape)];
const roots = groupSites(sites, units);
const label = (row: SiteRow): string => (row.kind === 'group' ? `${row.group.depth}+${row.group.code}` : `${row.depth} ${row.site.seat.endpoint}`);

describe('tree of sites', () => {
  it('makes branches of units with more than one room, and leaves out empty and lone ones', () => {
    expect(roots.map(shape)).toEqual([
      [
        'Tỉnh Thanh Hóa',
        7,
        ['38-1', 'p1-1'],
        [
          ['Huyện Nga Sơn', 3, ['38a-1', 'a1-1', 'a2-1'], []],
          ['Sở Y tế', 2, ['so-1', 'so-2'], []],
        ],
      ],
    ]);
  });

  it('counts what is well and ill, branches included', () => {
    const rows = treeRows(roots, sites, new Set());
    const counts = rows.flatMap((r) => (r.kind === 'group' ? [r.count] : []));
    expect(counts).toEqual([
      { invited: 7, present: 5, fair: 1, bad: 1, hands: 1, waiting: 0 },
      { invited: 3, present: 2, fair: 1, bad: 1, hands: 1, waiting: 0 },
      { invited: 2, present: 2, fair: 0, bad: 0, hands: 0, waiting: 0 },
    ]);
  });

  it('shows rows from top to bottom, none of a folded branch', () => {
    expect(treeRows(roots, sites, new Set(['38a'])).map(label)).toEqual(['0+38', '1 38-1', '1 p1-1', '1+38a', '1+so', '2 so-1', '2 so-2']);
    expect(treeRows(roots, sites, new Set(['38'])).map(label)).toEqual(['0+38']);
    expect([...foldedAtFirst(roots)]).toEqual(['38a', 'so']);
    expect(allGroups(roots).map((g) => g.code)).toEqual(['38', '38a', 'so']);
  });

  it('still lists all when no unit is known', () => {
    const flat = groupSites(sites, []);
    expect(flat).toHaveLength(1);
    expect(flat[0]).toMatchObject({ code: '', total: 7, groups: [] });
  });

  it('keeps a stranger beside the branches', () => {
    const all = groupSites(sortSites([...sites.map((s) => s.seat), makeSeat('x9-1', 'Bộ Nội vụ')]), units);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ name: '', endpoints: ['x9-1'], total: 8 });
  });

  it('draws 600 sites in a few milliseconds', () => {
    const many = Array.from({ length: 600 }, (_, i) => unit(`c${i}`, `38a`, `Xã ${i}`));
    const wide = sortSites(many.map((u) => makeSeat(`${u.code}-1`, u.name)));
    const tree = groupSites(wide, [...units, ...many]);
    treeRows(tree, wide, new Set());
    const start = performance.now();
    const rows = treeRows(tree, wide, new Set());
    expect(performance.now() - start).toBeLessThan(30);
    expect(rows).toHaveLength(601);
  });
});
