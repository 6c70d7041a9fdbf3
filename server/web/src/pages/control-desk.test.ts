import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { RoomClient } from '../room/client';
import type { ClientMessage, RoomMeeting, Seat } from '../room/protocol';
import { initialRoomState, type RoomState } from '../room/state';
import { Desk } from './control-desk';

const seat = (endpoint: string): [string, Seat] => [endpoint, { endpoint, name: endpoint, mic_locked: false } as Seat];

/** A desk whose server answers when the test says so. */
function makeDesk() {
  const asked: { message: ClientMessage; answer: (did: boolean) => void }[] = [];
  const store = createStore<RoomState>(() => ({ ...initialRoomState, meeting: { spotlight: null } as RoomMeeting, seats: new Map([seat('5-1'), seat('7-1')]) }));
  const perform = (message: ClientMessage): Promise<boolean> => new Promise((answer) => asked.push({ message, answer }));
  const desk = new Desk({ store, perform } as unknown as RoomClient, 'm1', 12, false);
  return { desk, asked };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const lock = (endpoint: string, locked = true): ClientMessage => ({ type: 'seat.mute', endpoint, locked });

describe('undo', () => {
  it('of an act that is not answered yet waits for it, and takes back none before it', async () => {
    const { desk, asked } = makeDesk();
    void desk.run(lock('5-1'));
    asked[0]!.answer(true);
    await settled();
    void desk.run(lock('7-1'));
    desk.undoLast();
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer(true);
    await settled();
    expect(asked.slice(2).map((a) => a.message)).toEqual([lock('7-1', false)]);
  });

  it('of an act that is refused does nothing', async () => {
    const { desk, asked } = makeDesk();
    void desk.run(lock('5-1'));
    asked[0]!.answer(true);
    await settled();
    void desk.run(lock('7-1'));
    desk.undoLast();
    asked[1]!.answer(false);
    await settled();
    expect(asked).toHaveLength(2);
  });

  it('twice takes back two acts, the newest first', async () => {
    const { desk, asked } = makeDesk();
    void desk.run(lock('5-1'));
    void desk.run(lock('7-1'));
    asked.forEach((a) => a.answer(true));
    await settled();
    desk.undoLast();
    desk.undoLast();
    await settled();
    asked[2]!.answer(true);
    await settled();
    asked[3]!.answer(true);
    await settled();
    expect(asked.slice(2).map((a) => a.message)).toEqual([lock('7-1', false), lock('5-1', false)]);
    expect(desk.done.getState().map((d) => d.undone)).toEqual([true, true]);
    expect(desk.underWay.getState()).toBe(0);
  });
});
