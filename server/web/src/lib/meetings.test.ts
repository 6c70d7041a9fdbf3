import { describe, expect, it } from 'vitest';
import type { Meeting, MeetingState } from '../api/types';
import { findMeetings, groupMeetings, isOver, isRunning } from './meetings';

const now = new Date(2026, 10, 22, 9, 0);
const meeting = (id: string, hoursFromNow: number, state: MeetingState = 'scheduled'): Meeting => ({
  id,
  title: `Giao ban ${id}`,
  state,
  reason: '',
  host_unit: '38',
  host_unit_name: 'Tỉnh Thanh Hóa',
  chair_endpoint: '38-1',
  chair_name: 'Hội trường A',
  starts_at: new Date(now.getTime() + hoursFromNow * 3_600_000).toISOString(),
  ends_at: new Date(now.getTime() + (hoursFromNow + 2) * 3_600_000).toISOString(),
  opened_at: null,
  started_at: null,
  ended_at: null,
  endpoint_count: 3,
  may: [],
});

describe('meeting list', () => {
  it('puts what runs first and the past newest first', () => {
    const groups = groupMeetings(
      [meeting('a', 3), meeting('b', -1, 'ended'), meeting('c', 30), meeting('d', -30), meeting('e', -60), meeting('f', -28, 'live')],
      now,
    );
    expect(groups.today.map((m) => m.id)).toEqual(['f', 'b', 'a']);
    expect(groups.upcoming.map((m) => m.id)).toEqual(['c']);
    expect(groups.past.map((m) => m.id)).toEqual(['d', 'e']);
  });

  it('finds without diacritics, by host and chair too', () => {
    const all = [meeting('a', 1), { ...meeting('b', 1), title: 'Phòng chống bão', host_unit_name: 'x', chair_name: 'y' }];
    expect(findMeetings(all, 'thanh hoa').map((m) => m.id)).toEqual(['a']);
    expect(findMeetings(all, 'chong bao').map((m) => m.id)).toEqual(['b']);
    expect(findMeetings(all, '').length).toBe(2);
  });

  it.each<[MeetingState, boolean, boolean]>([
    ['draft', false, false],
    ['scheduled', false, false],
    ['rehearsal', true, false],
    ['open', true, false],
    ['live', true, false],
    ['ended', false, true],
    ['postponed', false, true],
    ['cancelled', false, true],
  ])('%s: running %s, over %s', (state, running, over) => {
    expect([isRunning(meeting('a', 0, state)), isOver(meeting('a', 0, state))]).toEqual([running, over]);
  });
});
