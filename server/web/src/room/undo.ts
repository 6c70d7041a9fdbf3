/** What takes an act back. Pure: an act is a message, and so is what undoes it. */
import type { ClientMessage, Floor } from './protocol';
import { queueOf, type RoomState } from './state';

/** How long an act that can be undone offers it. */
export const UNDO_MS = 10_000;

type Inverses = {
  [T in ClientMessage['type']]?: (message: Extract<ClientMessage, { type: T }>, state: RoomState, now: number) => ClientMessage | null;
};

/** Gives the floor back to who had it, with the time that was left; at least the seconds in which it can be used. */
function giveBack(floor: Floor | null | undefined, now: number): ClientMessage | null {
  if (!floor || floor.state !== 'speaking') return null;
  const used = Math.floor((now - floor.since) / 1000);
  const seconds = floor.seconds ? Math.max(floor.seconds - used, 30) : 0;
  return { type: 'floor.grant', endpoint: floor.endpoint, seconds, cut: floor.cut, picture: floor.picture };
}

const INVERSES: Inverses = {
  spotlight: (_, { meeting }) => ({ type: 'spotlight', endpoint: meeting?.spotlight ?? null }),
  layout: (_, { meeting }) => ({ type: 'layout', kind: meeting?.layout ?? 'chair_content' }),
  pin: ({ role }, { meeting }) => ({ type: 'pin', role, endpoint: meeting?.pins?.[role] ?? null }),
  'seat.mute': (m, { seats }) =>
    seats.get(m.endpoint)?.mic_locked === m.locked ? null : { type: 'seat.mute', endpoint: m.endpoint, locked: !m.locked },
  'seat.camera': (m) => ({ type: 'seat.camera', endpoint: m.endpoint, off: !m.off }),
  'seat.rename': (m, { seats }) => ({ type: 'seat.rename', endpoint: m.endpoint, name: seats.get(m.endpoint)?.shown_name ?? null }),
  'seat.remove': (m) => (m.bar ? { type: 'seat.unbar', endpoint: m.endpoint } : null),
  'queue.order': (_, state) => ({
    type: 'queue.order',
    endpoints: queueOf(state)
      .filter((q) => !q.held)
      .map((q) => q.endpoint),
  }),
  'queue.pass_up': (m) => ({ type: 'queue.pass_up', endpoint: m.endpoint, up: !m.up }),
  'floor.grant': (_, { meeting }, now) => giveBack(meeting?.floor, now) ?? { type: 'floor.release' },
  'floor.next': (_, { meeting }, now) => giveBack(meeting?.floor, now) ?? { type: 'floor.release' },
  'floor.release': (_, { meeting }, now) => giveBack(meeting?.floor, now),
  'agenda.go': (_, { meeting }) => ({ type: 'agenda.go', item: meeting?.agenda?.item ?? null }),
  'paper.show': (_, { meeting }) => ({ type: 'paper.show', paper: meeting?.paper?.paper ?? null, page: meeting?.paper?.page ?? 1 }),
  'meeting.lock': (m) => ({ type: 'meeting.lock', locked: !m.locked }),
  'chat.close': (m) => ({ type: 'chat.close', closed: !m.closed }),
  'lobby.message': (_, { meeting }) => ({ type: 'lobby.message', text: meeting?.lobby_message ?? '' }),
  'lobby.admit': (m) => (m.endpoints?.length === 1 ? { type: 'lobby.return', endpoint: m.endpoints[0]! } : null),
  'lobby.return': (m) => ({ type: 'lobby.admit', endpoints: [m.endpoint] }),
  'roll.mark': (m, { seats }) => {
    // Many at once are those that had no mark.
    if ('endpoints' in m) return { type: 'roll.mark', endpoints: m.endpoints, mark: null };
    const roll = seats.get(m.endpoint)?.roll;
    return { type: 'roll.mark', endpoint: m.endpoint, mark: roll?.mark ?? null, ...(roll?.reason ? { reason: roll.reason } : {}) };
  },
  'autoscan.start': (_, { meeting }) => (meeting?.autoscan?.running ? null : { type: 'autoscan.stop' }),
  'autoscan.stop': (_, { meeting }) => {
    const scan = meeting?.autoscan;
    return scan ? { type: 'autoscan.start', seconds: scan.seconds, ...(scan.branch ? { branch: scan.branch } : {}) } : null;
  },
  message: () => ({ type: 'message.clear' }),
};

/** The message that undoes this one, by the state before it; null: it cannot be taken back. `now` by the server's clock. */
export function inverseOf(message: ClientMessage, before: RoomState, now: number): ClientMessage | null {
  const inverse = INVERSES[message.type] as ((m: ClientMessage, s: RoomState, now: number) => ClientMessage | null) | undefined;
  return inverse?.(message, before, now) ?? null;
}

/** Name under which an act stands in `pending`: its kind, and whom it is about. */
export function actName(message: ClientMessage): string {
  if ('endpoint' in message && message.endpoint !== null) return `${message.type}:${message.endpoint}`;
  if (message.type === 'lobby.admit') return `${message.type}:${message.endpoints?.join(' ') ?? message.branch ?? ''}`;
  return message.type;
}
