import { describe, expect, it } from 'vitest';
import { parseCsv, ROWS_MAX, separatorOf, writeCsv } from './csv';
import { planImport, unitRows } from './unit-import';
import type { UnitRow } from './tree';

describe('CSV', () => {
  it.each<[string, string[][]]>([
    ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['\ufeffa;b\r\n1;2', [['a', 'b'], ['1', '2']]],
    ['a,b\n"1,5","nói ""thế"""\n', [['a', 'b'], ['1,5', 'nói "thế"']]],
    ['a,b\n"hai\ndòng",x', [['a', 'b'], ['hai\ndòng', 'x']]],
    ['a,b\n\n \n1,\n', [['a', 'b'], ['1', '']]],
    ['', []],
  ])('%j', (text, rows) => expect(parseCsv(text)).toEqual(rows));

  it('composes letters, and finds the separator in the head', () => {
    expect(parseCsv('Xa\u0303,b')[0]![0]).toBe('Xã');
    expect([separatorOf('a;b,c;d'), separatorOf('a\tb'), separatorOf('a')]).toEqual([';', '\t', ',']);
  });

  it('writes what it can read again, and nothing that Excel would run', () => {
    const text = writeCsv([['a', 'x;"y"'], ['=1+1', 'Xã']]);
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(parseCsv(text)).toEqual([['a', 'x;"y"'], ["'=1+1", 'Xã']]);
  });
});

const units: UnitRow[] = [
  { code: '38', parent: null, level: 'province', name: 'Tỉnh Thanh Hóa', endpoints: 1 },
  { code: 'a', parent: '38', level: 'commune', name: 'Xã A', endpoints: 1 },
  { code: 'b', parent: '38', level: 'commune', name: 'Xã B', endpoints: 0 },
];
const head = 'code,parent_code,level,name\n';
const plan = (text: string, remove = false) => planImport(head + text, units, remove);
const steps = (text: string, remove = false) => plan(text, remove).steps.map((s) => `${s.kind} ${s.code}`);

describe('import of units', () => {
  it('of the same file changes nothing', () => {
    const same = planImport(writeCsv(unitRows(units)), units, true);
    expect(same).toMatchObject({ steps: [], unchanged: 3, missing: 0, faults: [] });
  });

  it('adds parents before children, whatever their order in the file', () => {
    expect(steps('d,c,village,Thôn D\nc,38,commune,Xã C\n')).toEqual(['add c', 'add d']);
  });

  it('changes names and parents, and tells what was before', () => {
    expect(plan('a,38,commune,Phường A\nb,a,commune,Xã B\n').steps).toEqual([
      { kind: 'change', code: 'a', name: 'Phường A', parent: '38', level: 'commune', before: { name: 'Xã A', parent: '38' } },
      { kind: 'change', code: 'b', name: 'Xã B', parent: 'a', level: 'commune', before: { name: 'Xã B', parent: '38' } },
    ]);
  });

  it('removes only when asked to, children first', () => {
    const text = 'x,,province,Tỉnh X\n';
    expect(steps(text)).toEqual(['add x']);
    expect(plan(text).missing).toBe(3);
    expect(steps(text, true)).toEqual(['add x', 'remove a', 'remove b', 'remove 38']);
  });

  it.each<[string, string, number, string]>([
    ['a line that is too short', 'a,38\n', 2, 'fields'],
    ['no code', ',38,commune,Xã\n', 2, 'code'],
    ['a code that is too long', `${'x'.repeat(33)},38,commune,Xã\n`, 2, 'code'],
    ['no name', 'c,38,commune,\n', 2, 'name'],
    ['no level', 'c,38,,Xã C\n', 2, 'level'],
    ['another level', 'a,38,province,Xã A\n', 2, 'level'],
    ['the same code twice', 'c,38,commune,Xã C\nc,38,commune,Xã D\n', 3, 'twice'],
    ['a parent that is nowhere', 'c,99,commune,Xã C\n', 2, 'parent'],
    ['a circle', 'c,d,commune,Xã C\nd,c,commune,Xã D\n', 3, 'circle'],
  ])('names %s', (_, text, line, fault) => expect(plan(text).faults[0]).toMatchObject({ line, fault }));

  it('names a file without the columns, and one with too many lines', () => {
    expect(planImport('x,y\n1,2\n', units, false).faults).toEqual([{ line: 1, fault: 'columns', text: 'x, y' }]);
    expect(planImport('', units, false).faults[0]).toMatchObject({ fault: 'columns' });
    const many = `${head}${'c,38,commune,Xã C\n'.repeat(ROWS_MAX + 1)}`;
    expect(planImport(many, units, false).faults[0]).toMatchObject({ fault: 'tooMany' });
  });

  it('reads Vietnamese heads', () => {
    expect(planImport('Mã;Cấp trên;Cấp;Tên\nc;38;commune;Xã C\n', units, false).steps).toHaveLength(1);
  });
});
