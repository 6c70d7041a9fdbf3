import { describe, expect, it } from 'vitest';
import type { ServerMessage } from './protocol';
import {
  isTestMessage,
  LABEL_MAX,
  lineMark,
  markOf,
  mayTest,
  MIC_HEARD_DB,
  NO_FINDINGS,
  NO_TEST,
  reduceTest,
  resultOf,
  STEPS,
  type Findings,
  type TestNews,
} from './room-test';

const say = (news: TestNews, message: ServerMessage): TestNews => (isTestMessage(message) ? reduceTest(news, message) : news);

const well: Findings = {
  camera: { label: 'Logitech C920', height: 720 },
  microphone: { label: 'Jabra Speak 510' },
  speaker: { label: 'Jabra Speak 510' },
  micLevel: 18,
  dark: false,
  heard: 'yes',
  echo: { ok: true, db: 1 },
  loop: { seen: true, heard: true },
  reach: { udp: true },
  line: { network: 'ethernet', up_kbps: 1900, down_kbps: 1300, up_loss: 0, down_loss: 2, up_jitter_ms: 3, down_jitter_ms: 4, rtt_ms: 21, seconds: 15 },
};

describe('what the server says of a test', () => {
  it('a plan begins anew, its verdict ends it', () => {
    let news = say(NO_TEST, { type: 'test.plan', test: 't1', kbps: 1200, seconds: 15 });
    expect(news.plan).toEqual({ test: 't1', kbps: 1200, seconds: 15 });
    news = say(news, { type: 'test.verdict', test: 't1', light: 'fair', advice: [] });
    expect(news.verdict?.light).toBe('fair');
    expect(say(news, { type: 'test.plan', test: 't2', kbps: 1200, seconds: 15 }).verdict).toBeNull();
  });

  it('the loop is on until it is said to be off', () => {
    const on = say(NO_TEST, { type: 'test.loop', on: true, seconds: 60 });
    expect(on.loop).toEqual({ seconds: 60 });
    expect(say(on, { type: 'test.loop', on: false, seconds: 0 }).loop).toBeNull();
  });

  it('what is asked twice is asked twice; the card is a state', () => {
    const once = say(NO_TEST, { type: 'test.ask', act: 'test' });
    expect(say(once, { type: 'test.ask', act: 'test' }).ask).toEqual({ act: 'test', serial: 2 });
    const card = say(once, { type: 'test.ask', act: 'card', on: true });
    expect([card.card, card.ask?.serial]).toEqual([true, 1]);
    expect(say(card, { type: 'test.ask', act: 'card', on: false }).card).toBe(false);
  });
});

describe('mayTest', () => {
  const meeting = (state: string) => ({ self: '1-1', waiting: false, meeting: { state } });
  it('before the meeting, never beside the talk of others', () => {
    expect(mayTest(meeting('rehearsal'))).toBe(true);
    expect(mayTest(meeting('open'))).toBe(true);
    expect(mayTest(meeting('live'))).toBe(false);
    expect(mayTest({ ...meeting('live'), waiting: true })).toBe(true);
    expect(mayTest({ ...meeting('rehearsal'), self: null })).toBe(false);
    expect(mayTest({ self: '1-1', waiting: true, meeting: null })).toBe(false);
  });
});

describe('marks', () => {
  it('all well', () => {
    expect(STEPS.map((s) => markOf(s, well))).toEqual(['good', 'good', 'good', 'good', 'good', 'good']);
  });

  it('of nothing: what is missing is bad, what was not tried is skipped', () => {
    expect(STEPS.map((s) => markOf(s, NO_FINDINGS))).toEqual(['bad', 'bad', 'bad', 'skipped', 'skipped', 'skipped']);
  });

  it.each<[string, Partial<Findings>, (typeof STEPS)[number], string]>([
    ['just heard', { micLevel: MIC_HEARD_DB }, 'microphone', 'fair'],
    ['not heard', { micLevel: MIC_HEARD_DB + 1 }, 'microphone', 'bad'],
    ['a black picture', { dark: true }, 'camera', 'bad'],
    ['not looked at', { dark: null }, 'camera', 'good'],
    ['not heard from the loudspeaker', { heard: 'no' }, 'speaker', 'bad'],
    ['nobody answered', { heard: 'skipped' }, 'speaker', 'skipped'],
    ['echo', { echo: { ok: false, db: 20 } }, 'speaker', 'fair'],
    ['seen, not heard', { loop: { seen: true, heard: false } }, 'loop', 'fair'],
    ['neither', { loop: { seen: false, heard: false } }, 'loop', 'bad'],
  ])('%s', (_, change, step, mark) => {
    expect(markOf(step, { ...well, ...change })).toBe(mark);
  });

  it.each([
    [{ up_loss: 9 }, 'good'],
    [{ down_loss: 10 }, 'fair'],
    [{ up_loss: 50 }, 'fair'],
    [{ up_loss: 51 }, 'bad'],
    [{ rtt_ms: 251 }, 'fair'],
    [{ rtt_ms: 401 }, 'bad'],
    [{ down_jitter_ms: 41 }, 'fair'],
    [{ up_jitter_ms: 101 }, 'bad'],
  ])('a line with %o is %s', (change, mark) => {
    expect(lineMark({ network: 'ethernet', seconds: 15, ...change })).toBe(mark);
  });
});

describe('resultOf', () => {
  it('tells all that was found', () => {
    expect(resultOf('t1', well)).toEqual({
      test: 't1',
      devices: { camera: 'Logitech C920', microphone: 'Jabra Speak 510', speaker: 'Jabra Speak 510' },
      mic: { ok: true, level: 18 },
      speaker: 'yes',
      camera: { ok: true, dark: false, height: 720 },
      echo: { ok: true, db: 1 },
      loop: { seen: true, heard: true },
      reach: { udp: true },
      line: well.line,
    });
  });

  it('leaves out what was skipped, and says what is missing', () => {
    expect(resultOf('t1', { ...NO_FINDINGS, microphone: { label: 'x' } })).toEqual({ test: 't1', devices: { microphone: 'x' }, camera: { ok: false } });
    expect(resultOf('t1', NO_FINDINGS)).toEqual({ test: 't1', devices: {}, mic: { ok: false }, camera: { ok: false } });
  });

  it('cuts a name to what the server takes', () => {
    const cut = resultOf('t1', { ...well, microphone: { label: 'Ở'.repeat(200) } }).devices?.microphone ?? '';
    expect(new TextEncoder().encode(cut).length).toBeLessThanOrEqual(LABEL_MAX);
    expect(cut).toMatch(/^Ở{53}$/);
  });
});
