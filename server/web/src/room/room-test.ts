/**
 * The test of a room before a meeting: its steps, what each has found, and what the server says about it. Pure; `room-test-run`
 * walks through the steps, `signaling/meeting/room_test` judges.
 */
import type { ServerMessage, TestAsk, TestLine, TestPlan, TestResult, TestVerdict } from './protocol';
import type { EchoFound } from './room-test-echo';

/* What the server says. */

export interface TestNews {
  plan: TestPlan | null;
  verdict: TestVerdict | null;
  ask: { act: TestAsk['act']; serial: number } | null;
  /** The room sees and hears itself. */
  loop: { seconds: number } | null;
  /** The centre sends its test picture and tone. */
  card: boolean;
}

export const NO_TEST: TestNews = { plan: null, verdict: null, ask: null, loop: null, card: false };

type TestMessage = Extract<ServerMessage, { type: `test.${string}` }>;

export const isTestMessage = (message: ServerMessage): message is TestMessage => message.type.startsWith('test.');

export function reduceTest(news: TestNews, message: TestMessage): TestNews {
  switch (message.type) {
    case 'test.plan':
      return { ...news, plan: { test: message.test, kbps: message.kbps, seconds: message.seconds }, verdict: null };
    case 'test.verdict':
      return { ...news, verdict: { test: message.test, light: message.light, advice: message.advice } };
    case 'test.loop':
      return { ...news, loop: message.on ? { seconds: message.seconds } : null };
    case 'test.ask':
      if (message.act === 'card') return { ...news, card: message.on !== false };
      return { ...news, ask: { act: message.act, serial: (news.ask?.serial ?? 0) + 1 } };
  }
}

interface Testable {
  self: string | null;
  waiting: boolean;
  meeting: { state: string } | null;
}

/** Not beside the others' talk: in a rehearsal, in the waiting room, before the meeting is live. */
export const mayTest = (state: Testable): boolean =>
  state.self !== null && state.meeting !== null && (state.waiting || state.meeting.state !== 'live');

/* The steps. */

export const STEPS = ['devices', 'microphone', 'camera', 'speaker', 'loop', 'line'] as const;
export type StepId = (typeof STEPS)[number];
/** What became of a step. */
export type Mark = 'todo' | 'good' | 'fair' | 'bad' | 'skipped';
export type Marks = Record<StepId, Mark>;

export const NO_MARKS: Marks = { devices: 'todo', microphone: 'todo', camera: 'todo', speaker: 'todo', loop: 'todo', line: 'todo' };

/** What the steps have found until now. */
export interface Findings {
  /** null: there is none. */
  camera: { label: string; height: number } | null;
  microphone: { label: string } | null;
  speaker: { label: string };
  /** Loudest of the microphone, dB below full scale; null: not listened to. */
  micLevel: number | null;
  /** null: not looked at. */
  dark: boolean | null;
  heard: 'yes' | 'no' | 'skipped' | null;
  echo: EchoFound | null;
  loop: { seen: boolean; heard: boolean } | null;
  reach: { udp?: boolean; tcp?: boolean };
  line: TestLine | null;
}

export const NO_FINDINGS: Findings = {
  camera: null,
  microphone: null,
  speaker: { label: '' },
  micLevel: null,
  dark: null,
  heard: null,
  echo: null,
  loop: null,
  reach: {},
  line: null,
};

/** Of a voice at a metre from a table microphone; a room at rest is at 50 and below. */
export const MIC_HEARD_DB = 39;
/** From here on a voice is hard to understand beside others. */
const MIC_LOW_DB = 34;

export function markOf(step: StepId, found: Findings): Mark {
  switch (step) {
    case 'devices':
      return found.camera && found.microphone ? 'good' : 'bad';
    case 'microphone':
      if (found.micLevel === null || found.micLevel > MIC_HEARD_DB) return 'bad';
      return found.micLevel > MIC_LOW_DB ? 'fair' : 'good';
    case 'camera':
      return found.camera === null || found.dark === true ? 'bad' : 'good';
    case 'speaker':
      if (found.heard === 'no') return 'bad';
      if (found.heard !== 'yes') return 'skipped';
      return found.echo?.ok === false ? 'fair' : 'good';
    case 'loop':
      if (!found.loop) return 'skipped';
      return found.loop.seen && found.loop.heard ? 'good' : found.loop.seen || found.loop.heard ? 'fair' : 'bad';
    case 'line':
      return found.line ? lineMark(found.line) : 'skipped';
  }
}

/* The lights of technicians (DOMAIN): loss < 1 % green, 1-5 % yellow; must look good at 150 ms and 40 ms. The server's verdict counts. */
const worst = (a: number | undefined, b: number | undefined): number => Math.max(a ?? 0, b ?? 0);

export function lineMark(line: TestLine): Mark {
  const loss = worst(line.up_loss, line.down_loss);
  const jitter = worst(line.up_jitter_ms, line.down_jitter_ms);
  const rtt = line.rtt_ms ?? 0;
  if (loss > 50 || rtt > 400 || jitter > 100) return 'bad';
  return loss >= 10 || rtt > 250 || jitter > 40 ? 'fair' : 'good';
}

/** In bytes of UTF-8 as the server counts; a longer name is cut. */
export const LABEL_MAX = 160;

function cut(text: string): string {
  const encoder = new TextEncoder();
  let result = text;
  while (encoder.encode(result).length > LABEL_MAX) result = [...result].slice(0, -1).join('');
  return result;
}

/** What is told to the server. */
export function resultOf(test: string, found: Findings): TestResult {
  const { camera, microphone, speaker, micLevel, dark, heard, echo, loop, line, reach } = found;
  const devices = {
    ...(camera ? { camera: cut(camera.label) } : {}),
    ...(microphone ? { microphone: cut(microphone.label) } : {}),
    ...(speaker.label ? { speaker: cut(speaker.label) } : {}),
  };
  return {
    test,
    devices,
    ...(microphone === null
      ? { mic: { ok: false } }
      : micLevel === null
        ? {}
        : { mic: { ok: micLevel <= MIC_HEARD_DB, level: micLevel } }),
    ...(heard ? { speaker: heard } : {}),
    camera: camera
      ? { ok: dark !== true, ...(dark === null ? {} : { dark }), height: camera.height }
      : { ok: false },
    ...(echo ? { echo } : {}),
    ...(loop ? { loop } : {}),
    ...(reach.udp === undefined && reach.tcp === undefined ? {} : { reach }),
    ...(line ? { line } : {}),
  };
}

/** What goes on by itself when nobody presses, ms. A person who thinks has time, an empty room is tested all the same. */
export const PATIENCE_MS = {
  /** Before a test that the centre has asked for. */
  ask: 10_000,
  /** All devices are there: time to read their names. */
  devicesWell: 4_000,
  devicesIll: 20_000,
  microphone: 15_000,
  camera: 6_000,
  answer: 20_000,
  /** Until the room sees itself in the loop. */
  loop: 8_000,
} as const;

/** What the room hears of itself. */
export const RECORD_MS = 10_000;
/** The server ends a loop after a minute. */
export const LOOP_MAX_MS = 55_000;
