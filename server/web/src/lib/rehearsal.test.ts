import { describe, expect, it } from 'vitest';
import {
  adviceOf,
  askable,
  asTrialFilter,
  branchesOf,
  byTrial,
  figuresOf,
  inOrder,
  mergeTrial,
  showLoss,
  showRate,
  viewTrial,
  type TrialAnswer,
  type TrialCounts,
  type TrialRow,
} from './rehearsal';

const row = (endpoint: string, name: string, change: Partial<TrialRow> = {}): TrialRow => ({
  endpoint,
  name,
  unit: name,
  branch: null,
  branch_name: change.branch === '100' ? 'Miền núi' : change.branch === '200' ? 'Đồng bằng' : null,
  phone: '0237 3852 246',
  technician: null,
  connected: true,
  running: false,
  light: 'none',
  advice: [],
  at: null,
  result: null,
  runs: 0,
  note: '',
  ticked: false,
  ticked_by: null,
  ticked_at: null,
  seat_light: null,
  ...change,
});

const ROWS = [
  row('1-1', 'Xã Nga Sơn', { light: 'good' }),
  row('2-1', 'Xã Trung Lý', { light: 'bad', branch: '100', note: 'tiếng nhỏ' }),
  row('3-1', 'Xã Thanh Hà', { light: 'fair', branch: '100' }),
  row('4-1', 'Xã Pù Nhi', { light: 'none', connected: false, branch: '200' }),
  row('5-1', 'Phường Hạc Thành', { light: 'none', running: true }),
  row('6-1', 'Xã An Nông', { light: 'bad', ticked: true, technician: 'Lê Văn Tuấn' }),
];

const counts: TrialCounts = { sites: ROWS.length, done: 4, good: 1, fair: 1, bad: 2, running: 1, connected: 5 };
const answer = (revision: number, rows: TrialRow[], change: Partial<TrialAnswer> = {}): TrialAnswer => ({
  revision,
  meeting: { id: 'm', title: 'Giao ban', state: 'rehearsal', starts_at: '2026-11-22T01:30:00Z' },
  opened_at: null,
  opens_at: null,
  counts,
  words: { advice: { use_cable: { vi: 'Dùng dây mạng.', en: 'Use a cable.' } } },
  rows,
  ...change,
});

const names = (rows: TrialRow[]): string[] => rows.map((r) => r.name);

describe('mergeTrial', () => {
  it('all at first, then what changed; rows that did not change stay the same objects', () => {
    const first = mergeTrial(null, answer(5, ROWS))!;
    expect(first.rows.size).toBe(6);
    const next = mergeTrial(first, answer(7, [{ ...ROWS[4]!, running: false, light: 'good' }], { counts: { ...counts, good: 2 }, words: { advice: {} } }))!;
    expect(next.rows.get('5-1')?.light).toBe('good');
    expect(next.rows.get('1-1')).toBe(first.rows.get('1-1'));
    expect([next.revision, next.counts.good, next.words.advice.use_cable?.en]).toEqual([7, 2, 'Use a cable.']);
    expect(mergeTrial(next, answer(7, []))!.rows).toBe(next.rows);
  });

  it('a server that began anew, a site that is gone: all is read again', () => {
    const first = mergeTrial(null, answer(5, ROWS))!;
    expect(mergeTrial(first, answer(2, []))).toBeNull();
    expect(mergeTrial(first, answer(6, [], { counts: { ...counts, sites: 5 } }))).toBeNull();
    const anew = mergeTrial(first, answer(2, ROWS.slice(1), { full: true, counts: { ...counts, sites: 5 } }));
    expect([anew?.revision, anew?.rows.size]).toEqual([2, 5]);
  });
});

describe('order and filters', () => {
  it('red first, then yellow, then who is there untested, who is away, green last; seen to after not', () => {
    expect(names(byTrial(ROWS))).toEqual(['Xã Trung Lý', 'Xã An Nông', 'Xã Thanh Hà', 'Phường Hạc Thành', 'Xã Pù Nhi', 'Xã Nga Sơn']);
  });

  it.each([
    ['todo', ['Xã Trung Lý', 'Xã Thanh Hà', 'Phường Hạc Thành', 'Xã Pù Nhi']],
    ['bad', ['Xã Trung Lý', 'Xã An Nông']],
    ['fair', ['Xã Thanh Hà']],
    ['good', ['Xã Nga Sơn']],
    ['none', ['Phường Hạc Thành', 'Xã Pù Nhi']],
    ['running', ['Phường Hạc Thành']],
    ['away', ['Xã Pù Nhi']],
    ['unticked', ['Xã Trung Lý', 'Xã Thanh Hà', 'Phường Hạc Thành', 'Xã Pù Nhi', 'Xã Nga Sơn']],
  ] as const)('%s', (filter, found) => {
    expect(names(viewTrial(ROWS, { filter, branch: null, query: '' }))).toEqual(found);
  });

  it('by branch, and by letters without diacritics: names, technicians, notes', () => {
    const view = { filter: 'all', branch: null, query: '' } as const;
    expect(names(viewTrial(ROWS, { ...view, branch: '100' }))).toEqual(['Xã Trung Lý', 'Xã Thanh Hà']);
    expect(names(viewTrial(ROWS, { ...view, branch: '' }))).toHaveLength(3);
    expect(names(viewTrial(ROWS, { ...view, query: 'thanh ha' }))[0]).toBe('Xã Thanh Hà');
    expect(names(viewTrial(ROWS, { ...view, query: 'tuan' }))).toEqual(['Xã An Nông']);
    expect(names(viewTrial(ROWS, { ...view, query: 'tieng nho' }))).toEqual(['Xã Trung Lý']);
  });

  it('an address that says nonsense shows all', () => {
    expect(asTrialFilter('bad')).toBe('bad');
    expect(asTrialFilter('x')).toBe('all');
    expect(asTrialFilter(null)).toBe('all');
  });

  it('keeps the order under the hand of who types', () => {
    expect(names(inOrder(ROWS, ['6-1', '2-1', '1-1']))).toEqual(['Xã An Nông', 'Xã Trung Lý', 'Xã Nga Sơn', 'Xã Thanh Hà', 'Xã Pù Nhi', 'Phường Hạc Thành']);
  });

  it('branches by name, the own first; how many can be asked', () => {
    expect(branchesOf(ROWS)).toEqual([
      { code: '', name: '' },
      { code: '200', name: 'Đồng bằng' },
      { code: '100', name: 'Miền núi' },
    ]);
    expect([askable(ROWS, null), askable(ROWS, '200'), askable(ROWS, '100')]).toEqual([5, 0, 2]);
  });
});

describe('words and figures', () => {
  it('the advice in the words of the server; what it does not name, by its id', () => {
    expect(adviceOf({ ...ROWS[1]!, advice: ['use_cable', 'new_one'] }, answer(1, []).words.advice, 'vi')).toEqual(['Dùng dây mạng.', 'new_one']);
  });

  it("both ways; the relay's measure where the page has none", () => {
    expect(figuresOf(ROWS[0]!)).toBeNull();
    const tested = { ...ROWS[0]!, result: { line: { network: 'wifi' as const, seconds: 15, up_kbps: 900, up_loss: 12 }, relay: { up_loss: 99, down_loss: 4, rtt_ms: 30 } } };
    expect(figuresOf(tested)).toEqual({ up: { kbps: 900, loss: 12 }, down: { kbps: null, loss: 4 }, rtt: 30 });
    expect(figuresOf({ ...tested, result: { relay: { up_loss: 7 } } })?.up).toEqual({ kbps: null, loss: 7 });
  });

  it('decimals as the language writes them', () => {
    expect([showRate(1240, 'vi'), showRate(1240, 'en'), showRate(null, 'vi')]).toEqual(['1,2 Mbit/s', '1.2 Mbit/s', '–']);
    expect([showLoss(4, 'vi'), showLoss(4, 'en'), showLoss(0, 'vi'), showLoss(undefined, 'en')]).toEqual(['0,4 %', '0.4 %', '0 %', '–']);
  });
});
