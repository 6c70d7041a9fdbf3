import { describe, expect, it } from 'vitest';
import type { Attendance } from '../api/report';
import {
  attendanceRows,
  countByFilter,
  leader,
  nextSort,
  percentOf,
  readView,
  speakerSums,
  speechLine,
  voteLine,
  votesCast,
  writeView,
  type AttendanceView,
} from './report';

const site = (endpoint: string, name: string, change: Partial<Attendance> = {}): Attendance => ({
  endpoint,
  name,
  unit_name: name,
  branch: '',
  invited: true,
  first_joined_at: 1000,
  spans: [[1000, 2000]],
  minutes: 90,
  late_minutes: 0,
  mark: 'present',
  reason: '',
  head_count: 20,
  head_expected: null,
  ...change,
});

const rows = [
  site('b', 'Xã Nga Sơn', { branch: 'Miền biển', late_minutes: 7, first_joined_at: 5000, minutes: 80 }),
  site('a', 'Phường Hạc Thành', { head_count: null }),
  site('d', 'Xã Trung Lý', { mark: 'absent', first_joined_at: null, minutes: 0, head_count: null }),
  site('c', 'Xã Đông Tiến', { mark: 'excused', reason: 'bão', first_joined_at: null, minutes: 0, head_count: null }),
];
const view = (change: Partial<AttendanceView> = {}): AttendanceView => ({
  filter: 'all',
  query: '',
  key: 'order',
  descending: false,
  ...change,
});
const ids = (change: Partial<AttendanceView>): string => attendanceRows(rows, view(change)).map((r) => r.endpoint).join('');

describe('attendance', () => {
  it.each([
    [{}, 'badc'],
    [{ filter: 'present' }, 'ba'],
    [{ filter: 'late' }, 'b'],
    [{ filter: 'absent' }, 'dc'],
    [{ filter: 'excused' }, 'c'],
    [{ filter: 'uncounted' }, 'a'],
    [{ query: 'dong tien' }, 'c'],
    [{ query: 'mien bien' }, 'b'],
    [{ query: 'khong co' }, ''],
    [{ key: 'name' }, 'acbd'],
    [{ key: 'name', descending: true }, 'dbca'],
    [{ key: 'first' }, 'abdc'],
    [{ key: 'minutes', descending: true }, 'abdc'],
    [{ key: 'late', descending: true }, 'badc'],
    [{ key: 'mark' }, 'dcba'],
    [{ key: 'heads' }, 'adcb'],
    [{ key: 'branch', descending: true }, 'bdca'],
  ] as [Partial<AttendanceView>, string][])('%o gives %s', (change, expected) => expect(ids(change)).toBe(expected));

  it('counts what each filter shows', () => {
    expect(countByFilter(rows)).toEqual({ all: 4, present: 2, late: 1, absent: 2, excused: 1, uncounted: 1 });
  });

  it('keeps its view in the address', () => {
    const shown = view({ filter: 'late', query: 'nga', key: 'minutes', descending: true });
    const params = writeView(new URLSearchParams('tab=attendance'), shown);
    expect(params.get('tab')).toBe('attendance');
    expect(readView(params)).toEqual(shown);
    expect(writeView(params, view()).toString()).toBe('tab=attendance');
    expect(readView(new URLSearchParams('filter=x&sort=y'))).toEqual(view());
  });

  it('sorts up, down, as invited', () => {
    const up = nextSort(view(), 'name');
    const down = nextSort(up, 'name');
    expect([up.key, up.descending, down.key, down.descending]).toEqual(['name', false, 'name', true]);
    expect(nextSort(down, 'name').key).toBe('order');
    expect(nextSort(down, 'late')).toMatchObject({ key: 'late', descending: false });
  });
});

describe('sums', () => {
  const from = new Date(2026, 10, 22, 9, 10).getTime();
  const speeches = [
    { endpoint: 'a', name: 'Xã A', from, seconds: 65, kind: 'floor' as const },
    { endpoint: 'b', name: 'Xã B', from, seconds: 200, kind: 'floor' as const },
    { endpoint: 'a', name: 'Xã A', from, seconds: 30, kind: 'remark' as const },
  ];

  it('adds up who spoke', () => {
    expect(speakerSums(speeches).map((s) => [s.endpoint, s.times, s.seconds])).toEqual([
      ['b', 1, 200],
      ['a', 2, 95],
    ]);
    expect(speechLine(speeches[0]!)).toBe('- 09:10 Xã A (1:05): ');
  });

  it('knows which choice leads', () => {
    const vote = { question: 'Thông qua?', choices: ['Có', 'Không'], counts: [3, 1] };
    expect(leader(vote)).toBe(0);
    expect(leader({ counts: [2, 2] })).toBeNull();
    expect(leader({ counts: [0, 0] })).toBeNull();
    expect(votesCast(vote)).toBe(4);
    expect(voteLine({ ...vote, secret: false, eligible: 4, passed: true, quorum_met: true, opened_at: 0, closed_at: 1 })).toBe(
      '- Thông qua? Có: 3; Không: 1.',
    );
    expect(percentOf(1, 3)).toBe(33);
    expect(percentOf(1, 0)).toBe(0);
  });
});
