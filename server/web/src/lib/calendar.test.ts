import { describe, expect, it } from 'vitest';
import type { Meeting, MeetingState } from '../api/types';
import { canMove, hostsOf, hoursShown, isoDay, minutesUntil, pickedStart, readPlace, toEvents, writePlace, type Place } from './calendar';

const now = new Date(2026, 10, 22, 9, 0);
const meeting = (id: string, state: MeetingState, part: Partial<Meeting> = {}): Meeting => ({
  id,
  title: 'Giao ban tháng 11',
  state,
  reason: '',
  host_unit: '38',
  host_unit_name: 'Tỉnh Thanh Hóa',
  chair_endpoint: '38-1',
  chair_name: 'Hội trường',
  starts_at: '2026-11-22T01:30:00Z',
  ends_at: '2026-11-22T04:00:00Z',
  opened_at: null,
  started_at: null,
  ended_at: null,
  endpoint_count: 3,
  may: ['edit'],
  ...part,
});

describe('the place in the address', () => {
  it.each<[string, Place]>([
    ['', { view: 'week', date: '2026-11-22', host: null, find: '' }],
    ['view=month&date=2027-01-05&host=38&q=bao', { view: 'month', date: '2027-01-05', host: '38', find: 'bao' }],
    ['view=year&date=2027-13-45', { view: 'week', date: '2026-11-22', host: null, find: '' }],
    ['date=mai', { view: 'week', date: '2026-11-22', host: null, find: '' }],
  ])('"%s"', (address, place) => {
    expect(readPlace(new URLSearchParams(address), now, 'week')).toEqual(place);
  });

  it('comes back as it was, without what is usual', () => {
    const place: Place = { view: 'day', date: '2027-01-05', host: '38', find: 'bão' };
    expect(readPlace(new URLSearchParams(writePlace(place, now, 'week')), now, 'week')).toEqual(place);
    expect(writePlace({ view: 'week', date: isoDay(now), host: null, find: '' }, now, 'week')).toEqual({});
  });
});

describe('events', () => {
  it('may be moved only before the start, by whom may change them', () => {
    const states: MeetingState[] = ['draft', 'scheduled', 'rehearsal', 'open', 'live', 'ended', 'postponed', 'cancelled'];
    expect(states.filter((s) => canMove(meeting('m', s)))).toEqual(['draft', 'scheduled']);
    expect(canMove(meeting('m', 'scheduled', { may: ['watch'] }))).toBe(false);
  });

  it('wear their state, struck through where they do not take place', () => {
    const classes = toEvents([meeting('a', 'draft'), meeting('b', 'postponed')], null, '').map((e) => e.classNames.join(' '));
    expect(classes).toEqual(['cal cal-draft', 'cal cal-postponed cal-struck']);
  });

  it('are filtered by host and by text without diacritics', () => {
    const all = [meeting('a', 'scheduled'), meeting('b', 'scheduled', { host_unit: '1', host_unit_name: 'Xã Nga Sơn', title: 'Phòng chống bão' })];
    expect(toEvents(all, '1', '').map((e) => e.id)).toEqual(['b']);
    expect(toEvents(all, null, 'bao').map((e) => e.id)).toEqual(['b']);
    expect(toEvents(all, '38', 'bao')).toEqual([]);
    expect(hostsOf([...all, ...all]).map((h) => h.label)).toEqual(['Tỉnh Thanh Hóa', 'Xã Nga Sơn']);
  });
});

it('a click on a whole day means its morning', () => {
  expect(pickedStart(new Date(2026, 10, 25), true)).toEqual(new Date(2026, 10, 25, 8, 0));
  expect(pickedStart(new Date(2026, 10, 25, 14, 15), false)).toEqual(new Date(2026, 10, 25, 14, 15));
});

it.each([
  [60_000, 0, 1],
  [60_001, 0, 2],
  [0, 60_000, -1],
])('from %i to %i are %i minutes', (at, from, minutes) => expect(minutesUntil(at, from)).toBe(minutes));

describe('the hours of a week', () => {
  const at = (from: Date, to: Date): Meeting => meeting('m', 'scheduled', { starts_at: from.toISOString(), ends_at: to.toISOString() });
  it.each<[string, Meeting[], string, string]>([
    ['none', [], '06:00:00', '20:00:00'],
    ['office hours', [at(new Date(2026, 10, 25, 8, 0), new Date(2026, 10, 25, 11, 0))], '06:00:00', '20:00:00'],
    ['early and late', [at(new Date(2026, 10, 25, 5, 30), new Date(2026, 10, 25, 21, 15))], '05:00:00', '22:00:00'],
    ['to the full hour', [at(new Date(2026, 10, 25, 19, 0), new Date(2026, 10, 25, 21, 0))], '06:00:00', '21:00:00'],
    ['until midnight', [at(new Date(2026, 10, 25, 19, 0), new Date(2026, 10, 26, 0, 0))], '06:00:00', '24:00:00'],
    ['over midnight', [at(new Date(2026, 10, 25, 23, 0), new Date(2026, 10, 26, 1, 0))], '00:00:00', '24:00:00'],
  ])('%s', (_, meetings, from, to) => expect(hoursShown(meetings)).toEqual({ from, to }));
});
