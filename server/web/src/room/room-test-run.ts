/**
 * Walks a room through its test, step by step; each can be skipped, and goes on by itself when nobody presses. React reads `store`
 * and presses; what was found is judged by the server.
 *
 *     closed ──ask──> asked ──10 s, press──> running ──result──> sending ──verdict──> done
 *        └──────────press──────────────────────┘ └──refused, line lost──> failed ──again──> running
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RoomClient } from './client';
import type { Moment } from './health';
import type { LocalDevices } from './local-devices';
import type { TestPlan, TestVerdict, Text } from './protocol';
import {
  LOOP_MAX_MS,
  markOf,
  MIC_HEARD_DB,
  NO_FINDINGS,
  NO_MARKS,
  PATIENCE_MS,
  RECORD_MS,
  resultOf,
  type Findings,
  type Marks,
  type StepId,
} from './room-test';
import { echoOf, TUNE_MS } from './room-test-echo';
import { Grain } from './room-test-grain';
import { lineOf, loopOf, micLevelOf, provenLine, reachOf } from './room-test-line';
import { Ear, playBack, playTune, Recording } from './room-test-sound';
import { RoomError } from './socket';
import { shownSlots, type RoomState } from './state';

export type Stage = 'closed' | 'asked' | 'running' | 'sending' | 'done' | 'failed';
export type Part = 'idle' | 'playing' | 'asking' | 'waiting' | 'recording';
export type Press = 'next' | 'skip' | 'yes' | 'no' | 'again' | 'hold';

export interface Span {
  from: number;
  to: number;
}

export interface TestState {
  stage: Stage;
  /** False: only the recording that is played back. */
  whole: boolean;
  step: StepId;
  part: Part;
  marks: Marks;
  found: Findings;
  /** What goes on by itself at its end; times of Date.now (). */
  wait: Span | null;
  /** The measurement of the line. */
  measure: Span | null;
  /** Why the room could not see and hear itself. */
  loopProblem: Text | null;
  verdict: TestVerdict | null;
  /** text null: the line to the server is lost. */
  problem: { code: string; text: Text | null } | null;
}

const CLOSED: TestState = {
  stage: 'closed',
  whole: true,
  step: 'devices',
  part: 'idle',
  marks: NO_MARKS,
  found: NO_FINDINGS,
  wait: null,
  measure: null,
  loopProblem: null,
  verdict: null,
  problem: null,
};

const LOOK_MS = 50;
/** A sound that cannot be played ends too. */
const SLACK_MS = 3_000;
const SAMPLE_MS = 1_000;
/** A plan or a verdict follows its answer at once. */
const NEWS_MS = 8_000;
/** Seconds of a line that say something. */
const LINE_LEAST = 3;
/** Time to see oneself. */
const CAMERA_MS = 1_500;
const RELOAD_MS = 1_500;

/** The test was stopped: nothing is wrong. */
class Stopped extends Error {}

export class RoomTest {
  readonly store: StoreApi<TestState> = createStore<TestState>(() => CLOSED);
  private abort = new AbortController();
  private answer: ((press: Press) => void) | null = null;
  /** The browser lets this page hear nothing yet: what the loop counts has to do. */
  private deaf = false;
  private grain: Grain | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: RoomClient,
    private readonly devices: LocalDevices,
    private readonly reload: () => void,
  ) {}

  /** Listens to what the centre asks; the returned function stops that and the test. */
  watch(): () => void {
    let serial = this.client.store.getState().test.ask?.serial ?? 0;
    const leave = this.client.store.subscribe((state) => {
      const ask = state.test.ask;
      if (state.phase === 'out') this.stop();
      if (!ask || ask.serial === serial) return;
      serial = ask.serial;
      this.onAsk(ask.act);
    });
    return () => {
      leave();
      this.stop();
    };
  }

  press(press: Press): void {
    this.answer?.(press);
  }

  /** Puts the test away; what runs ends. */
  stop(): void {
    this.abort.abort();
    this.answer = null;
    this.store.setState({ ...CLOSED, verdict: this.store.getState().verdict }, true);
  }

  /** Begins anew, once what ran before has ended. */
  start(whole = true): Promise<void> {
    this.abort.abort();
    const abort = new AbortController();
    this.abort = abort;
    const { verdict } = this.store.getState();
    this.store.setState({ ...CLOSED, stage: 'running', whole, step: whole ? 'devices' : 'loop', verdict }, true);
    this.running = this.running.then(() => this.run(whole, abort.signal));
    return this.running;
  }

  private async run(whole: boolean, signal: AbortSignal): Promise<void> {
    try {
      this.client.setTested(true);
      if (whole) await this.runAll(signal);
      else await this.runLoop(signal, null);
      if (!whole && !signal.aborted) this.stop();
    } catch (error) {
      if (signal.aborted || error instanceof Stopped) return;
      const told = error instanceof RoomError ? { code: error.code, text: error.text } : { code: 'unknown', text: null };
      this.set({ stage: 'failed', problem: told, wait: null, measure: null });
    } finally {
      await this.tidy();
    }
  }

  private onAsk(act: 'test' | 'playback' | 'reload' | 'card'): void {
    const { stage } = this.store.getState();
    if (act === 'reload') {
      setTimeout(this.reload, RELOAD_MS);
      return;
    }
    if (act === 'card' || stage === 'running' || stage === 'sending') return;
    if (act === 'playback') void this.start(false);
    else void this.awaitStart();
  }

  /** Counts down; nobody has to be in the room. */
  private async awaitStart(): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.store.setState({ ...CLOSED, stage: 'asked', verdict: this.store.getState().verdict }, true);
    const press = await this.pressed(PATIENCE_MS.ask, signal).catch(() => 'skip' as const);
    if (signal.aborted) return;
    if (press === 'skip' || press === 'no') this.stop();
    else await this.start();
  }

  private set(change: Partial<TestState>): void {
    this.store.setState(change);
  }

  private find(change: Partial<Findings>): void {
    this.store.setState((state) => ({ found: { ...state.found, ...change } }));
  }

  private mark(step: StepId, skipped = false): void {
    this.store.setState((state) => ({
      marks: { ...state.marks, [step]: skipped ? 'skipped' : markOf(step, state.found) },
    }));
  }

  /**
   * Until somebody presses, `look` finds something ('found'; it looks often), or `ms` are over ('late'). `hold` stops the clock:
   * somebody is busy here.
   */
  private pressed(ms: number, signal: AbortSignal, look?: () => boolean): Promise<Press | 'late' | 'found'> {
    if (signal.aborted) return Promise.reject(new Stopped());
    const from = Date.now();
    this.set({ wait: { from, to: from + ms } });
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        clearInterval(looking);
        signal.removeEventListener('abort', onAbort);
        if (this.answer === answer) this.answer = null;
      };
      const done = (what: Press | 'late' | 'found'): void => {
        end();
        this.set({ wait: null });
        resolve(what);
      };
      const onAbort = (): void => {
        end();
        reject(new Stopped());
      };
      const answer = (press: Press): void => {
        if (press !== 'hold') return done(press);
        clearTimeout(timer);
        this.set({ wait: null });
      };
      const timer = setTimeout(() => done('late'), ms);
      const looking = setInterval(() => look?.() === true && done('found'), LOOK_MS);
      signal.addEventListener('abort', onAbort);
      this.answer = answer;
    });
  }

  private async runAll(signal: AbortSignal): Promise<void> {
    await this.ask({ type: 'test.begin' });
    const plan = await this.news((s) => s.test.plan);
    await this.stepDevices(signal);
    await this.stepMicrophone(signal);
    await this.stepCamera(signal);
    await this.stepSpeaker(signal);
    await this.runLoop(signal, plan);
    this.set({ stage: 'sending', part: 'idle' });
    const result = { type: 'test.result' as const, ...resultOf(plan.test, this.store.getState().found) };
    await this.whenIn();
    // A result that is told again counts once.
    await this.ask(result).catch(async (error: unknown) => {
      if (!(error instanceof RoomError) || error.text) throw error;
      await this.whenIn();
      await this.ask(result);
    });
    const verdict = await this.news((s) => (s.test.verdict?.test === plan.test ? s.test.verdict : null));
    if (signal.aborted) throw new Stopped();
    this.set({ stage: 'done', verdict });
  }

  private async ask(message: Parameters<RoomClient['request']>[0]): Promise<void> {
    await this.client.request(message);
  }

  /** What the server tells beside its answer. */
  private news<T>(read: (state: RoomState) => T | null): Promise<T> {
    const { store } = this.client;
    return new Promise((resolve, reject) => {
      const look = (state: RoomState): void => {
        const found = read(state);
        if (found === null) return;
        clearTimeout(timer);
        leave();
        resolve(found);
      };
      const timer = setTimeout(() => {
        leave();
        reject(new RoomError('timeout', null));
      }, NEWS_MS);
      const leave = store.subscribe(look);
      look(store.getState());
    });
  }

  /** A line that was lost during the test may be back in a moment. */
  private async whenIn(): Promise<void> {
    await this.news((s) => (s.phase === 'in' ? true : null));
  }

  private async stepDevices(signal: AbortSignal): Promise<void> {
    this.set({ step: 'devices', part: 'idle' });
    const both = (): boolean => {
      const { camera, microphone } = this.devices.store.getState();
      return camera !== null && microphone !== null;
    };
    if (!both()) {
      const press = await this.pressed(PATIENCE_MS.devicesIll, signal, both);
      if (press === 'found') await this.pressed(PATIENCE_MS.devicesWell, signal);
    } else await this.pressed(PATIENCE_MS.devicesWell, signal);
    const { camera, microphone } = this.devices.store.getState();
    this.find({
      camera: camera ? { label: camera.label, height: camera.getSettings().height ?? 0 } : null,
      microphone: microphone ? { label: microphone.label } : null,
      speaker: { label: this.client.deviceNames().speaker },
    });
    this.mark('devices');
  }

  private async stepMicrophone(signal: AbortSignal): Promise<void> {
    this.set({ step: 'microphone', part: 'idle' });
    const { microphone } = this.devices.store.getState();
    if (!microphone) return this.mark('microphone');
    const ear = new Ear(microphone);
    let level = 127;
    let loud = 0;
    try {
      // Loud for a moment, not for one knock.
      const press = await this.pressed(PATIENCE_MS.microphone, signal, () => {
        const db = Math.round(-ear.read());
        level = Math.max(0, Math.min(level, db));
        if (db <= MIC_HEARD_DB) loud += LOOK_MS;
        return loud >= 600;
      });
      // Who skips has said nothing: that is no silent microphone.
      const skipped = (press === 'skip' && level > MIC_HEARD_DB) || !ear.hears;
      this.deaf = !ear.hears;
      if (!skipped) this.find({ micLevel: level });
      this.mark('microphone', skipped);
    } finally {
      ear.close();
    }
  }

  private async stepCamera(signal: AbortSignal): Promise<void> {
    this.set({ step: 'camera', part: 'idle' });
    const began = Date.now();
    const looked = (): boolean => this.devices.store.getState().camera !== null && Date.now() - began > CAMERA_MS;
    const press = await this.pressed(PATIENCE_MS.camera, signal, looked);
    const { camera, dark } = this.devices.store.getState();
    this.find({ camera: camera ? { label: camera.label, height: camera.getSettings().height ?? 0 } : null, dark: camera ? dark : null });
    this.mark('camera', press === 'skip' && camera === null);
  }

  private async stepSpeaker(signal: AbortSignal): Promise<void> {
    this.set({ step: 'speaker' });
    const { choice, microphone } = this.devices.store.getState();
    for (;;) {
      this.set({ part: 'playing' });
      const tune = playTune(choice.speaker, microphone).catch(() => []);
      let over = false;
      const playing = tune.then((heard) => {
        over = true;
        this.find({ echo: echoOf(heard) });
      });
      // Who has heard it need not hear it to its end.
      const early = await this.pressed(TUNE_MS + SLACK_MS, signal, () => over);
      this.set({ part: 'asking' });
      const press = early === 'found' || early === 'late' ? await this.pressed(PATIENCE_MS.answer, signal) : early;
      await Promise.race([playing, this.rest(TUNE_MS + SLACK_MS)]);
      if (press === 'again') continue;
      this.find({ heard: press === 'yes' ? 'yes' : press === 'no' ? 'no' : 'skipped' });
      return this.mark('speaker');
    }
  }

  /** The m-lines in which the room finds itself. */
  private loopMids(): { main: string | null; audio: string | null } {
    const state = this.client.store.getState();
    const mid = (role: 'main' | 'audio'): string | null => shownSlots(state, role).find((s) => s.endpoint === state.self)?.mid ?? null;
    return { main: mid('main'), audio: mid('audio') };
  }

  /** Sees and hears itself, and measures meanwhile; without a plan only that. */
  private async runLoop(signal: AbortSignal, plan: TestPlan | null): Promise<void> {
    this.set({ step: 'loop', part: 'waiting' });
    const looping = await this.openLoop(signal);
    if (looping && plan) await this.fill(plan.kbps);
    const measured = plan ? this.measure(plan.seconds, signal) : null;
    const mids = this.loopMids();
    if (looping) await this.stepLoop(signal);
    else if (!plan) throw new RoomError('test.no_loop', this.store.getState().loopProblem);
    this.mark('loop', !looping);
    if (!measured || !plan) return;
    this.set({ step: 'line', part: 'idle' });
    const moments = await measured;
    const [first] = moments;
    // What came late came all the same.
    if (looping && first) this.find({ loop: loopOf(first, moments[moments.length - 1]!, mids) });
    if (looping) this.mark('loop');
    this.hearLate(moments);
    const line = lineOf(moments);
    const enough = line !== null && line.seconds >= LINE_LEAST;
    this.find({ line: enough ? provenLine(line, moments, plan.kbps) : null, reach: reachOf(moments) });
    this.mark('line');
  }

  /** Who spoke only in the loop was heard all the same. */
  private hearLate(moments: readonly Moment[]): void {
    const level = micLevelOf(moments);
    const { micLevel } = this.store.getState().found;
    if (level === null || (level > MIC_HEARD_DB && !(this.deaf && micLevel === null))) return;
    this.find({ micLevel: Math.min(level, micLevel ?? level) });
    this.mark('microphone');
  }

  /** While the line is measured it has something to carry. */
  private async fill(kbps: number): Promise<void> {
    const { camera } = this.devices.store.getState();
    if (!camera) return;
    try {
      this.grain = new Grain(camera);
      await this.client.fill(this.grain.track, kbps);
    } catch {
      // A browser that cannot: then the camera's own picture is what there is.
    }
  }

  private async openLoop(signal: AbortSignal): Promise<boolean> {
    try {
      this.client.hush(true);
      await this.ask({ type: 'test.loop', on: true });
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      this.client.hush(false);
      this.set({ loopProblem: error.text });
      return false;
    }
    await this.pressed(PATIENCE_MS.loop, signal, () => {
      const { main, audio } = this.loopMids();
      return main !== null && audio !== null;
    });
    return true;
  }

  private async stepLoop(signal: AbortSignal): Promise<void> {
    const mids = this.loopMids();
    const track = mids.audio === null ? null : (this.client.stream(mids.audio)?.getAudioTracks()[0] ?? null);
    const first = await this.client.moment();
    const recording = track ? Recording.of(track) : null;
    this.set({ part: 'recording' });
    const press = await this.pressed(RECORD_MS, signal);
    const blob = (await recording?.stop()) ?? null;
    const last = await this.client.moment();
    if (first && last) this.find({ loop: loopOf(first, last, mids) });
    this.mark('loop');
    if (!blob || press === 'skip') return;
    this.set({ part: 'playing' });
    const listening = new AbortController();
    const { speaker } = this.devices.store.getState().choice;
    let over = false;
    void playBack(blob, speaker, listening.signal)
      .catch(() => {})
      .then(() => (over = true));
    try {
      await this.pressed(RECORD_MS + 2_000, signal, () => over);
    } finally {
      listening.abort();
    }
  }

  /** A moment each second, until the time is over, somebody skips the step, or the loop ends. */
  private async measure(seconds: number, signal: AbortSignal): Promise<Moment[]> {
    const from = Date.now();
    const lasts = Math.min(seconds * 1000, LOOP_MAX_MS);
    this.set({ measure: { from, to: from + lasts } });
    const moments: Moment[] = [];
    for (;;) {
      const moment = await this.client.moment();
      if (moment) moments.push(moment);
      const left = from + lasts - Date.now();
      if (signal.aborted || left <= 0) break;
      this.find({ line: lineOf(moments) });
      const atLine = this.store.getState().step === 'line';
      const press = atLine ? await this.pressed(Math.min(SAMPLE_MS, left), signal).catch(() => 'skip') : await this.rest(Math.min(SAMPLE_MS, left));
      if (press === 'skip') break;
    }
    if (!signal.aborted) this.set({ measure: null });
    return moments;
  }

  private rest(ms: number): Promise<null> {
    return new Promise((done) => setTimeout(() => done(null), ms));
  }

  /** Whatever happened: the room hears the others again, and its camera is as its seat says. */
  private async tidy(): Promise<void> {
    if (this.grain) {
      await this.client.fill(null, 0);
      this.grain.stop();
      this.grain = null;
    }
    this.client.hush(false);
    this.client.setTested(false);
    if (this.client.store.getState().test.loop) await this.client.request({ type: 'test.loop', on: false }).catch(() => {});
  }
}
