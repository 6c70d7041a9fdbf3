import { describe, expect, it } from 'vitest';
import { Playout, readLine, soundTarget, type LineSample } from './playout';

/** Seconds of a line that repeats so many of 200 packets, with this round trip. */
function* line(from: number, seconds: number, repeated: number, rttMs: number | null, base: LineSample): Generator<LineSample> {
  for (let i = 1; i <= seconds; i++)
    yield { ...base, atMs: (from + i) * 1000, received: base.received + i * 200, repeated: base.repeated + i * repeated, rttMs };
}

const start: LineSample = { atMs: 0, received: 0, repeated: 0, lost: 0, rttMs: null, jitterMs: 0 };

function run(playout: Playout, samples: Iterable<LineSample>): [number | null, LineSample] {
  let target: number | null = null;
  let last = start;
  for (const sample of samples) {
    target = playout.take(sample);
    last = sample;
  }
  return [target, last];
}

describe('how long a picture is kept', () => {
  it('is left to the browser on a clean line', () => {
    const playout = new Playout();
    playout.take(start);
    expect(run(playout, line(0, 60, 0, 150, start))[0]).toBeNull();
  });

  it('covers a round trip on a line that loses, and is let go after calm', () => {
    const playout = new Playout();
    playout.take(start);
    const [target, lossy] = run(playout, line(0, 5, 2, 150, start));
    expect(target).toBe(210);
    const [kept, later] = run(playout, line(5, 25, 0, 150, lossy));
    expect(kept).toBe(210);
    expect(run(playout, line(30, 10, 0, 150, later))[0]).toBeNull();
  });

  it('grows at once, shrinks slowly, and has a bound', () => {
    const playout = new Playout();
    playout.take(start);
    const [, first] = run(playout, line(0, 2, 5, 100, start));
    const [high, second] = run(playout, line(2, 1, 5, 900, first));
    expect(high).toBe(600);
    expect(run(playout, line(3, 1, 5, 100, second))[0]).toBe(580);
  });

  it('waits for enough packets, and for a round trip', () => {
    const playout = new Playout();
    playout.take(start);
    expect(playout.take({ ...start, atMs: 1000, received: 50, repeated: 20, rttMs: 100 })).toBeNull();
    expect(playout.take({ ...start, atMs: 2000, received: 100, repeated: 40, rttMs: null })).toBeNull();
    expect(playout.take({ ...start, atMs: 3000, received: 200, repeated: 40, rttMs: 100 })).toBe(160);
  });

  it('begins anew when the counters do', () => {
    const playout = new Playout();
    playout.take({ ...start, received: 10_000, repeated: 500 });
    expect(playout.take({ ...start, atMs: 1000, received: 300, repeated: 0, rttMs: 100 })).toBeNull();
  });

  it('takes the round trip of the way that is used', async () => {
    const stats = [
      { type: 'candidate-pair', id: 'udp', nominated: true, currentRoundTripTime: 0.15 },
      { type: 'candidate-pair', id: 'tcp', nominated: true, currentRoundTripTime: 0.001 },
      { type: 'transport', id: 't', selectedCandidatePairId: 'udp' },
      { type: 'inbound-rtp', kind: 'video', packetsReceived: 7, packetsLost: 1, retransmittedPacketsReceived: 2, jitter: 0.02 },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 50 },
    ];
    const pc = { getStats: () => Promise.resolve(stats) } as unknown as RTCPeerConnection;
    expect(await readLine(pc, 5)).toEqual({ atMs: 5, received: 7, repeated: 2, lost: 1, rttMs: 150, jitterMs: 20 });
  });

  it('keeps sound near the lips', () => {
    expect(soundTarget(null)).toBeNull();
    expect(soundTarget(250)).toBe(150);
    expect(soundTarget(40)).toBe(0);
  });
});
