import { describe, expect, it } from 'vitest';
import { allTicks, buildTree, countRooms, pathOf, tickOf, toBranches, toggle, visibleRows, type UnitRow } from './tree';

const unit = (code: string, parent: string | null, endpoints: number): UnitRow => ({
  code,
  parent,
  level: 'commune',
  name: `Đơn vị ${code}`,
  endpoints,
});

//      VN(0) - P(1) - A(1) - A1(2)
//                   - B(1)
//                   - C(0)
const rows = [unit('VN', null, 0), unit('P', 'VN', 1), unit('A', 'P', 1), unit('A1', 'A', 2), unit('B', 'P', 1), unit('C', 'P', 0)];
const tree = buildTree(rows);
const node = (code: string) => tree.byCode.get(code)!;

describe('unit tree', () => {
  it('sums rooms up the branches', () => {
    expect(['VN', 'P', 'A', 'A1', 'C'].map((c) => node(c).total)).toEqual([5, 5, 3, 2, 0]);
    expect(node('A1').depth).toBe(3);
    expect(pathOf(node('A'))).toBe('Đơn vị P › Đơn vị VN');
  });

  it('ticks a branch as a whole and back', () => {
    const ticked = toggle(node('A'), new Set());
    expect([...ticked].sort()).toEqual(['A', 'A1']);
    expect(countRooms(tree, ticked)).toBe(3);
    expect(tickOf(node('A'), ticked)).toBe('on');
    expect(tickOf(node('P'), ticked)).toBe('part');
    expect(tickOf(node('C'), ticked)).toBe('off');
    expect(toggle(node('A'), ticked).size).toBe(0);
  });

  it('completes a branch that was ticked in part', () => {
    expect(toggle(node('A'), new Set(['A1']))).toEqual(new Set(['A', 'A1']));
  });

  it('gives the same ticks in one pass', () => {
    const ticked = new Set(['A', 'B']);
    const ticks = allTicks(tree, ticked);
    for (const code of tree.byCode.keys()) expect(ticks.get(code)).toBe(tickOf(node(code), ticked));
  });

  it('sends whole branches as one code, and the rest alone', () => {
    expect(toBranches(tree, toggle(node('VN'), new Set()))).toEqual({ branches: ['VN'], single: [] });
    expect(toBranches(tree, new Set(['P', 'B']))).toEqual({ branches: ['B'], single: ['P'] });
    expect(toBranches(tree, new Set())).toEqual({ branches: [], single: [] });
  });

  it('shows only what is unfolded', () => {
    expect(visibleRows(tree, new Set()).map((n) => n.code)).toEqual(['VN']);
    expect(visibleRows(tree, new Set(['VN', 'P'])).map((n) => n.code)).toEqual(['VN', 'P', 'A', 'B', 'C']);
  });

  it('takes a unit with an unknown parent, or its own parent, as a root', () => {
    const odd = buildTree([unit('X', 'gone', 1), unit('Y', 'Y', 1)]);
    expect(odd.roots.map((n) => n.code)).toEqual(['X', 'Y']);
  });
});
