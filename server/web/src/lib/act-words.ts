/** The sentence that the log keeps of an act: a key of `control.did` and what stands in it. Pure. */
import type { ClientMessage } from '../room/protocol';
import { nameOf, type RoomState } from '../room/state';

export interface ActWords {
  key: string;
  values: Record<string, string | number>;
}

type Words = {
  [T in ClientMessage['type']]?: (message: Extract<ClientMessage, { type: T }>, state: RoomState) => ActWords;
};

const words = (key: string, values: Record<string, string | number> = {}): ActWords => ({ key: `control.did.${key}`, values });
const about = (key: string) => (m: { endpoint: string }, state: RoomState) => words(key, { name: nameOf(state, m.endpoint) });
const either = (on: string, off: string) => (is: boolean) => words(is ? on : off);

const paperName = (state: RoomState, paper: string): string => state.papers.find((p) => p.id === paper)?.name ?? paper;
const itemTitle = (state: RoomState, item: string): string => state.agenda.find((a) => a.id === item)?.title ?? item;

const WORDS: Words = {
  spotlight: (m, s) => (m.endpoint === null ? words('offScreen') : words('onScreen', { name: nameOf(s, m.endpoint) })),
  layout: (m) => words('layout', { layout: m.kind }),
  pin: (m, s) =>
    m.endpoint === null ? words('unpin', { role: m.role }) : words('pin', { role: m.role, name: nameOf(s, m.endpoint) }),
  'seat.mute': (m, s) => words(m.locked ? 'lock' : 'unlock', { name: nameOf(s, m.endpoint) }),
  'seat.camera': (m, s) => words(m.off ? 'cameraOff' : 'cameraFree', { name: nameOf(s, m.endpoint) }),
  'seat.rename': (m, s) =>
    m.name === null
      ? words('unrename', { name: nameOf(s, m.endpoint) })
      : words('rename', { name: nameOf(s, m.endpoint), to: m.name }),
  'seat.remove': (m, s) => words(m.bar ? 'bar' : 'remove', { name: nameOf(s, m.endpoint) }),
  'seat.unbar': about('unbar'),
  'mute.all': (m) => words(m.branch ? 'muteBranch' : 'muteAll'),
  'mic.ask': about('askMic'),
  'hand.lower': about('lowerHand'),
  'queue.order': () => words('order'),
  'queue.pass_up': (m, s) => words(m.up ? 'passUp' : 'passDown', { name: nameOf(s, m.endpoint) }),
  'floor.grant': (m, s) => words(m.picture === false ? 'remark' : 'grant', { name: nameOf(s, m.endpoint) }),
  'floor.release': (_, s) => words('release', { name: s.meeting?.floor ? nameOf(s, s.meeting.floor.endpoint) : '' }),
  'floor.next': () => words('next'),
  'floor.extend': (m) => words('extendFloor', { n: Math.round(m.seconds / 60) }),
  'autoscan.start': (m) => words('scan', { n: m.seconds }),
  'autoscan.stop': () => words('scanOff'),
  'autoscan.skip': () => words('scanSkip'),
  'agenda.go': (m, s) => (m.item === null ? words('agendaOff') : words('agenda', { title: itemTitle(s, m.item) })),
  'paper.show': (m, s) => (m.paper === null ? words('paperOff') : words('paper', { name: paperName(s, m.paper) })),
  'paper.page': (m) => words('page', { n: m.page }),
  'meeting.extend': (m) => words('extend', { n: m.minutes }),
  'meeting.lock': (m) => either('meetingLock', 'meetingUnlock')(m.locked),
  'lobby.admit': (m, s) =>
    m.endpoints?.length === 1 ? words('admit', { name: nameOf(s, m.endpoints[0]!) }) : words(m.branch ? 'admitBranch' : 'admitAll'),
  'lobby.return': about('lobbyReturn'),
  'lobby.message': () => words('lobbyMessage'),
  message: (m, s) =>
    'endpoint' in m.to ? words('messageOne', { name: nameOf(s, m.to.endpoint) }) : words('branch' in m.to ? 'messageBranch' : 'messageAll'),
  'message.clear': () => words('messageClear'),
  'chat.close': (m) => either('chatClose', 'chatOpen')(m.closed),
  'roll.start': () => words('rollStart'),
  'roll.stop': () => words('rollStop'),
  'roll.mark': (m, s) => {
    if ('endpoints' in m) return words(m.mark ? 'markMany' : 'unmarkMany', { n: m.endpoints.length, mark: m.mark ?? '' });
    return m.mark === null ? words('unmark', { name: nameOf(s, m.endpoint) }) : words('mark', { name: nameOf(s, m.endpoint), mark: m.mark });
  },
  'vote.open': () => words('voteOpen'),
  'vote.close': () => words('voteClose'),
  'vote.cancel': () => words('voteCancel'),
  'meeting.end': () => words('end'),
};

/** null: an act that no log needs (one's own chat line). */
export function actWords(message: ClientMessage, state: RoomState): ActWords | null {
  const make = WORDS[message.type] as ((m: ClientMessage, s: RoomState) => ActWords) | undefined;
  return make?.(message, state) ?? null;
}
