/** What a room's page says at one moment: who speaks and how long yet, the agenda's time, the vote, the queue. Pure. */
import type { AgendaItem, RoomMeeting, Seat, Vote } from './protocol';
import { floorLeft, selfSeat, type RoomState } from './state';

/** speaking: everyone hears this room because it has the floor; asked: it is to answer. */
export type FloorPart = 'none' | 'asked' | 'speaking' | 'remark';

export function floorPart(state: RoomState): FloorPart {
  const floor = state.meeting?.floor;
  if (!floor || state.self === null || floor.endpoint !== state.self) return 'none';
  if (floor.state === 'asked') return 'asked';
  return floor.remark || !floor.picture ? 'remark' : 'speaking';
}

/** The red frame: this room has the floor, or all see and hear it. */
export function isRed(state: RoomState): boolean {
  const part = floorPart(state);
  if (part === 'speaking' || part === 'remark') return true;
  const seat = selfSeat(state);
  return seat !== null && (seat.spotlight || seat.role === 'chair') && seat.mic_open && !seat.mic_locked;
}

/** At this many seconds the time is shown in warning. */
export const WARN_SECONDS = 30;

export type FloorClock = { left: number; tone: 'calm' | 'warn' | 'over' } | null;

export function floorClock(meeting: RoomMeeting | null, now: number): FloorClock {
  const left = floorLeft(meeting, now);
  if (left === null) return null;
  return { left, tone: left <= 0 ? 'over' : left <= WARN_SECONDS ? 'warn' : 'calm' };
}

export interface AgendaNow {
  item: AgendaItem;
  /** From 1. */
  place: number;
  of: number;
  next: AgendaItem | null;
  /** Minutes left of its time box, begun ones counted; negative: over; null: no box. */
  minutesLeft: number | null;
}

export function agendaNow(state: RoomState, now: number): AgendaNow | null {
  const current = state.meeting?.agenda;
  if (!current) return null;
  const at = state.agenda.findIndex((item) => item.id === current.item);
  if (at < 0) return null;
  const item = state.agenda[at]!;
  const box = current.minutes || item.minutes;
  const left = Math.ceil(box - (now - current.since) / 60_000);
  return {
    item,
    place: at + 1,
    of: state.agenda.length,
    next: state.agenda[at + 1] ?? null,
    minutesLeft: box > 0 ? left : null,
  };
}

/** open: to be answered; answered: this room has voted; result: closed, shown to all. */
export type VotePart = 'none' | 'open' | 'answered' | 'watching' | 'result';

/** A result stays on the screen this long. */
export const RESULT_MS = 60_000;

export function votePart(vote: Vote | null, seat: Seat | null, now: number): VotePart {
  if (!vote || vote.state === 'cancelled') return 'none';
  if (vote.state === 'closed') return vote.closed_at !== null && now - vote.closed_at > RESULT_MS ? 'none' : 'result';
  if (seat === null) return 'watching';
  return vote.my_choice === null || vote.my_choice === undefined ? 'open' : 'answered';
}

/** Seconds until a vote closes by itself; null: by hand. */
export function voteLeft(vote: Vote, now: number): number | null {
  return vote.closes_at === null || vote.closes_at === 0 ? null : Math.max(0, Math.ceil((vote.closes_at - now) / 1000));
}

/** This room's place in the queue, from 1; 0: it does not ask, or the place is not known. */
export function queuePlaceOf(state: RoomState): number {
  const seat = selfSeat(state);
  if (seat === null || seat.hand_at === null) return 0;
  return state.queuePlace?.place ?? seat.queue ?? 0;
}

/** Does another row lie now where one lay before? Those that join at the end move none. */
export function rowsShifted(before: string[], now: string[]): boolean {
  return before.some((row, i) => now[i] !== row);
}

/** A press that may have been meant for what lay here before. Keys tell 0 as `detail` of their click. */
export function isStrayPress(settled: boolean, detail: number): boolean {
  return !settled && detail > 0;
}

/** One invitation at a time: two presses would take the floor from the first at once. */
export function isInviting(state: RoomState): boolean {
  return [...state.pending].some((act) => act === 'next' || act === 'release' || act.startsWith('grant:'));
}

export function isRehearsal(state: RoomState): boolean {
  return state.meeting?.rehearsal === true || state.meeting?.state === 'rehearsal';
}

/** Must the head count be asked? Once, and only of a room that is in. */
export function asksHeadCount(state: RoomState, put: boolean): boolean {
  const seat = selfSeat(state);
  return state.phase === 'in' && !put && seat !== null && seat.role !== 'chair' && (seat.head_count ?? null) === null;
}

/** A whole number of people, or null. */
export function parseHeads(text: string): number | null {
  const clean = text.trim();
  if (!/^\d{1,6}$/.test(clean)) return null;
  const n = Number(clean);
  return n <= HEADS_MAX ? n : null;
}

export const HEADS_MAX = 100_000;
export const TOPIC_MAX = 200;
export const CHAT_MAX = 1000;

/** Why a microphone cannot be opened here, as a name of a text; null: it can. */
export type MicWord = 'micLocked' | 'micOn' | 'micOff';
export const micWord = (seat: Seat | null): MicWord => (seat?.mic_locked ? 'micLocked' : seat?.mic_open ? 'micOn' : 'micOff');

/** The next step after a goodbye. */
export type ByeStep = 'rejoin' | 'waitOpen' | 'home' | 'call';

export function byeStep(code: string): ByeStep {
  switch (code) {
    case 'left':
    case 'replaced':
    case 'full':
      return 'rejoin';
    case 'not_open':
    case 'rehearsal_over':
      return 'waitOpen';
    case 'removed':
    case 'barred':
    case 'locked':
    case 'forbidden':
      return 'call';
    case 'ended':
    case 'postponed':
    case 'cancelled':
      return 'home';
    default:
      return 'rejoin';
  }
}

/** May the same page try again at once? A barred or locked-out room may after a call. */
export const mayRejoin = (code: string): boolean => byeStep(code) === 'rejoin' || code === 'locked' || code === 'removed';
