import { describe, expect, it } from 'vitest';
import type { Census, Floor, RoomMeeting, Seat, ServerMessage } from './protocol';
import {
  cameraSlotOf,
  census,
  censusOf,
  CHAT_KEPT,
  FLOOR_ASK_MS,
  floorLeft,
  handQueue,
  initialRoomState,
  isOnAir,
  lightOf,
  mayRun,
  nameOf,
  queueOf,
  reduce,
  selfSeat,
  shownSlots,
  showsBlack,
  type RoomState,
} from './state';

const seat = (endpoint: string, change: Partial<Seat> = {}): Seat => ({
  endpoint,
  code: endpoint.split('-')[0]!,
  name: `Phòng ${endpoint}`,
  unit_name: 'Xã Nga Sơn',
  role: 'site',
  state: 'connected',
  mic_open: false,
  mic_locked: false,
  camera_on: true,
  hand_at: null,
  content: false,
  spotlight: false,
  ...change,
});

describe('showsBlack', () => {
  it('of a camera that is on and sends black, as its page tells', () => {
    expect(showsBlack(seat('a', { dark: true }))).toBe(true);
    expect(showsBlack(seat('a', { dark: true, state: 'reconnecting' }))).toBe(true);
    expect(showsBlack(seat('a', { dark: true, camera_on: false }))).toBe(false);
    expect(showsBlack(seat('a', { dark: true, state: 'absent' }))).toBe(false);
    expect(showsBlack(seat('a', { dark: false }))).toBe(false);
    // A server that does not tell it.
    expect(showsBlack(seat('a'))).toBe(false);
    expect(showsBlack(null)).toBe(false);
  });
});

const meeting: RoomMeeting = {
  id: 'm1',
  title: 'Giao ban',
  state: 'live',
  host_unit: '38',
  chair_endpoint: '38-1',
  spotlight: null,
  content_endpoint: null,
  starts_at: '2026-11-22T01:30:00Z',
  ends_at: '2026-11-22T04:00:00Z',
  started_at: null,
};

const welcome: ServerMessage = {
  type: 'welcome',
  protocol: 1,
  role: 'site',
  endpoint: '1-1',
  meeting,
  seats: [seat('38-1', { role: 'chair' }), seat('1-1'), seat('2-1', { state: 'absent' })],
  resumed: false,
  server_time: 11_000,
};

const say = (state: RoomState, ...messages: ServerMessage[]): RoomState =>
  messages.reduce((s, message) => reduce(s, { kind: 'message', message, now: 10_000 }), state);

describe('room state', () => {
  const joined = say(initialRoomState, welcome);

  it('is in after the welcome, with the clock of the server', () => {
    expect(joined.phase).toBe('in');
    expect(selfSeat(joined)?.endpoint).toBe('1-1');
    expect(joined.clockOffset).toBe(1000);
  });

  it('takes whole seats as they change and keeps the others', () => {
    const next = say(joined, { type: 'seats', seats: [seat('1-1', { mic_open: true })] });
    expect(selfSeat(next)?.mic_open).toBe(true);
    expect(next.seats.size).toBe(3);
    expect(selfSeat(joined)?.mic_open).toBe(false);
  });

  it('keeps everything while it reconnects', () => {
    const gone = reduce(joined, { kind: 'disconnected', attempt: 2 });
    expect([gone.phase, gone.attempt, gone.seats.size]).toEqual(['reconnecting', 2, 3]);
    expect(say(gone, welcome)).toMatchObject({ phase: 'in', attempt: 0 });
  });

  it('is still connecting when the first connection failed', () => {
    expect(reduce(initialRoomState, { kind: 'disconnected', attempt: 1 }).phase).toBe('connecting');
  });

  it('stays out after bye', () => {
    const out = say(joined, { type: 'bye', code: 'ended', text: { vi: 'Phiên họp đã kết thúc', en: 'Ended' } });
    expect(reduce(out, { kind: 'disconnected', attempt: 1 }).phase).toBe('out');
    expect(out.bye?.code).toBe('ended');
  });

  it('finds slots by role, in order, the empty ones left out', () => {
    const routed = say(
      joined,
      {
        type: 'media.answer',
        transport: 't1',
        sdp: '',
        slots: [
          { mid: '9', role: 'tile', index: 1 },
          { mid: '8', role: 'tile', index: 0 },
          { mid: '7', role: 'tile', index: 2 },
          { mid: '3', role: 'main', index: 0 },
        ],
      },
      {
        type: 'slots',
        slots: [
          { mid: '3', endpoint: '38-1', source: 'camera' },
          { mid: '8', endpoint: '5-1', source: 'camera' },
          { mid: '9', endpoint: '2-1', source: 'camera' },
          { mid: '7', endpoint: null, source: null },
        ],
      },
    );
    expect(shownSlots(routed, 'tile').map((s) => s.endpoint)).toEqual(['5-1', '2-1']);
    expect(cameraSlotOf(routed, '38-1')).toBe('3');
    expect(cameraSlotOf(routed, '77-1')).toBeNull();
    // The centre's test picture is shown too, and is nobody's.
    const carded = say(routed, { type: 'slots', slots: [{ mid: '3', endpoint: null, source: 'card' }] });
    expect(shownSlots(carded, 'main')).toEqual([{ mid: '3', endpoint: '' }]);
    expect(nameOf(carded, '')).toBe('');
    const reset = reduce(routed, { kind: 'media-new' });
    expect(shownSlots(reset, 'tile')).toEqual([]);
    expect(reset.mediaEpoch).toBe(1);
  });

  it('counts notices so that the same words are shown twice', () => {
    const notice: ServerMessage = { type: 'notice', text: { vi: 'a', en: 'a' } };
    expect(say(joined, notice, notice).notice?.serial).toBe(2);
  });

  it('remembers what is under way', () => {
    const on = reduce(joined, { kind: 'pending', act: 'mic', on: true });
    expect(on.pending.has('mic')).toBe(true);
    expect(reduce(on, { kind: 'pending', act: 'mic', on: false }).pending.size).toBe(0);
  });
});

describe('seats', () => {
  it('queues hands by time', () => {
    const queue = handQueue([seat('a', { hand_at: 30 }), seat('b'), seat('c', { hand_at: 10 })]);
    expect(queue.map((s) => s.endpoint)).toEqual(['c', 'a']);
  });

  it.each([
    [{ state: 'absent' as const }, 'absent'],
    [{ state: 'reconnecting' as const, line: 'good' as const }, 'bad'],
    [{ line: 'good' as const }, 'good'],
    [{ line: 'fair' as const }, 'fair'],
    [{ line: 'poor' as const }, 'bad'],
    [{ line: 'lost' as const }, 'bad'],
    [{}, 'good'],
  ])('light of %j is %s', (change, light) => expect(lightOf(seat('x', change))).toBe(light));

  it('counts present, absent and ill sites', () => {
    const seats = [seat('a'), seat('b', { line: 'fair' }), seat('c', { state: 'reconnecting' }), seat('d', { state: 'absent' })];
    expect(census(seats)).toMatchObject({ invited: 4, present: 2, absent: 1, reconnecting: 1, fair: 1, bad: 1 });
  });

  it.each([
    [{ spotlight: true, mic_open: true }, true],
    [{ spotlight: true, mic_open: true, mic_locked: true }, false],
    [{ spotlight: true }, false],
    [{ mic_open: true }, false],
    [{ role: 'chair' as const, mic_open: true }, true],
  ])('on air %j: %s', (change, on) => expect(isOnAir(seat('x', change))).toBe(on));
});

const count: Census = { invited: 600, present: 590, waiting: 2, absent: 7, reconnecting: 1, fair: 3, bad: 1, delegates: 1847 };
const speaking: Floor = {
  endpoint: '9-1',
  name: 'Xã Nga Sơn',
  state: 'speaking',
  since: 10_000,
  seconds: 180,
  cut: true,
  picture: true,
  remark: false,
};
const line = (id: number) => ({ id: String(id), at: id, endpoint: '1-1', name: 'Xã A', text: `câu ${id}` });

describe('what a meeting says beside its seats', () => {
  const joined = say(initialRoomState, welcome);

  it('is empty where the server says nothing', () => {
    expect(joined).toMatchObject({ census: null, queue: null, agenda: [], papers: [], chat: [], vote: null, waiting: false });
  });

  it('takes the whole of the welcome and drops what was before', () => {
    const full = say(joined, {
      ...welcome,
      role: 'desk',
      branch: '38-b',
      waiting: true,
      census: count,
      queue: [{ endpoint: '2-1', at: 5, topic: 'đê điều', held: true }],
      agenda: [{ id: 'a1', title: 'Khai mạc', speaker: '', endpoint: null, minutes: 10, papers: [] }],
      chat: [line(1)],
      banner: { text: 'Nghỉ 10 phút', from: 'Thư ký', until: null },
    });
    expect(full).toMatchObject({ branch: '38-b', waiting: true, census: count });
    expect(full.banner?.text).toBe('Nghỉ 10 phút');
    const anew = say(full, welcome);
    expect(anew).toMatchObject({ branch: null, census: null, queue: null, agenda: [], chat: [], banner: null });
  });

  it('waits while its own seat waits', () => {
    const waiting = say(joined, { type: 'seats', seats: [seat('1-1', { state: 'waiting' })] });
    expect(waiting.waiting).toBe(true);
    expect(say(waiting, { type: 'seats', seats: [seat('2-1')] }).waiting).toBe(true);
    expect(say(waiting, { type: 'seats', seats: [seat('1-1')] }).waiting).toBe(false);
  });

  it('believes the server about the count, and counts itself without one', () => {
    expect(censusOf(joined)).toMatchObject({ invited: 3, present: 2, absent: 1 });
    expect(censusOf(say(joined, { type: 'census', ...count }))).toEqual(count);
  });

  it('keeps the queue of the server, else takes the hands in order', () => {
    const hands = say(joined, { type: 'seats', seats: [seat('2-1', { hand_at: 4, topic: 'b' }), seat('1-1', { hand_at: 9, queue: 1 })] });
    expect(queueOf(hands).map((q) => q.endpoint)).toEqual(['1-1', '2-1']);
    const told = say(hands, { type: 'queue', queue: [{ endpoint: '2-1', at: 4, topic: 'b', held: false }] });
    expect(queueOf(told).map((q) => q.endpoint)).toEqual(['2-1']);
    expect(say(told, { type: 'queue_place', place: 3, length: 8 }).queuePlace).toEqual({ place: 3, length: 8 });
  });

  it('merges what changed of the meeting', () => {
    const granted = say(joined, { type: 'meeting', meeting: { floor: speaking, layout: 'grid4' } });
    expect(granted.meeting).toMatchObject({ title: 'Giao ban', layout: 'grid4', floor: { endpoint: '9-1' } });
    expect(say(granted, { type: 'meeting', meeting: { floor: null } }).meeting?.floor).toBeNull();
    expect(say(initialRoomState, { type: 'meeting', meeting: { layout: 'grid4' } }).meeting).toBeNull();
  });

  it.each([
    [speaking, 10_000, 180],
    [speaking, 189_500, 1],
    [speaking, 195_000, -5],
    [{ ...speaking, seconds: 0 }, 20_000, null],
    [{ ...speaking, state: 'asked' as const }, 20_000, null],
    [null, 20_000, null],
  ])('time left of the floor %#', (floor, now, left) => expect(floorLeft({ ...meeting, floor }, now)).toBe(left));

  it('asks for the microphone until it is answered', () => {
    const asked = say(joined, { type: 'floor.ask', seconds: 180, remark: false });
    expect(asked.floorAsk).toEqual({ remark: false, until: 10_000 + FLOOR_ASK_MS, serial: 1 });
    expect(say(asked, { type: 'floor.ask', seconds: 0, remark: true }).floorAsk).toMatchObject({ remark: true, serial: 2 });
    expect(reduce(asked, { kind: 'answered' }).floorAsk).toBeNull();
  });

  it('asks no longer when the floor is withdrawn; a microphone that is asked for has none', () => {
    const mine = { ...speaking, state: 'asked' as const, endpoint: joined.self! };
    const asked = say(joined, { type: 'meeting', meeting: { floor: mine } }, { type: 'floor.ask', seconds: 180, remark: false });
    expect(say(asked, { type: 'meeting', meeting: { spotlight: null } }).floorAsk).not.toBeNull();
    expect(say(asked, { type: 'meeting', meeting: { floor: null } }).floorAsk).toBeNull();
    const microphone = say(joined, { type: 'floor.ask', seconds: 0, remark: false });
    expect(say(microphone, { type: 'meeting', meeting: { floor: null } }).floorAsk).not.toBeNull();
  });

  it('tells each warning apart', () => {
    const warned = say(joined, { type: 'floor.warning', seconds_left: 30 }, { type: 'floor.warning', seconds_left: 0 });
    expect(warned.floorWarning).toEqual({ secondsLeft: 0, at: 10_000, serial: 2 });
  });

  it('shows a banner until it is cleared', () => {
    const shown = say(joined, { type: 'banner', text: 'Mời ổn định', from: 'Thư ký', until: 99 });
    expect(shown.banner).toEqual({ text: 'Mời ổn định', from: 'Thư ký', until: 99 });
    expect(say(shown, { type: 'banner', text: null, from: '', until: null }).banner).toBeNull();
  });

  it('keeps each chat line once, and no more than it can hold', () => {
    const said = say(joined, { type: 'chat', items: [line(1), line(2)] }, { type: 'chat', items: [line(2), line(3)] });
    expect(said.chat.map((l) => l.id)).toEqual(['1', '2', '3']);
    const many = say(joined, { type: 'chat', items: Array.from({ length: CHAT_KEPT + 5 }, (_, i) => line(i)) });
    expect([many.chat.length, many.chat[0]?.id]).toEqual([CHAT_KEPT, '5']);
  });

  it('names by the shown name, and a holder whom it does not see', () => {
    const named = say(
      joined,
      { type: 'seats', seats: [seat('1-1', { shown_name: 'Sở Y tế' })] },
      { type: 'meeting', meeting: { floor: speaking } },
    );
    expect([nameOf(named, '1-1'), nameOf(named, '9-1'), nameOf(named, '77-1')]).toEqual(['Sở Y tế', 'Xã Nga Sơn', '77-1']);
  });

  it.each([
    ['operator', true],
    ['chair', true],
    ['cochair', true],
    ['desk', false],
    ['observer', false],
    ['site', false],
  ] as const)('%s may run it: %s', (role, may) => expect(mayRun(role)).toBe(may));

  it('counts delegates and those who wait', () => {
    const seats = [seat('a', { head_count: 23 }), seat('b', { head_count: 4, state: 'waiting' }), seat('c')];
    expect(census(seats)).toMatchObject({ present: 2, waiting: 1, delegates: 27, bad: 0 });
    expect(lightOf(seat('x', { state: 'waiting' }))).toBe('absent');
  });
});
