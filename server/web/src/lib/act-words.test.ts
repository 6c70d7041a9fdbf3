import { describe, expect, it } from 'vitest';
import { vi } from '../i18n/vi';
import type { ClientMessage } from '../room/protocol';
import { initialRoomState, type RoomState } from '../room/state';
import { actWords } from './act-words';
import { makeSeat } from './test-seats';

const state: RoomState = { ...initialRoomState, seats: new Map([['5-1', makeSeat('5-1', 'Xã Nga Sơn')]]) };
const text = (key: string): unknown =>
  key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], vi as unknown);

const endpoint = '5-1';
const messages: ClientMessage[] = [
  { type: 'spotlight', endpoint },
  { type: 'spotlight', endpoint: null },
  { type: 'layout', kind: 'grid4' },
  { type: 'pin', role: 'site', endpoint },
  { type: 'pin', role: 'site', endpoint: null },
  { type: 'seat.mute', endpoint, locked: true },
  { type: 'seat.mute', endpoint, locked: false },
  { type: 'seat.camera', endpoint, off: true },
  { type: 'seat.camera', endpoint, off: false },
  { type: 'seat.rename', endpoint, name: 'A' },
  { type: 'seat.rename', endpoint, name: null },
  { type: 'seat.remove', endpoint, bar: true },
  { type: 'seat.remove', endpoint, bar: false },
  { type: 'seat.unbar', endpoint },
  { type: 'mute.all' },
  { type: 'mute.all', branch: '38' },
  { type: 'mic.ask', endpoint },
  { type: 'hand.lower', endpoint },
  { type: 'queue.order', endpoints: [] },
  { type: 'queue.pass_up', endpoint, up: true },
  { type: 'queue.pass_up', endpoint, up: false },
  { type: 'floor.grant', endpoint },
  { type: 'floor.grant', endpoint, picture: false },
  { type: 'floor.release' },
  { type: 'floor.next' },
  { type: 'floor.extend', seconds: 60 },
  { type: 'autoscan.start', seconds: 10 },
  { type: 'autoscan.stop' },
  { type: 'autoscan.skip' },
  { type: 'agenda.go', item: 'a' },
  { type: 'agenda.go', item: null },
  { type: 'paper.show', paper: 'p', page: 1 },
  { type: 'paper.show', paper: null, page: 1 },
  { type: 'paper.page', page: 2 },
  { type: 'meeting.extend', minutes: 15 },
  { type: 'meeting.lock', locked: true },
  { type: 'meeting.lock', locked: false },
  { type: 'lobby.admit', endpoints: [endpoint] },
  { type: 'lobby.admit', branch: '38' },
  { type: 'lobby.admit', all: true },
  { type: 'lobby.return', endpoint },
  { type: 'lobby.message', text: '' },
  { type: 'message', to: { all: true }, text: 'x' },
  { type: 'message', to: { branch: '38' }, text: 'x' },
  { type: 'message', to: { endpoint }, text: 'x' },
  { type: 'message.clear' },
  { type: 'chat.close', closed: true },
  { type: 'chat.close', closed: false },
  { type: 'roll.start' },
  { type: 'roll.stop' },
  { type: 'roll.mark', endpoint, mark: 'present' },
  { type: 'roll.mark', endpoint, mark: null },
  { type: 'roll.mark', endpoints: [endpoint], mark: 'present' },
  { type: 'vote.open', question: 'q', secret: false, majority: 'simple', base: 'present', quorum_percent: 0 },
  { type: 'vote.close', vote: 'v' },
  { type: 'vote.cancel', vote: 'v' },
  { type: 'meeting.end' },
];

describe('words of acts', () => {
  it.each(messages)('%j has a sentence with what it needs', (message) => {
    const words = actWords(message, state);
    const sentence = text(words!.key);
    expect(sentence, words!.key).toBeTypeOf('string');
    const slots = [...String(sentence).matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]);
    expect(Object.keys(words!.values)).toEqual(expect.arrayContaining(slots));
  });

  it('names the site', () => expect(actWords({ type: 'floor.grant', endpoint }, state)?.values.name).toBe('Xã Nga Sơn'));
  it('says nothing of a line of chat', () => expect(actWords({ type: 'chat', text: 'x' }, state)).toBeNull());
});
