import { describe, expect, it } from 'vitest';
import type { ClientMessage, Floor, RoomMeeting, Seat } from './protocol';
import { initialRoomState, type RoomState } from './state';
import { actName, inverseOf } from './undo';

const NOW = 100_000;
const floor: Floor = {
  endpoint: '5-1',
  name: 'Xã Nga Sơn',
  state: 'speaking',
  since: NOW - 60_000,
  seconds: 180,
  cut: true,
  picture: true,
  remark: false,
};

const state = (meeting: Partial<RoomMeeting> = {}, seat: Partial<Seat> = {}): RoomState => ({
  ...initialRoomState,
  meeting: { spotlight: null, ...meeting } as RoomMeeting,
  seats: new Map([['5-1', { endpoint: '5-1', mic_locked: false, ...seat } as Seat]]),
  queue: [
    { endpoint: '7-1', at: 1, topic: '', held: false },
    { endpoint: '8-1', at: 2, topic: '', held: true },
    { endpoint: '5-1', at: 3, topic: '', held: false },
  ],
});

const rows: [string, ClientMessage, RoomState, ClientMessage | null][] = [
  ['picture', { type: 'spotlight', endpoint: '5-1' }, state({ spotlight: '7-1' }), { type: 'spotlight', endpoint: '7-1' }],
  ['layout', { type: 'layout', kind: 'grid9' }, state({ layout: 'two_way' }), { type: 'layout', kind: 'two_way' }],
  ['first layout', { type: 'layout', kind: 'grid9' }, state(), { type: 'layout', kind: 'chair_content' }],
  [
    'pin',
    { type: 'pin', role: 'chair', endpoint: '5-1' },
    state({ pins: { site: null, chair: '7-1', cochair: null } }),
    { type: 'pin', role: 'chair', endpoint: '7-1' },
  ],
  ['lock', { type: 'seat.mute', endpoint: '5-1', locked: true }, state(), { type: 'seat.mute', endpoint: '5-1', locked: false }],
  ['a lock that stood already', { type: 'seat.mute', endpoint: '5-1', locked: true }, state({}, { mic_locked: true }), null],
  ['camera', { type: 'seat.camera', endpoint: '5-1', off: true }, state(), { type: 'seat.camera', endpoint: '5-1', off: false }],
  [
    'name',
    { type: 'seat.rename', endpoint: '5-1', name: 'B' },
    state({}, { shown_name: 'A' }),
    { type: 'seat.rename', endpoint: '5-1', name: 'A' },
  ],
  ['order', { type: 'queue.order', endpoints: ['5-1', '7-1'] }, state(), { type: 'queue.order', endpoints: ['7-1', '5-1'] }],
  ['pass up', { type: 'queue.pass_up', endpoint: '8-1', up: true }, state(), { type: 'queue.pass_up', endpoint: '8-1', up: false }],
  ['first grant', { type: 'floor.grant', endpoint: '5-1' }, state(), { type: 'floor.release' }],
  [
    'grant over another',
    { type: 'floor.grant', endpoint: '7-1' },
    state({ floor }),
    { type: 'floor.grant', endpoint: '5-1', seconds: 120, cut: true, picture: true },
  ],
  [
    'release near the end',
    { type: 'floor.release' },
    state({ floor: { ...floor, since: NOW - 178_000 } }),
    { type: 'floor.grant', endpoint: '5-1', seconds: 30, cut: true, picture: true },
  ],
  [
    'release of a remark',
    { type: 'floor.release' },
    state({ floor: { ...floor, seconds: 0, picture: false, remark: true } }),
    { type: 'floor.grant', endpoint: '5-1', seconds: 0, cut: true, picture: false },
  ],
  ['release of nobody', { type: 'floor.release' }, state(), null],
  ['next', { type: 'floor.next' }, state(), { type: 'floor.release' }],
  ['agenda', { type: 'agenda.go', item: 'b' }, state({ agenda: { item: 'a', since: 1, minutes: 5 } }), { type: 'agenda.go', item: 'a' }],
  ['paper', { type: 'paper.show', paper: 'p', page: 1 }, state(), { type: 'paper.show', paper: null, page: 1 }],
  ['meeting lock', { type: 'meeting.lock', locked: true }, state(), { type: 'meeting.lock', locked: false }],
  ['chat', { type: 'chat.close', closed: true }, state(), { type: 'chat.close', closed: false }],
  ['lobby text', { type: 'lobby.message', text: 'b' }, state({ lobby_message: 'a' }), { type: 'lobby.message', text: 'a' }],
  ['admit one', { type: 'lobby.admit', endpoints: ['5-1'] }, state(), { type: 'lobby.return', endpoint: '5-1' }],
  ['admit all', { type: 'lobby.admit', all: true }, state(), null],
  ['return', { type: 'lobby.return', endpoint: '5-1' }, state(), { type: 'lobby.admit', endpoints: ['5-1'] }],
  [
    'mark',
    { type: 'roll.mark', endpoint: '5-1', mark: 'absent' },
    state({}, { roll: { mark: 'excused', auto: 'absent', reason: 'mất điện' } }),
    { type: 'roll.mark', endpoint: '5-1', mark: 'excused', reason: 'mất điện' },
  ],
  ['first mark', { type: 'roll.mark', endpoint: '5-1', mark: 'absent' }, state(), { type: 'roll.mark', endpoint: '5-1', mark: null }],
  [
    'marks of many',
    { type: 'roll.mark', endpoints: ['5-1', '5-2'], mark: 'present' },
    state(),
    { type: 'roll.mark', endpoints: ['5-1', '5-2'], mark: null },
  ],
  ['scan', { type: 'autoscan.start', seconds: 10 }, state(), { type: 'autoscan.stop' }],
  [
    'scan stopped',
    { type: 'autoscan.stop' },
    state({ autoscan: { running: true, paused: false, seconds: 15, current: null, next: null, branch: '38' } }),
    { type: 'autoscan.start', seconds: 15, branch: '38' },
  ],
  ['removed', { type: 'seat.remove', endpoint: '5-1', bar: false }, state(), null],
  ['barred', { type: 'seat.remove', endpoint: '5-1', bar: true }, state(), { type: 'seat.unbar', endpoint: '5-1' }],
  ['banner', { type: 'message', to: { all: true }, text: 'x' }, state(), { type: 'message.clear' }],
  ['end', { type: 'meeting.end' }, state(), null],
  ['mute all', { type: 'mute.all' }, state(), null],
];

describe('undo', () => {
  it.each(rows)('%s', (_, message, before, inverse) => expect(inverseOf(message, before, NOW)).toEqual(inverse));

  it.each<[ClientMessage, string]>([
    [{ type: 'seat.mute', endpoint: '5-1', locked: true }, 'seat.mute:5-1'],
    [{ type: 'spotlight', endpoint: null }, 'spotlight'],
    [{ type: 'lobby.admit', endpoints: ['5-1'] }, 'lobby.admit:5-1'],
    [{ type: 'lobby.admit', all: true }, 'lobby.admit:'],
    [{ type: 'floor.next' }, 'floor.next'],
  ])('%j is pending as %s', (message, name) => expect(actName(message)).toBe(name));
});
