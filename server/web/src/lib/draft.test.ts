import { describe, expect, it } from 'vitest';
import type { Endpoint, EndpointGroup, MeetingDetail, Series, Template } from '../api/types';
import {
  adoptIds,
  agendaMinutes,
  applyTemplate,
  canBeKept,
  dropUnknown,
  faultsOf,
  fromMeeting,
  invitedRooms,
  moveTo,
  newAgendaRow,
  newDraft,
  quickPicks,
  timesOf,
  toRequest,
  toTemplateBody,
  usualEntry,
  type Draft,
} from './draft';
import { noRepeat } from './repeat';
import { buildTree } from './tree';

const now = new Date(2026, 10, 22, 9, 7);
const tree = buildTree([
  { code: '38', parent: null, level: 'province', name: 'Tỉnh Thanh Hóa', endpoints: 2 },
  { code: 'a', parent: '38', level: 'commune', name: 'Phường Hạc Thành', endpoints: 1 },
  { code: 'b', parent: '38', level: 'commune', name: 'Xã Nga Sơn', endpoints: 1 },
  { code: 'c', parent: '38', level: 'commune', name: 'Xã Thanh Hà', endpoints: 1 },
  { code: 'd', parent: '38', level: 'commune', name: 'Xã Hà Trung', endpoints: 0 },
]);
const room = (id: string, unit: string): Endpoint => ({ id, unit, unit_name: unit, name: id, phone: '' });
const rooms = [room('38-1', '38'), room('38-2', '38'), room('a-1', 'a'), room('b-1', 'b'), room('c-1', 'c')];
const groups: EndpointGroup[] = [{ id: 'g', unit: '38', name: 'Miền núi', endpoints: ['b-1', 'c-1'] }];
const good: Draft = { ...newDraft(now, '38'), title: 'Giao ban', chair: '38-1', date: '23/11/2026', from: '8h', to: '9:30', units: ['a'] };

describe('booking draft', () => {
  it('proposes the next quarter, or the next morning, or what was picked in the calendar', () => {
    expect(newDraft(now, '38')).toMatchObject({ date: '22/11/2026', from: '09:45', to: '11:15' });
    expect(newDraft(new Date(2026, 10, 22, 20, 0), '38')).toMatchObject({ date: '23/11/2026', from: '08:00', to: '09:30' });
    expect(newDraft(now, '38', new Date(2026, 10, 25, 19, 0))).toMatchObject({ date: '25/11/2026', from: '19:00', to: '20:30' });
  });

  it.each<[Partial<Draft>, number, object]>([
    [{}, 1, {}],
    [{ title: ' ' }, 1, { title: 'nameNeeded' }],
    [{ host: null, chair: null }, 1, { host: 'hostNeeded', chair: 'chairNeeded' }],
    [{ date: '31/2' }, 1, { date: 'dateBad' }],
    [{ from: '25:00', to: 'x' }, 1, { from: 'timeBad', to: 'timeBad' }],
    [{ to: '8:00' }, 1, { to: 'order' }],
    [{ to: '8:00', plusDays: 1 }, 1, {}],
    [{ date: '21/11/2026' }, 1, { from: 'past' }],
    [{}, 0, { who: 'whoNeeded' }],
    [{ agenda: [newAgendaRow()] }, 1, { agenda: 'agendaTitle' }],
    [{ repeat: { ...noRepeat, frequency: 'daily', count: 0 } }, 1, { repeat: 'count' }],
  ])('%j with %i rooms: %j', (change, n, faults) => {
    expect(faultsOf({ ...good, ...change }, n, now)).toEqual(faults);
  });

  it('can be kept by the server before anybody is invited, not before it has a name', () => {
    expect(canBeKept(faultsOf(good, 0, now))).toBe(true);
    expect(canBeKept(faultsOf({ ...good, title: '' }, 1, now))).toBe(false);
  });

  it('reads its times, and keeps the length when it moves', () => {
    expect(timesOf(good, now)?.from).toEqual(new Date(2026, 10, 23, 8, 0));
    expect(timesOf({ ...good, from: '' }, now)).toBeNull();
    expect(moveTo(good, new Date(2026, 10, 24, 9, 30), now)).toEqual({ date: '24/11/2026', from: '09:30', to: '11:00', plusDays: 0 });
    expect(moveTo(good, new Date(2026, 10, 24, 23, 0), now)).toEqual({ date: '24/11/2026', from: '23:00', to: '00:30', plusDays: 1 });
  });

  it('invites each room once, chairs among them', () => {
    const all = invitedRooms({ ...good, groups: ['g'], rooms: ['b-1'], coChairs: ['38-2'] }, rooms, groups);
    expect([...all].sort()).toEqual(['38-1', '38-2', 'a-1', 'b-1', 'c-1']);
  });
});

describe('what is sent', () => {
  it('names single units by their rooms, and the chairs', () => {
    expect(toRequest({ ...good, coChairs: ['c-1'] }, tree, rooms, now)).toMatchObject({
      title: 'Giao ban',
      units: ['a'],
      endpoints: ['38-1', 'c-1'],
      recurrence: null,
      exceptions: [],
    });
  });

  it('names a whole branch once', () => {
    expect(toRequest({ ...good, units: ['38', 'a', 'b', 'c'] }, tree, rooms, now)).toMatchObject({ units: ['38'], endpoints: ['38-1'] });
  });

  it('carries the rule with its exceptions', () => {
    const repeat = { ...noRepeat, frequency: 'daily' as const, count: 3, exceptions: ['2026-11-24'] };
    expect(toRequest({ ...good, repeat }, tree, rooms, now)).toMatchObject({
      recurrence: 'FREQ=DAILY;COUNT=3',
      exceptions: [new Date(2026, 10, 24, 8, 0).toISOString()],
    });
  });

  it('is nothing while a time cannot be read', () => expect(toRequest({ ...good, to: '' }, tree, rooms, now)).toBeNull());
});

describe('agenda', () => {
  const rows = [
    { ...newAgendaRow(), title: 'Khai mạc', minutes: 10 },
    { ...newAgendaRow(), title: 'Báo cáo', minutes: 30 },
  ];
  it('adds up, and sends no id before there is one', () => {
    expect(agendaMinutes({ ...good, agenda: rows })).toBe(40);
    expect(toRequest({ ...good, agenda: rows }, tree, rooms, now)?.agenda?.[0]).not.toHaveProperty('id');
  });

  it('takes over the ids of the rows that were sent, and only those', () => {
    const saved = [
      { id: 'i1', title: 'Khai mạc', speaker: '', endpoint: null, minutes: 10, papers: [] },
      { id: 'i2', title: 'Báo cáo', speaker: '', endpoint: null, minutes: 30, papers: [] },
    ];
    expect(adoptIds([rows[0]!, { ...rows[1]!, title: 'Báo cáo tháng' }], saved).map((r) => r.id)).toEqual(['i1', null]);
  });
});

const detail: MeetingDetail = {
  id: 'm',
  title: 'Giao ban',
  state: 'scheduled',
  reason: '',
  host_unit: '38',
  host_unit_name: '',
  chair_endpoint: '38-1',
  chair_name: '',
  starts_at: new Date(2026, 10, 23, 22, 0).toISOString(),
  ends_at: new Date(2026, 10, 24, 1, 0).toISOString(),
  opened_at: null,
  started_at: null,
  ended_at: null,
  endpoint_count: 3,
  may: ['edit'],
  endpoints: [rooms[0]!, rooms[2]!, rooms[3]!],
  agenda: [{ id: 'i1', title: 'Khai mạc', speaker: 'Chủ tịch', endpoint: 'a-1', minutes: 5, papers: [] }],
  resources: [{ id: 'r1', name: 'Hội trường A', kind: 'hall' }],
};

describe('a meeting in the form', () => {
  it('ticks units whose rooms are all invited; the chair alone is no guest', () => {
    const draft = fromMeeting(detail, tree, rooms, null);
    expect(draft).toMatchObject({ units: ['a', 'b'], rooms: [], chair: '38-1', from: '22:00', to: '01:00', plusDays: 1, resources: ['r1'], entry: usualEntry });
    expect(toRequest(draft, tree, rooms, now)).toMatchObject({ starts_at: detail.starts_at, ends_at: detail.ends_at });
  });

  it('shows the rule of its series', () => {
    const series: Series = { id: 's', recurrence: 'FREQ=WEEKLY;BYDAY=MO;COUNT=4', exceptions: [], meetings: [] };
    expect(fromMeeting(detail, tree, rooms, series).repeat).toMatchObject({ frequency: 'weekly', count: 4 });
  });

  it('drops what was deleted meanwhile', () => {
    const draft = { ...good, units: ['a', 'x'], rooms: ['y'], groups: ['h'], chair: 'z', agenda: [{ ...newAgendaRow(), endpoint: 'q' }] };
    expect(dropUnknown(draft, tree, rooms, groups)).toMatchObject({ units: ['a'], rooms: [], groups: [], chair: null, agenda: [{ endpoint: null }] });
  });
});

describe('templates', () => {
  it('keep everything but the times', () => {
    const body = toTemplateBody({ ...good, agenda: [{ ...newAgendaRow(), id: 'i1', title: 'Khai mạc' }] }, tree, rooms, now);
    expect(body).toMatchObject({ title: 'Giao ban', units: ['a'], length_minutes: 90 });
    expect(body).not.toHaveProperty('starts_at');
    expect(body.agenda?.[0]).not.toHaveProperty('id');
  });

  it('fill the form; the start and a name that was typed stay', () => {
    const template: Template = { id: 't', unit: '38', name: 'Giao ban', body: { title: 'Giao ban tháng', units: ['38'], endpoints: [], chair_endpoint: '38-2', length_minutes: 120 } };
    const filled = applyTemplate({ ...good, title: '' }, template, tree, rooms, now);
    expect(filled).toMatchObject({ title: 'Giao ban tháng', from: '8h', to: '10:00', chair: '38-2', units: ['38', 'a', 'b', 'c'] });
    expect(applyTemplate(good, template, tree, rooms, now).title).toBe('Giao ban');
  });
});

describe('quick picks', () => {
  it('are levels and words with several units that have rooms', () => {
    expect(quickPicks(tree).map((p) => [p.label, p.units.length])).toEqual([
      ['commune', 3],
      ['Xã', 2],
    ]);
  });
});
