import { describe, expect, it } from 'vitest';
import { agendaNow, asksHeadCount, byeStep, floorClock, floorPart, isInviting, isRed, isStrayPress, mayRejoin, micWord, parseHeads, queuePlaceOf, RESULT_MS, rowsShifted, voteLeft, votePart } from './moment';
import type { Floor, RoomMeeting, Seat, Vote } from './protocol';
import { initialRoomState, type RoomState } from './state';

const seat = (change: Partial<Seat> = {}): Seat => ({
  endpoint: 'me',
  code: '1',
  name: 'Xã A',
  unit_name: 'Xã A',
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
const floor = (change: Partial<Floor> = {}): Floor => ({
  endpoint: 'me',
  name: 'Xã A',
  state: 'speaking',
  since: 1000,
  seconds: 180,
  cut: false,
  picture: true,
  remark: false,
  ...change,
});
const room = (meeting: Partial<RoomMeeting>, own: Partial<Seat> = {}, change: Partial<RoomState> = {}): RoomState => ({
  ...initialRoomState,
  phase: 'in',
  self: 'me',
  meeting: { id: '1', chair_endpoint: 'chair', ...meeting } as RoomMeeting,
  seats: new Map([['me', seat(own)]]),
  ...change,
});

describe('the floor', () => {
  it.each([
    ['nobody', null, 'none', false],
    ['another', floor({ endpoint: 'x' }), 'none', false],
    ['asked', floor({ state: 'asked' }), 'asked', false],
    ['speaking', floor(), 'speaking', true],
    ['a remark', floor({ picture: false, remark: true }), 'remark', true],
  ] as [string, Floor | null, string, boolean][])('%s', (_, has, part, red) => {
    const state = room({ floor: has });
    expect([floorPart(state), isRed(state)]).toEqual([part, red]);
  });

  it('is red for the chair and for who is on screen, while heard', () => {
    expect(isRed(room({}, { role: 'chair', mic_open: true }))).toBe(true);
    expect(isRed(room({}, { role: 'chair', mic_open: false }))).toBe(false);
    expect(isRed(room({}, { spotlight: true, mic_open: true }))).toBe(true);
    expect(isRed(room({}, { spotlight: true, mic_open: true, mic_locked: true }))).toBe(false);
    expect(isRed(room({}, { mic_open: true }))).toBe(false);
  });

  it.each([
    [1000, 180, 'calm'],
    [151_000, 30, 'warn'],
    [180_999, 1, 'warn'],
    [181_000, 0, 'over'],
    [200_000, -19, 'over'],
  ])('at %i: %i s left, %s', (now, left, tone) => {
    expect(floorClock({ floor: floor() } as RoomMeeting, now)).toEqual({ left, tone });
  });

  it('has no clock without a time box', () => {
    expect(floorClock({ floor: floor({ seconds: 0 }) } as RoomMeeting, 0)).toBeNull();
    expect(floorClock(null, 0)).toBeNull();
  });
});

describe('the agenda', () => {
  const agenda = ['a', 'b'].map((id) => ({ id, title: id, speaker: '', endpoint: null, minutes: 10, papers: [] }));
  const at = (item: string, now: number, minutes = 10): ReturnType<typeof agendaNow> =>
    agendaNow(room({ agenda: { item, since: 0, minutes } }, {}, { agenda }), now);

  it('knows the item, the next and the time left', () => {
    expect(at('a', 0)).toMatchObject({ place: 1, of: 2, next: { id: 'b' }, minutesLeft: 10 });
    expect(at('a', 9 * 60_000 + 1)?.minutesLeft).toBe(1);
    expect(at('b', 12 * 60_000)).toMatchObject({ next: null, minutesLeft: -2 });
    expect(at('gone', 0)).toBeNull();
    expect(agendaNow(room({}), 0)).toBeNull();
  });
});

describe('votes', () => {
  const vote = (change: Partial<Vote> = {}): Vote => ({
    id: 'v',
    question: '?',
    choices: ['a', 'b'],
    secret: false,
    majority: 'simple',
    base: 'present',
    quorum_percent: 50,
    state: 'open',
    opened_at: 0,
    closes_at: null,
    closed_at: null,
    eligible: 3,
    cast: 0,
    ...change,
  });

  it.each([
    [null, 'none'],
    [vote(), 'open'],
    [vote({ my_choice: null }), 'open'],
    [vote({ my_choice: 0 }), 'answered'],
    [vote({ state: 'cancelled' }), 'none'],
    [vote({ state: 'closed', closed_at: 0 }), 'result'],
    [vote({ state: 'closed', closed_at: -RESULT_MS }), 'none'],
  ] as [Vote | null, string][])('%o is %s', (v, part) => expect(votePart(v, seat(), 1)).toBe(part));

  it('is only watched by who has no seat', () => expect(votePart(vote(), null, 0)).toBe('watching'));

  it('counts down where it closes by itself', () => {
    expect(voteLeft(vote(), 0)).toBeNull();
    expect(voteLeft(vote({ closes_at: 5_001 }), 0)).toBe(6);
    expect(voteLeft(vote({ closes_at: 5_000 }), 9_000)).toBe(0);
  });
});

describe('small things', () => {
  it('takes the place in the queue from the server', () => {
    expect(queuePlaceOf(room({}))).toBe(0);
    expect(queuePlaceOf(room({}, { hand_at: 1 }))).toBe(0);
    expect(queuePlaceOf(room({}, { hand_at: 1, queue: 4 }))).toBe(4);
    expect(queuePlaceOf(room({}, { hand_at: 1, queue: 4 }, { queuePlace: { place: 2, length: 5 } }))).toBe(2);
  });

  it('asks the head count once, and not the chair', () => {
    expect(asksHeadCount(room({}), false)).toBe(true);
    expect(asksHeadCount(room({}), true)).toBe(false);
    expect(asksHeadCount(room({}, { head_count: 0 }), false)).toBe(false);
    expect(asksHeadCount(room({}, { role: 'chair' }), false)).toBe(false);
    expect(asksHeadCount(room({}, {}, { phase: 'reconnecting' }), false)).toBe(false);
  });

  it.each([
    ['23', 23],
    [' 0 ', 0],
    ['100000', 100_000],
    ['100001', null],
    ['-1', null],
    ['2.5', null],
    ['', null],
    ['hai', null],
  ])('%j people is %s', (text, n) => expect(parseHeads(text)).toBe(n));

  it('says why the microphone is shut', () => {
    expect([micWord(null), micWord(seat({ mic_open: true })), micWord(seat({ mic_open: true, mic_locked: true }))]).toEqual([
      'micOff',
      'micOn',
      'micLocked',
    ]);
  });

  it.each([
    ['left', 'rejoin', true],
    ['replaced', 'rejoin', true],
    ['not_open', 'waitOpen', false],
    ['rehearsal_over', 'waitOpen', false],
    ['removed', 'call', true],
    ['locked', 'call', true],
    ['barred', 'call', false],
    ['forbidden', 'call', false],
    ['ended', 'home', false],
    ['cancelled', 'home', false],
    ['anything', 'rejoin', true],
  ])('after %s: %s', (code, step, again) => expect([byeStep(code), mayRejoin(code)]).toEqual([step, again]));
});

describe('rows under a finger', () => {
  it('stay when somebody joins at the end, and move when one before goes or comes', () => {
    expect(rowsShifted(['a', 'b'], ['a', 'b'])).toBe(false);
    expect(rowsShifted(['a', 'b'], ['a', 'b', 'c'])).toBe(false);
    expect(rowsShifted([], ['a'])).toBe(false);
    expect(rowsShifted(['a', 'b'], ['b'])).toBe(true);
    expect(rowsShifted(['a', 'b'], ['a'])).toBe(true);
    expect(rowsShifted(['a', 'b'], ['x', 'a', 'b'])).toBe(true);
  });

  it('a finger is not heard while they move, a key is', () => {
    expect(isStrayPress(true, 1)).toBe(false);
    expect(isStrayPress(false, 1)).toBe(true);
    expect(isStrayPress(false, 0)).toBe(false);
  });

  it('one is invited at a time', () => {
    const pending = (...acts: string[]) => isInviting({ ...initialRoomState, pending: new Set(acts) });
    expect(pending('mic', 'spotlight:')).toBe(false);
    expect(pending('grant:a')).toBe(true);
    expect(pending('release')).toBe(true);
  });
});
