// How long a picture is kept before it is shown: on a line that loses packets long enough that a repeated one still comes in time, so
// that the picture runs on. Browsers do this by themselves only for who also sends.

/** What was received so far, of all pictures together, and the line as it is now. */
export interface LineSample {
  atMs: number;
  received: number;
  repeated: number;
  lost: number;
  rttMs: number | null;
  jitterMs: number;
}

const LOSSY = 0.002; // of the packets: below it a repeated one is rare
const CALM_MS = 30_000; // without loss: back to what the browser thinks best
const LEAST_PACKETS = 100;
const SPARE_MS = 60; // the request waits a little, and the repeated packet behind others
const MAX_MS = 600; // more is no conversation
const STEP_MS = 20; // smaller changes are not worth a stutter
// Sound needs no repeated packet; but it should not run far ahead of the lips (ITU-R BT.1359: 125 ms).
const SOUND_AHEAD_MS = 100;

export class Playout {
  private last: LineSample | null = null;
  private lossyMs = Number.NEGATIVE_INFINITY;
  private target: number | null = null;

  /** Milliseconds that a picture should be kept; null: as the browser thinks. */
  take(sample: LineSample): number | null {
    const last = this.last;
    if (!last || sample.received < last.received) {
      this.last = sample;
      return this.target;
    }
    const received = sample.received - last.received;
    const missed = Math.max(sample.repeated - last.repeated, sample.lost - last.lost, 0);
    if (received >= LEAST_PACKETS) {
      this.last = sample;
      if (missed / received > LOSSY) this.lossyMs = sample.atMs;
    }
    if (sample.atMs - this.lossyMs > CALM_MS) this.target = null;
    else if (sample.rttMs !== null) this.aim(sample.rttMs + 2 * sample.jitterMs + SPARE_MS);
    return this.target;
  }

  private aim(ms: number): void {
    const wanted = Math.min(Math.round(ms), MAX_MS);
    // Up at once, down slowly: a round trip is shorter in one second than in the next.
    if (this.target === null || wanted > this.target) this.target = wanted;
    else if (this.target - wanted > STEP_MS) this.target -= STEP_MS;
  }
}

export function soundTarget(pictureMs: number | null): number | null {
  return pictureMs === null ? null : Math.max(pictureMs - SOUND_AHEAD_MS, 0);
}

export async function readLine(pc: RTCPeerConnection, atMs: number): Promise<LineSample> {
  const sample: LineSample = { atMs, received: 0, repeated: 0, lost: 0, rttMs: null, jitterMs: 0 };
  // The way that is used: a second one (TCP beside UDP) is nominated as well, and has a round trip of its own.
  const trips = new Map<unknown, number>();
  let selected: unknown = null;
  (await pc.getStats()).forEach((s: Record<string, unknown>) => {
    const number = (key: string): number => (typeof s[key] === 'number' ? s[key] : 0);
    if (s.type === 'inbound-rtp' && s.kind === 'video') {
      sample.received += number('packetsReceived');
      sample.repeated += number('retransmittedPacketsReceived');
      sample.lost += number('packetsLost');
      sample.jitterMs = Math.max(sample.jitterMs, number('jitter') * 1000);
    }
    if (s.type === 'transport') selected = s.selectedCandidatePairId ?? selected;
    if (s.type === 'candidate-pair' && s.currentRoundTripTime !== undefined) {
      trips.set(s.id, number('currentRoundTripTime') * 1000);
      if (s.selected === true) selected = s.id; // Firefox
    }
  });
  sample.rttMs = trips.get(selected) ?? null;
  return sample;
}

/** Sets it on every receiver; older browsers cannot. */
export function applyPlayout(pc: RTCPeerConnection, pictureMs: number | null): void {
  for (const { receiver } of pc.getTransceivers()) {
    if (!('jitterBufferTarget' in receiver)) return;
    receiver.jitterBufferTarget = receiver.track.kind === 'video' ? pictureMs : soundTarget(pictureMs);
  }
}

/** Each second, until the returned function is called. */
export function followLine(pc: RTCPeerConnection, everyMs = 1000): () => void {
  const playout = new Playout();
  let before: number | null = null;
  const timer = setInterval(() => {
    void readLine(pc, performance.now()).then((sample) => {
      const target = playout.take(sample);
      if (target !== before) applyPlayout(pc, target);
      before = target;
    });
  }, everyMs);
  return () => clearInterval(timer);
}
