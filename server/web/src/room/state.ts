/**
 * What a room page knows: a pure reducer over the server's messages and the connection's own events. The page
 * shows nothing that is not in here, and seats change only by what the server says.
 */
import type {
  AgendaItem,
  Banner,
  Census,
  ChatLine,
  Line,
  LineState,
  Paper,
  QueueItem,
  QueuePlace,
  RoomMeeting,
  RoomRole,
  Seat,
  ServerMessage,
  SlotContent,
  SlotLine,
  SlotRole,
  Text,
  Vote,
  Welcome,
} from './protocol';
import { isTestMessage, NO_TEST, reduceTest, type TestNews } from './room-test';

export type { Census } from './protocol';

/** Chat lines a page keeps: more than a screen ever shows, few enough to hold. */
export const CHAT_KEPT = 500;
/** The server takes no answer to `floor.ask` for a refusal after this time. */
export const FLOOR_ASK_MS = 20_000;

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
  /** Unit code of the branch that a desk sees. */
  branch: string | null;
  /** In the waiting room: not yet admitted. */
  waiting: boolean;
  /** The server's own count; null: it sends none, `censusOf` counts the seats known here. */
  census: Census | null;
  /** null: the server sends none to this role, `queueOf` takes the seats' hands. */
  queue: readonly QueueItem[] | null;
  /** One's own place; null: unknown. */
  queuePlace: QueuePlace | null;
  agenda: readonly AgendaItem[];
  papers: readonly Paper[];
  chat: readonly ChatLine[];
  /** The vote that is open, or the last one that was closed. */
  vote: Vote | null;
  banner: { text: string; from: string; until: number | null } | null;
  /** The secretariat asks to open this room's microphone; `until` by the clock of this machine. */
  floorAsk: { remark: boolean; until: number; serial: number } | null;
  floorWarning: { secondsLeft: number; at: number; serial: number } | null;
  /** What the server says about testing this room. */
  test: TestNews;
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
  branch: null,
  waiting: false,
  census: null,
  queue: null,
  queuePlace: null,
  agenda: [],
  papers: [],
  chat: [],
  vote: null,
  banner: null,
  floorAsk: null,
  floorWarning: null,
  test: NO_TEST,
};

export type RoomEvent =
  | { kind: 'message'; message: ServerMessage; now: number }
  | { kind: 'disconnected'; attempt: number }
  | { kind: 'refused'; code: string; text: Text }
  | { kind: 'media'; media: MediaPhase }
  | { kind: 'media-new' }
  | { kind: 'pending'; act: string; on: boolean }
  /** The room has answered what `floor.ask` asked. */
  | { kind: 'answered' };

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
    case 'answered':
      return { ...state, floorAsk: null };
  }
}

/** The welcome says everything: nothing of what was known before is kept but the media. */
function onWelcome(state: RoomState, message: Welcome, now: number): RoomState {
  const serverNow = toMs(message.server_time);
  const self = message.endpoint || null;
  const own = message.seats.find((s) => s.endpoint === self);
  return {
    ...state,
    phase: 'in',
    attempt: 0,
    role: message.role,
    self,
    meeting: message.meeting,
    seats: new Map(message.seats.map((s) => [s.endpoint, s])),
    clockOffset: serverNow === null ? 0 : serverNow - now,
    branch: message.branch ?? null,
    waiting: message.waiting ?? own?.state === 'waiting',
    census: message.census ?? null,
    queue: message.queue ?? null,
    queuePlace: message.queue_place ?? null,
    agenda: message.agenda ?? [],
    papers: message.papers ?? [],
    chat: message.chat ?? [],
    vote: message.vote ?? null,
    banner: bannerOf(message.banner),
    floorAsk: null,
    floorWarning: null,
    test: { ...state.test, loop: null, card: false },
  };
}

const isAsked = (meeting: RoomMeeting, self: string | null): boolean =>
  meeting.floor?.endpoint === self && meeting.floor?.state === 'asked';

function bannerOf(banner: Banner | null | undefined): RoomState['banner'] {
  return banner?.text ? { text: banner.text, from: banner.from ?? '', until: banner.until ?? null } : null;
}

function onSeats(state: RoomState, changed: readonly Seat[]): RoomState {
  const seats = new Map(state.seats);
  for (const seat of changed) seats.set(seat.endpoint, seat);
  const own = changed.find((s) => s.endpoint === state.self);
  return { ...state, seats, waiting: own ? own.state === 'waiting' : state.waiting };
}

/** Adds lines; one that is known (after a reconnect) stands once. */
function onChat(state: RoomState, items: readonly ChatLine[]): RoomState {
  const known = new Set(state.chat.map((line) => line.id));
  const chat = [...state.chat, ...items.filter((line) => !known.has(line.id))];
  return { ...state, chat: chat.slice(-CHAT_KEPT) };
}

function onMessage(state: RoomState, message: ServerMessage, now: number): RoomState {
  switch (message.type) {
    case 'welcome':
      return onWelcome(state, message, now);
    case 'seats':
      return onSeats(state, message.seats);
    case 'meeting': {
      if (!state.meeting) return state;
      const meeting = { ...state.meeting, ...message.meeting };
      // A question that was withdrawn, or that nobody answered in time, is none any more.
      return { ...state, meeting, floorAsk: isAsked(state.meeting, state.self) && !isAsked(meeting, state.self) ? null : state.floorAsk };
    }
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
    case 'census': {
      const { type: _, ...census } = message;
      return { ...state, census };
    }
    case 'agenda':
      return { ...state, agenda: message.agenda, papers: message.papers };
    case 'queue':
      return { ...state, queue: message.queue };
    case 'queue_place':
      return { ...state, queuePlace: { place: message.place, length: message.length } };
    case 'floor.ask':
      return {
        ...state,
        floorAsk: { remark: message.remark === true, until: now + FLOOR_ASK_MS, serial: (state.floorAsk?.serial ?? 0) + 1 },
      };
    case 'floor.warning': {
      const serial = (state.floorWarning?.serial ?? 0) + 1;
      return { ...state, floorWarning: { secondsLeft: message.seconds_left, at: now, serial } };
    }
    case 'banner':
      return { ...state, banner: bannerOf(message) };
    case 'chat':
      return onChat(state, message.items);
    case 'vote':
      return { ...state, vote: message.vote };
    case 'bye':
      return { ...state, phase: 'out', bye: { code: message.code, text: message.text } };
    default:
      return isTestMessage(message) ? { ...state, test: reduceTest(state.test, message) } : state;
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
      const slot = state.slots.get(l.mid);
      // The centre's test picture is nobody's.
      if (slot?.source === 'card') return [{ mid: l.mid, endpoint: '' }];
      return slot?.endpoint ? [{ mid: l.mid, endpoint: slot.endpoint }] : [];
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

/** The name that this meeting shows. */
export const seatName = (seat: Seat): string => seat.shown_name || seat.name;

/** The name of an endpoint, also of one whose seat this page does not know. */
export const nameOf = (state: RoomState, endpoint: string): string => {
  const seat = state.seats.get(endpoint);
  if (seat) return seatName(seat);
  return state.meeting?.floor?.endpoint === endpoint ? state.meeting.floor.name : endpoint;
};

/** Those who ask to speak, first come first. */
export function handQueue(seats: Iterable<Seat>): Seat[] {
  return [...seats]
    .filter((s) => s.hand_at !== null && s.hand_at !== undefined)
    .sort((a, b) => (a.queue ?? Infinity) - (b.queue ?? Infinity) || a.hand_at! - b.hand_at! || a.endpoint.localeCompare(b.endpoint));
}

/** The queue as the server keeps it; from the seats where it sends none. */
export function queueOf(state: RoomState): readonly QueueItem[] {
  return (
    state.queue ??
    handQueue(state.seats.values()).map((s) => ({
      endpoint: s.endpoint,
      at: s.hand_at ?? 0,
      topic: s.topic ?? '',
      held: s.held === true,
    }))
  );
}

/** May this role act on all (chair, co-chairs, operators)? */
export const mayRun = (role: RoomRole): boolean => role === 'chair' || role === 'cochair' || role === 'operator';

/** Light of a site for the control room and the board: the words stand beside a shape. */
export type Light = 'good' | 'fair' | 'bad' | 'absent';

export function lightOf(seat: Seat): Light {
  if (seat.state === 'absent' || seat.state === 'waiting') return 'absent';
  if (seat.state === 'reconnecting') return 'bad';
  return lightOfLine(seat.line ?? 'good');
}

function lightOfLine(line: Line): Light {
  return line === 'good' ? 'good' : line === 'fair' ? 'fair' : 'bad';
}

/** Sends a picture that is black. */
export function showsBlack(seat: Seat | null): boolean {
  return seat !== null && seat.dark === true && seat.camera_on && seat.state !== 'absent';
}

/** Counts the seats known here: for pages that the server tells no census. */
export function census(seats: Iterable<Seat>): Census {
  const sum: Census = { invited: 0, present: 0, waiting: 0, absent: 0, reconnecting: 0, fair: 0, bad: 0, delegates: 0 };
  for (const seat of seats) {
    sum.invited += 1;
    const light = lightOf(seat);
    if (seat.state === 'connected') sum.present += 1;
    if (seat.state === 'waiting') sum.waiting += 1;
    if (seat.state === 'absent') sum.absent += 1;
    if (seat.state === 'reconnecting') sum.reconnecting += 1;
    if (light === 'fair') sum.fair += 1;
    if (light === 'bad') sum.bad += 1;
    sum.delegates += seat.head_count ?? 0;
  }
  return sum;
}

export const censusOf = (state: RoomState): Census => state.census ?? census(state.seats.values());

/** Seconds left of the floor's time box at `now` (server clock); null without one. Negative: over time. */
export function floorLeft(meeting: RoomMeeting | null, now: number): number | null {
  const floor = meeting?.floor;
  if (!floor || floor.state !== 'speaking' || !floor.seconds) return null;
  return Math.ceil((floor.since + floor.seconds * 1000 - now) / 1000);
}

/** On air: everyone sees this room and hears it. */
export function isOnAir(seat: Seat | null): boolean {
  return seat !== null && (seat.spotlight || seat.role === 'chair') && seat.mic_open && !seat.mic_locked;
}
