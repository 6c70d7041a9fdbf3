import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { RoomClient } from './client';
import type { LocalDevices } from './local-devices';
import type { ClientMessage, TestResult } from './protocol';
import { NO_TEST, PATIENCE_MS, RECORD_MS } from './room-test';
import { RoomTest } from './room-test-run';
import { RoomError } from './socket';
import { initialRoomState, type RoomState } from './state';

vi.mock('./room-test-sound', () => ({
  Ear: class {
    hears = ears.hear;
    read = (): number => ears.db;
    close = (): void => {};
  },
  Recording: { of: () => ({ stop: async () => new Blob(['x']) }) },
  playTune: async () => [],
  playBack: async () => {},
}));
vi.mock('./room-test-grain', () => ({
  Grain: class {
    track = 'grain';
    stop = (): void => {};
  },
}));
const ears = { db: -20, hear: true };

/** A room of cardboard: a server that answers, devices that are there. */
class Room {
  readonly asked: ClientMessage[] = [];
  readonly refuse = new Map<string, RoomError>();
  /** Requests that are lost on their way, once. */
  readonly lost = new Set<string>();
  readonly hushed: boolean[] = [];
  readonly filled: unknown[] = [];
  readonly store = createStore<RoomState>(() => ({ ...initialRoomState, phase: 'in', self: '2-1' }));
  readonly devices = createStore(() => ({
    camera: { label: 'Camera', getSettings: () => ({ height: 720 }) } as unknown,
    microphone: { label: 'Mic' } as unknown,
    dark: false,
    choice: { speaker: null },
  }));
  tested = false;
  reloads = 0;
  readonly test: RoomTest;

  constructor() {
    const client = {
      store: this.store,
      request: async (message: ClientMessage) => this.onRequest(message),
      moment: async () => ({ atMs: Date.now(), entries: this.entries(), mainMid: null, playing: [] }),
      hush: (on: boolean) => this.hushed.push(on),
      setTested: (on: boolean) => (this.tested = on),
      deviceNames: () => ({ microphone: 'Mic', camera: 'Camera', speaker: 'Loa', speakerGone: false }),
      fill: async (track: unknown, kbps: number) => this.filled.push([track, kbps]),
      stream: () => ({ getAudioTracks: () => [{}] }),
    };
    this.test = new RoomTest(client as unknown as RoomClient, { store: this.devices } as unknown as LocalDevices, () => (this.reloads += 1));
  }

  /** Loudness of the microphone while it is open, as energy a second; null: the browser counts none. */
  energy: number | null = null;
  private entries(): Record<string, unknown>[] {
    const s = Date.now() / 1000;
    return this.energy === null ? [] : [{ type: 'media-source', kind: 'audio', id: 'm', totalAudioEnergy: s * this.energy, totalSamplesDuration: s }];
  }

  news(change: Partial<RoomState['test']>): void {
    this.store.setState((s) => ({ test: { ...s.test, ...change } }));
  }

  private onRequest(message: ClientMessage): void {
    this.asked.push(message);
    const refusal = this.refuse.get(message.type);
    if (refusal) throw refusal;
    if (this.lost.delete(message.type)) throw new RoomError('offline', null);
    if (message.type === 'test.begin') this.news({ plan: { test: 't1', kbps: 1200, seconds: 15 } });
    if (message.type === 'test.loop') this.loop(message.on);
    if (message.type === 'test.result') this.news({ verdict: { test: message.test, light: 'good', advice: [] } });
  }

  private loop(on: boolean): void {
    this.news({ loop: on ? { seconds: 60 } : null });
    const shown = on ? '2-1' : null;
    this.store.setState({
      slotLines: [
        { mid: '4', role: 'main', index: 0 },
        { mid: '3', role: 'audio', index: 0 },
      ],
      slots: new Map([
        ['4', { mid: '4', endpoint: shown, source: 'camera' }],
        ['3', { mid: '3', endpoint: shown, source: 'mic' }],
      ]),
    });
  }

  get result(): TestResult | undefined {
    return this.asked.find((m): m is ClientMessage & { type: 'test.result' } => m.type === 'test.result');
  }
}

let room: Room;
const state = () => room.test.store.getState();
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  ears.db = -20;
  ears.hear = true;
  room = new Room();
});

afterEach(() => {
  room.test.stop();
  vi.useRealTimers();
});

describe('a test in which nobody presses', () => {
  it('goes through all steps by itself, and leaves the room as it was', async () => {
    void room.test.start();
    await pass(0);
    expect([state().stage, state().step, room.tested]).toEqual(['running', 'devices', true]);
    await pass(PATIENCE_MS.devicesWell);
    expect(state().step).toBe('microphone');
    await pass(90_000);
    expect(state().stage).toBe('done');
    expect(state().verdict?.light).toBe('good');
    expect(room.result).toMatchObject({ test: 't1', mic: { ok: true, level: 20 }, speaker: 'skipped', camera: { ok: true, dark: false, height: 720 }, devices: { speaker: 'Loa' }, line: { seconds: 15 } });
    expect([room.tested, room.store.getState().test.loop, room.hushed.at(-1)]).toEqual([false, null, false]);
    // While it was measured the line had something to carry.
    expect(room.filled).toEqual([
      ['grain', 1200],
      [null, 0],
    ]);
  });

  it('an empty room without devices is tested all the same', async () => {
    room.devices.setState({ camera: null, microphone: null });
    void room.test.start();
    await pass(150_000);
    expect(state().stage).toBe('done');
    expect(room.result).toMatchObject({ mic: { ok: false }, camera: { ok: false } });
  });
});

describe('a test with somebody who presses', () => {
  it('is over when its line is measured', async () => {
    void room.test.start();
    await pass(100);
    room.test.press('next'); // devices
    await pass(700); // says one, two, three
    expect([state().step, state().marks.microphone]).toEqual(['camera', 'good']);
    room.test.press('next');
    await pass(100);
    expect(state().step).toBe('speaker');
    room.test.press('yes');
    await pass(100);
    expect([state().step, state().part]).toEqual(['loop', 'recording']);
    expect(room.hushed).toContain(true);
    room.test.press('skip');
    await pass(100);
    expect(state().step).toBe('line');
    await pass(15_200);
    expect(state().stage).toBe('done');
    expect(room.result).toMatchObject({ speaker: 'yes', loop: { seen: false, heard: false }, line: { seconds: 15 } });
  });

  it('hears the tune again as often as it likes, and says no', async () => {
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + 5_000);
    expect([state().step, state().part]).toEqual(['speaker', 'asking']);
    room.test.press('again');
    await pass(100);
    expect([state().step, state().part]).toEqual(['speaker', 'asking']);
    room.test.press('no');
    await pass(100);
    expect([state().marks.speaker, state().step]).toEqual(['bad', 'loop']);
  });

  it('who chooses a device is not hurried on', async () => {
    void room.test.start();
    await pass(100);
    room.test.press('hold');
    await pass(600_000);
    expect([state().step, state().wait]).toEqual(['devices', null]);
    room.test.press('next');
    await pass(100);
    expect(state().step).toBe('microphone');
  });

  it('a silent microphone is told after a while, or skipped', async () => {
    ears.db = -90;
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + PATIENCE_MS.microphone + 100);
    expect([state().step, state().marks.microphone, state().found.micLevel]).toEqual(['camera', 'bad', 90]);
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + 200);
    room.test.press('skip');
    await pass(100);
    expect([state().marks.microphone, state().found.micLevel]).toEqual(['skipped', null]);
  });

  it.each([
    [0.001, { ok: true, level: 30 }],
    [0, { ok: false, level: 127 }],
  ])('a page that may hear nothing yet goes by what the loop counts: %d', async (energy, mic) => {
    ears.hear = false;
    room.energy = energy;
    void room.test.start();
    await pass(90_000);
    expect(room.result).toMatchObject({ mic });
  });

  it('who speaks only in the loop is heard', async () => {
    ears.db = -90;
    room.energy = 0.001;
    void room.test.start();
    await pass(90_000);
    expect([room.result?.mic, state().marks.microphone]).toEqual([{ ok: true, level: 30 }, 'good']);
  });

  it('stops at any time', async () => {
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + 8_000);
    room.test.press('yes');
    await pass(2_000);
    expect(room.store.getState().test.loop).not.toBeNull();
    room.test.stop();
    await pass(2_000);
    expect([state().stage, room.store.getState().test.loop, room.tested]).toEqual(['closed', null, false]);
    expect(room.result).toBeUndefined();
  });

  it('the line measurement that is cut short tells only what says something', async () => {
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + 8_000);
    room.test.press('yes');
    await pass(500);
    room.test.press('skip');
    await pass(1_200);
    room.test.press('skip');
    await pass(1_000);
    expect(state().stage).toBe('done');
    expect(room.result?.line).toBeUndefined();
  });
});

describe('what goes wrong', () => {
  it('a test that is refused says why, and can be tried again', async () => {
    room.refuse.set('test.begin', new RoomError('test.not_now', { vi: 'Đang họp.', en: 'On.' }));
    void room.test.start();
    await pass(100);
    expect([state().stage, state().problem?.text?.vi, room.tested]).toEqual(['failed', 'Đang họp.', false]);
    room.refuse.clear();
    void room.test.start();
    await pass(100);
    expect(state().stage).toBe('running');
  });

  it('without a loop the line is measured all the same', async () => {
    room.refuse.set('test.loop', new RoomError('test.busy', { vi: 'Đang phát biểu.', en: 'Busy.' }));
    void room.test.start();
    await pass(60_000);
    expect([state().stage, state().marks.loop, state().loopProblem?.vi]).toEqual(['done', 'skipped', 'Đang phát biểu.']);
    expect(room.result?.line?.seconds).toBe(15);
    expect(room.hushed.at(-1)).toBe(false);
  });

  it('a line that is lost at the end is said', async () => {
    room.refuse.set('test.result', new RoomError('offline', null));
    void room.test.start();
    await pass(90_000);
    expect([state().stage, state().problem]).toEqual(['failed', { code: 'offline', text: null }]);
  });

  it('a result that did not get through is told again', async () => {
    room.lost.add('test.result');
    void room.test.start();
    await pass(90_000);
    expect(state().stage).toBe('done');
    expect(room.asked.filter((m) => m.type === 'test.result')).toHaveLength(2);
  });

  it('a verdict of an older test is none', async () => {
    void room.test.start();
    await pass(0);
    room.news({ verdict: { test: 't0', light: 'bad', advice: [] } });
    await pass(90_000);
    expect(state().verdict).toMatchObject({ test: 't1', light: 'good' });
  });
});

describe('what the centre asks', () => {
  const ask = (act: 'test' | 'playback' | 'reload'): void => room.news({ ask: { act, serial: (room.store.getState().test.ask?.serial ?? 0) + 1 } });

  it('a test begins by itself after ten seconds, at once, or not', async () => {
    const leave = room.test.watch();
    ask('test');
    await pass(PATIENCE_MS.ask - 100);
    expect(state().stage).toBe('asked');
    await pass(200);
    expect(state().stage).toBe('running');
    room.test.stop();
    await pass(0);
    ask('test');
    room.test.press('next');
    await pass(100);
    expect(state().stage).toBe('running');
    room.test.stop();
    await pass(0);
    ask('test');
    room.test.press('no');
    await pass(60_000);
    expect(state().stage).toBe('closed');
    leave();
  });

  it('while a test runs another is not begun', async () => {
    const leave = room.test.watch();
    void room.test.start();
    await pass(PATIENCE_MS.devicesWell + 100);
    ask('test');
    await pass(100);
    expect([state().stage, state().step]).toEqual(['running', 'microphone']);
    leave();
  });

  it('ten seconds are recorded and played back, without a result', async () => {
    const leave = room.test.watch();
    ask('playback');
    await pass(200);
    expect([state().whole, state().step, state().part]).toEqual([false, 'loop', 'recording']);
    await pass(RECORD_MS + 500);
    expect(state().stage).toBe('closed');
    expect(room.asked.map((m) => m.type)).toEqual(['test.loop', 'test.loop']);
    leave();
  });

  it('the page is loaded anew', async () => {
    const leave = room.test.watch();
    ask('reload');
    await pass(5_000);
    expect(room.reloads).toBe(1);
    leave();
  });

  it('nothing of what was asked before is done', async () => {
    room.news({ ...NO_TEST, ask: { act: 'reload', serial: 4 } });
    const leave = room.test.watch();
    await pass(5_000);
    expect(room.reloads).toBe(0);
    room.store.setState({ phase: 'out' });
    expect(state().stage).toBe('closed');
    leave();
  });
});
