import { describe, expect, it } from 'vitest';
import { echoOf, TUNE, TUNE_MS, type Heard } from './room-test-echo';

/** What a microphone hears: `level (atMs)` in dB, read each 20 ms, with some noise that is always the same. */
function hear(level: (atMs: number) => number): Heard[] {
  const heard: Heard[] = [];
  for (let atMs = -80, i = 0; atMs < TUNE_MS; atMs += 20, i += 1) heard.push({ atMs, db: level(atMs) + ((i * 7) % 5) - 2 });
  return heard;
}

const tone = (atMs: number, lag: number): number => TUNE.findIndex((t) => atMs >= t.atMs + lag && atMs < t.atMs + t.lastsMs + lag);

describe('echoOf', () => {
  it.each([0, 120, 400])('tones that come back after %i ms', (lag) => {
    const found = echoOf(hear((at) => (tone(at, lag) >= 0 ? -30 : -62)));
    expect(found?.ok).toBe(false);
    expect(found?.db).toBe(25); // down to what nobody hears
  });

  it('a quiet room', () => {
    expect(echoOf(hear(() => -65))).toMatchObject({ ok: true });
  });

  it('an echo canceller that learns by the first tone', () => {
    expect(echoOf(hear((at) => (tone(at, 100) === 0 ? -25 : -60)))?.ok).toBe(true);
  });

  it('what is too faint for anybody to hear', () => {
    expect(echoOf(hear((at) => (tone(at, 100) >= 0 ? -62 : -80)))?.ok).toBe(true);
  });

  it('somebody who talks all the time, a clock that beats each second', () => {
    expect(echoOf(hear((at) => (Math.sin(at / 170) > -0.3 ? -28 : -55)))?.ok).toBe(true);
    expect(echoOf(hear((at) => (at % 1000 < 200 ? -25 : -60)))?.ok).toBe(true);
  });

  it('the beep of a machine, each half second, that fades away', () => {
    for (let shift = 0; shift < 500; shift += 50) {
      const since = (at: number): number => (at + shift + 1000) % 500;
      expect(echoOf(hear((at) => Math.max(-100, since(at) < 40 ? -8 : -20 - since(at) / 4)))?.ok).toBe(true);
    }
  });

  it('a hall that rings on, and people who murmur meanwhile', () => {
    const ring = (at: number): number => {
      const since = Math.min(...TUNE.map((t) => at - 100 - t.atMs - t.lastsMs).filter((ms) => ms >= 0), 5_000);
      return tone(at, 100) >= 0 ? -25 : -25 - since / 15;
    };
    expect(echoOf(hear((at) => Math.max(-46, ring(at))))?.ok).toBe(false);
  });

  it('too little was heard to say anything', () => {
    expect(echoOf([])).toBeNull();
    expect(echoOf(hear(() => -60).slice(0, 30))).toBeNull();
  });
});
