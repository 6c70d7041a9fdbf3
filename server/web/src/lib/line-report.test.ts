import { describe, expect, it } from 'vitest';
import {
  availabilityLight,
  branchesOf,
  keyName,
  lineRows,
  nextLineSort,
  periodOfKey,
  presetOf,
  presetPeriod,
  readLineView,
  readPeriod,
  rehearsalLight,
  sumRows,
  writeLineView,
  type LineRow,
  type LineView,
} from './line-report';

const wifi = { id: 'wifi', text: { vi: 'Wi-Fi yếu', en: 'Weak Wi-Fi' } };
const cable = { id: 'cable', text: { vi: 'Đứt đường truyền', en: 'The line is cut' } };

const row = (key: string, name: string, change: Partial<LineRow> = {}): LineRow => ({
  key,
  name,
  unit_name: name,
  branch: '',
  at: null,
  joined_at: 1000,
  late_seconds: 0,
  meetings: 1,
  sites: 1,
  turns: 1,
  came: 1,
  on_time: 1,
  on_time_percent: 100,
  availability_percent: 100,
  connected_minutes: 60,
  measured_seconds: 3600,
  usable_seconds: 3600,
  counted_seconds: 3600,
  loss_up_percent: 0,
  loss_down_percent: 0,
  concealed_percent: 0,
  frozen_up_seconds: 0,
  frozen_down_seconds: 0,
  faults: 0,
  fault_minutes: 0,
  causes: [],
  worst: null,
  rehearsal: { good: 0, fair: 0, bad: 0, none: 1 },
  ...change,
});

/** As the server has them: the worst first. */
const rows = [
  row('c', 'Xã Trung Lý', {
    came: 0,
    on_time: 0,
    late_seconds: null,
    joined_at: null,
    connected_minutes: 0,
    measured_seconds: 0,
    usable_seconds: 0,
    availability_percent: 0,
    loss_up_percent: null,
    loss_down_percent: null,
    concealed_percent: null,
  }),
  row('b', 'Xã Nga Sơn', {
    branch: 'Miền biển',
    availability_percent: 50,
    usable_seconds: 1800,
    late_seconds: 600,
    on_time: 0,
    loss_up_percent: 4,
    frozen_up_seconds: 30,
    faults: 3,
    fault_minutes: 9,
    causes: [
      { kind: wifi, n: 2, minutes: 4 },
      { kind: cable, n: 1, minutes: 5 },
    ],
    rehearsal: { good: 0, fair: 1, bad: 0, none: 0 },
  }),
  row('a', 'Phường Hạc Thành', { branch: 'Đô thị', loss_down_percent: 2, causes: [{ kind: wifi, n: 1, minutes: 3 }], faults: 1, fault_minutes: 3 }),
];
const view = (change: Partial<LineView> = {}): LineView => ({ query: '', branch: '', key: 'worst', descending: false, ...change });
const keys = (change: Partial<LineView>): string => lineRows(rows, view(change)).map((r) => r.key).join('');

describe('rows', () => {
  it.each([
    [{}, 'cba'],
    [{ key: 'name' }, 'abc'],
    [{ key: 'name', descending: true }, 'cba'],
    [{ key: 'joined' }, 'cba'],
    [{ key: 'connected' }, 'cba'],
    [{ key: 'available', descending: true }, 'abc'],
    [{ key: 'loss' }, 'bac'],
    [{ key: 'frozen' }, 'bca'],
    [{ key: 'faults' }, 'bac'],
    [{ branch: 'Miền biển' }, 'b'],
    [{ query: 'hac thanh' }, 'a'],
    [{ query: 'do thi' }, 'a'],
    [{ query: 'khong co' }, ''],
  ] as [Partial<LineView>, string][])('%o gives %s', (change, wanted) => {
    expect(keys(change)).toBe(wanted);
  });

  it('names the branches', () => {
    expect(branchesOf(rows)).toEqual(['Đô thị', 'Miền biển']);
  });

  it('turns a head there and back', () => {
    const first = nextLineSort(view(), 'loss');
    expect(first).toMatchObject({ key: 'loss', descending: false });
    const second = nextLineSort(first, 'loss');
    expect(second).toMatchObject({ key: 'loss', descending: true });
    expect(nextLineSort(second, 'loss')).toMatchObject({ key: 'worst', descending: false });
  });

  it('keeps its view in the address', () => {
    const wanted = view({ query: 'nga', branch: 'Miền biển', key: 'loss', descending: true });
    expect(readLineView(writeLineView(new URLSearchParams('group=site'), wanted))).toEqual(wanted);
    expect(writeLineView(new URLSearchParams('q=x&group=site'), view()).toString()).toBe('group=site');
    expect(readLineView(new URLSearchParams('sort=nonsense')).key).toBe('worst');
  });
});

describe('sums', () => {
  it('weighs by time', () => {
    const sum = sumRows(rows, { ...rows[0]!, meetings: 7, sites: 3 });
    expect(sum.turns).toBe(3);
    expect(sum.came).toBe(2);
    expect(sum.on_time_percent).toBeCloseTo(33.33, 1);
    expect(sum.availability_percent).toBe(50);
    expect(sum.loss_up_percent).toBe(2);
    expect(sum.loss_down_percent).toBe(1);
    expect(sum.causes.map((c) => [c.kind.id, c.n, c.minutes])).toEqual([
      ['wifi', 3, 7],
      ['cable', 1, 5],
    ]);
    expect(sum.rehearsal).toEqual({ good: 0, fair: 1, bad: 0, none: 2 });
    expect(sum.meetings).toBe(7);
  });

  it('knows nothing of nothing', () => {
    const sum = sumRows([], rows[0]!);
    expect(sum.availability_percent).toBeNull();
    expect(sum.on_time_percent).toBeNull();
    expect(sum.loss_up_percent).toBeNull();
  });

  it.each([
    [null, 'absent'],
    [100, 'good'],
    [99, 'good'],
    [98.9, 'fair'],
    [95, 'fair'],
    [94.9, 'bad'],
  ] as const)('%s is %s', (value, light) => {
    expect(availabilityLight(value)).toBe(light);
  });

  it('tells a rehearsal by its worst', () => {
    expect(rows.map(rehearsalLight)).toEqual(['none', 'fair', 'none']);
    expect(rehearsalLight(row('x', 'x', { rehearsal: { good: 3, fair: 1, bad: 1, none: 0 } }))).toBe('bad');
  });
});

describe('periods', () => {
  const now = new Date(2026, 0, 31, 12);

  it.each([
    ['month', '2026-01-01', '2026-01-31'],
    ['lastMonth', '2025-12-01', '2025-12-31'],
    ['year', '2026-01-01', '2026-12-31'],
    ['lastYear', '2025-01-01', '2025-12-31'],
  ] as const)('%s is from %s to %s', (preset, from, to) => {
    expect(presetPeriod(preset, now)).toEqual({ from, to });
    expect(presetOf({ from, to }, now)).toBe(preset);
  });

  it('reads the address, or takes this month', () => {
    const read = (text: string): string => Object.values(readPeriod(new URLSearchParams(text), now)).join(' ');
    expect(read('from=2024-02-01&to=2024-02-29')).toBe('2024-02-01 2024-02-29');
    expect(read('')).toBe('2026-01-01 2026-01-31');
    expect(read('from=2024-03-01&to=2024-02-01')).toBe('2026-01-01 2026-01-31');
    expect(read('from=1/2/2024&to=2/2/2024')).toBe('2026-01-01 2026-01-31');
    expect(presetOf({ from: '2024-02-01', to: '2024-02-29' }, now)).toBeNull();
  });

  it('knows the days of a row', () => {
    expect(periodOfKey('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(periodOfKey('2026')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(keyName('2026-11')).toBe('11/2026');
    expect(keyName('2026')).toBe('2026');
  });
});
