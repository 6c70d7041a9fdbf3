import { describe, expect, it } from 'vitest';
import type { RoomMeeting, Seat, ServerMessage } from './protocol';
import { cameraSlotOf, census, handQueue, initialRoomState, isOnAir, lightOf, reduce, selfSeat, shownSlots, type RoomState } from './state';

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
    expect(census(seats)).toEqual({ invited: 4, present: 2, absent: 1, fair: 1, bad: 1 });
  });

  it.each([
    [{ spotlight: true, mic_open: true }, true],
    [{ spotlight: true, mic_open: true, mic_locked: true }, false],
    [{ spotlight: true }, false],
    [{ mic_open: true }, false],
    [{ role: 'chair' as const, mic_open: true }, true],
  ])('on air %j: %s', (change, on) => expect(isOnAir(seat('x', change))).toBe(on));
});
