/**
 * What a room page knows: a pure reducer over the server's messages and the connection's own events. The page
 * shows nothing that is not in here, and seats change only by what the server says.
 */
import type {
  Line,
  LineState,
  RoomMeeting,
  RoomRole,
  Seat,
  ServerMessage,
  SlotContent,
  SlotLine,
  SlotRole,
  Text,
} from './protocol';

/** connecting: first time; in: welcomed; reconnecting: was in, comes back; out: over (see `bye` or `failure`). */
export type Phase = 'connecting' | 'in' | 'reconnecting' | 'out';
export type MediaPhase = 'none' | 'connecting' | 'connected' | 'broken';

export interface RoomState {
  phase: Phase;
  attempt: number;
  role: RoomRole;
  self: string | null;
  meeting: RoomMeeting | null;
  seats: ReadonlyMap<string, Seat>;
  transport: string | null;
  media: MediaPhase;
  /** Grows with every new peer connection: streams taken before are stale. */
  mediaEpoch: number;
  slotLines: readonly SlotLine[];
  slots: ReadonlyMap<string, SlotContent>;
  line: LineState | null;
  notice: { text: Text; serial: number } | null;
  bye: { code: string; text: Text } | null;
  /** Server clock minus ours, ms. */
  clockOffset: number;
  /** Acts under way, by name. */
  pending: ReadonlySet<string>;
}

export const initialRoomState: RoomState = {
  phase: 'connecting',
  attempt: 0,
  role: 'site',
  self: null,
  meeting: null,
  seats: new Map(),
  transport: null,
  media: 'none',
  mediaEpoch: 0,
  slotLines: [],
  slots: new Map(),
  line: null,
  notice: null,
  bye: null,
  clockOffset: 0,
  pending: new Set(),
};

export type RoomEvent =
  | { kind: 'message'; message: ServerMessage; now: number }
  | { kind: 'disconnected'; attempt: number }
  | { kind: 'refused'; code: string; text: Text }
  | { kind: 'media'; media: MediaPhase }
  | { kind: 'media-new' }
  | { kind: 'pending'; act: string; on: boolean };

export function toMs(time: string | number | null | undefined): number | null {
  if (time === null || time === undefined || time === '') return null;
  const ms = typeof time === 'number' ? time : Date.parse(time);
  return Number.isFinite(ms) ? ms : null;
}

export function reduce(state: RoomState, event: RoomEvent): RoomState {
  switch (event.kind) {
    case 'message':
      return onMessage(state, event.message, event.now);
    case 'disconnected':
      if (state.phase === 'out') return state;
      return { ...state, phase: state.meeting ? 'reconnecting' : 'connecting', attempt: event.attempt, line: null };
    case 'refused':
      return { ...state, phase: 'out', bye: { code: event.code, text: event.text } };
    case 'media':
      return state.media === event.media ? state : { ...state, media: event.media };
    case 'media-new':
      return { ...state, media: 'connecting', mediaEpoch: state.mediaEpoch + 1, slotLines: [], slots: new Map() };
    case 'pending': {
      const pending = new Set(state.pending);
      if (event.on) pending.add(event.act);
      else pending.delete(event.act);
      return { ...state, pending };
    }
  }
}

function onMessage(state: RoomState, message: ServerMessage, now: number): RoomState {
  switch (message.type) {
    case 'welcome': {
      const serverNow = toMs(message.server_time);
      return {
        ...state,
        phase: 'in',
        attempt: 0,
        role: message.role,
        self: message.endpoint || null,
        meeting: message.meeting,
        seats: new Map(message.seats.map((s) => [s.endpoint, s])),
        clockOffset: serverNow === null ? 0 : serverNow - now,
      };
    }
    case 'seats': {
      const seats = new Map(state.seats);
      for (const seat of message.seats) seats.set(seat.endpoint, seat);
      return { ...state, seats };
    }
    case 'meeting':
      return { ...state, meeting: { ...state.meeting, ...message.meeting } };
    case 'media.answer':
      return { ...state, transport: message.transport, slotLines: message.slots };
    case 'slots': {
      const slots = new Map(state.slots);
      for (const slot of message.slots) slots.set(slot.mid, slot);
      return { ...state, slots };
    }
    case 'line':
      return {
        ...state,
        line: { up_loss: message.up_loss, down_loss: message.down_loss, rtt_ms: message.rtt_ms, state: message.state },
      };
    case 'notice':
      return { ...state, notice: { text: message.text, serial: (state.notice?.serial ?? 0) + 1 } };
    case 'bye':
      return { ...state, phase: 'out', bye: { code: message.code, text: message.text } };
    default:
      return state;
  }
}

/** What a slot of that role shows now. */
export interface Shown {
  mid: string;
  endpoint: string;
}

export function shownSlots(state: RoomState, role: SlotRole): Shown[] {
  return state.slotLines
    .filter((l) => l.role === role)
    .sort((a, b) => a.index - b.index)
    .flatMap((l) => {
      const endpoint = state.slots.get(l.mid)?.endpoint;
      return endpoint ? [{ mid: l.mid, endpoint }] : [];
    });
}

/** The slot that carries this site's camera, whichever it is. */
export function cameraSlotOf(state: RoomState, endpoint: string): string | null {
  for (const role of ['tile', 'main'] as const) {
    const found = shownSlots(state, role).find((s) => s.endpoint === endpoint);
    if (found) return found.mid;
  }
  return null;
}

export const selfSeat = (state: RoomState): Seat | null =>
  state.self === null ? null : (state.seats.get(state.self) ?? null);

/** Those who ask to speak, first come first. */
export function handQueue(seats: Iterable<Seat>): Seat[] {
  return [...seats]
    .filter((s) => s.hand_at !== null && s.hand_at !== undefined)
    .sort((a, b) => a.hand_at! - b.hand_at! || a.endpoint.localeCompare(b.endpoint));
}

/** Light of a site for the control room and the board: the words stand beside a shape. */
export type Light = 'good' | 'fair' | 'bad' | 'absent';

export function lightOf(seat: Seat): Light {
  if (seat.state === 'absent') return 'absent';
  if (seat.state === 'reconnecting') return 'bad';
  return lightOfLine(seat.line ?? 'good');
}

function lightOfLine(line: Line): Light {
  return line === 'good' ? 'good' : line === 'fair' ? 'fair' : 'bad';
}

export interface Census {
  invited: number;
  present: number;
  absent: number;
  fair: number;
  bad: number;
}

export function census(seats: Iterable<Seat>): Census {
  const sum: Census = { invited: 0, present: 0, absent: 0, fair: 0, bad: 0 };
  for (const seat of seats) {
    sum.invited += 1;
    const light = lightOf(seat);
    if (seat.state === 'connected') sum.present += 1;
    if (seat.state === 'absent') sum.absent += 1;
    if (light === 'fair') sum.fair += 1;
    if (light === 'bad') sum.bad += 1;
  }
  return sum;
}

/** On air: everyone sees this room and hears it. */
export function isOnAir(seat: Seat | null): boolean {
  return seat !== null && (seat.spotlight || seat.role === 'chair') && seat.mic_open && !seat.mic_locked;
}
