/** What a line carried between two moments and how well, from the browser's counters. Pure. */
import { clamp, growth, loudness, num, ofType, pathOf, str, type Entry, type Moment } from './health';
import type { TestLine } from './protocol';

/** A picture that moves: a second of a slow one. */
const FRAMES_SEEN = 5;
/** A second of sound in packets of 20 ms. */
const PACKETS_HEARD = 50;
const KBPS_MAX = 10_000_000;
const MS_MAX = 60_000;

function selectedPair(moment: Moment): Entry | undefined {
  const transport = ofType(moment, 'transport').find((t) => str(t, 'selectedCandidatePairId') !== '');
  return (
    moment.entries.find((e) => e.id === str(transport, 'selectedCandidatePairId')) ??
    ofType(moment, 'candidate-pair').find((p) => p.nominated === true && p.state === 'succeeded')
  );
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;

const known = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null);

/** Thousandths of what was sent that did not arrive; null where nothing was sent. */
function permille(lost: number | null, all: number | null): number | null {
  return lost === null || !all ? null : clamp((lost * 1000) / all, 1000);
}

function upLoss(first: Moment, last: Moment): number | null {
  const sent = ofType(last, 'outbound-rtp').filter((e) => (growth(first, [e], 'packetsSent') ?? 0) > 0);
  const told = ofType(last, 'remote-inbound-rtp').filter((r) => sent.some((s) => s.id === str(r, 'localId')));
  if (told.length === 0) return null;
  const reported = sent.filter((s) => told.some((r) => str(r, 'localId') === s.id));
  return permille(growth(first, told, 'packetsLost'), growth(first, reported, 'packetsSent'));
}

function downLoss(first: Moment, last: Moment): number | null {
  const entries = ofType(last, 'inbound-rtp');
  const lost = growth(first, entries, 'packetsLost');
  return permille(lost, (growth(first, entries, 'packetsReceived') ?? 0) + (lost ?? 0));
}

/** Of sound where there is any: pictures come in bursts, which is no fault of the line. */
function jitterOf(moment: Moment, type: 'inbound-rtp' | 'remote-inbound-rtp', before: Moment): number | null {
  const flowing = (e: Entry): boolean =>
    type === 'remote-inbound-rtp' || (growth(before, [e], 'packetsReceived') ?? 0) > 0;
  for (const kind of ['audio', 'video']) {
    const found = known(ofType(moment, type, kind).filter(flowing).map((e) => num(e, 'jitter')));
    if (found.length > 0) return Math.max(...found) * 1000;
  }
  return null;
}

/**
 * The figures of a measurement: the rates are those of its second half, when the encoders have found what the line carries.
 * What goes out may be more than this camera's picture wants: then the browser's own estimate says what would pass.
 */
export function lineOf(moments: readonly Moment[]): TestLine | null {
  const [first] = moments;
  const last = moments[moments.length - 1];
  if (!first || !last || last.atMs <= first.atMs) return null;
  const half = moments[Math.floor(moments.length / 2)]!;
  const seconds = (last.atMs - half.atMs) / 1000;
  const pairs = moments.map(selectedPair);
  const pair = pairs[pairs.length - 1];
  const rate = (name: string): number | null => {
    const bytes = pair && seconds > 0 ? growth(half, [pair], name) : null;
    return bytes === null ? null : (bytes * 8) / 1000 / seconds;
  };
  const sent = rate('bytesSent');
  const late = pairs.slice(Math.floor(pairs.length / 2));
  const estimate = mean(known(late.map((p) => num(p, 'availableOutgoingBitrate'))));
  const up = sent === null && estimate === null ? null : Math.max(sent ?? 0, (estimate ?? 0) / 1000);
  const rtt = mean(known(pairs.map((p) => num(p, 'currentRoundTripTime'))));
  const upJitter = mean(known(moments.slice(1).map((m) => jitterOf(m, 'remote-inbound-rtp', first))));
  const downJitter = mean(known(moments.slice(1).map((m) => jitterOf(m, 'inbound-rtp', first))));
  const down = rate('bytesReceived');
  const member = <K extends keyof TestLine>(name: K, value: number | null, most: number): Partial<TestLine> =>
    value === null ? {} : { [name]: clamp(value, most) };
  return {
    network: pathOf(last).network,
    ...member('up_kbps', up, KBPS_MAX),
    ...member('down_kbps', down, KBPS_MAX),
    ...member('up_loss', upLoss(first, last), 1000),
    ...member('down_loss', downLoss(first, last), 1000),
    ...member('up_jitter_ms', upJitter, MS_MAX),
    ...member('down_jitter_ms', downJitter, MS_MAX),
    ...member('rtt_ms', rtt === null ? null : rtt * 1000, MS_MAX),
    seconds: clamp((last.atMs - first.atMs) / 1000, 600),
  };
}

/** Of what one picture of the loop sends, so much comes back at least where the line is not what bounds it. */
const BACK_SHARE = 0.8;
/** As the server judges: a tenth under what is needed is enough. */
const ENOUGH_SHARE = 0.9;

/**
 * The figures without the rate down where that rate says nothing of the line: less came back than the meeting needs, because the
 * camera sent no more.
 */
export function provenLine(line: TestLine, moments: readonly Moment[], kbps: number): TestLine {
  const last = moments[moments.length - 1];
  const half = moments[Math.floor(moments.length / 2)];
  if (!last || !half || line.down_kbps === undefined || line.down_kbps >= ENOUGH_SHARE * kbps) return line;
  const seconds = Math.max(1, last.atMs - half.atMs) / 1000;
  const sent = ofType(last, 'outbound-rtp', 'video').map((e) => ((growth(half, [e], 'bytesSent') ?? 0) * 8) / 1000 / seconds);
  if (line.down_kbps < BACK_SHARE * Math.max(0, ...sent)) return line;
  const { down_kbps: _, ...rest } = line;
  return rest;
}

/** By which ways the server is reached: the pair in use, and others whose checks were answered. What was never tried is left out. */
export function reachOf(moments: readonly Moment[]): { udp?: boolean; tcp?: boolean } {
  const found: { udp?: boolean; tcp?: boolean } = {};
  for (const moment of moments) {
    for (const pair of ofType(moment, 'candidate-pair')) {
      const local = moment.entries.find((e) => e.id === str(pair, 'localCandidateId'));
      const tcp = str(local, 'protocol') === 'tcp' || ['tcp', 'tls'].includes(str(local, 'relayProtocol'));
      const answered = pair.state === 'succeeded' || (num(pair, 'responsesReceived') ?? 0) > 0;
      const tried = answered || pair.state === 'failed' || (num(pair, 'requestsSent') ?? 0) > 0;
      const way = tcp ? 'tcp' : 'udp';
      if (tried) found[way] = found[way] === true || answered;
    }
  }
  return found;
}

/** The loudest second of what the microphone gave to the connection, dB below full scale; null: nothing was counted. */
export function micLevelOf(moments: readonly Moment[]): number | null {
  let loudest: number | null = null;
  moments.slice(1).forEach((moment, i) => {
    const level = loudness(moments[i]!, ofType(moment, 'media-source', 'audio'));
    if (level !== null) loudest = Math.min(loudest ?? level, level);
  });
  return loudest;
}

/**
 * Did the picture of that m-line move, and the sound of the other come, between two moments? A line that was not there at the first
 * has begun since.
 */
export function loopOf(first: Moment, last: Moment, mids: { main: string | null; audio: string | null }): { seen: boolean; heard: boolean } {
  const grown = (mid: string | null, kind: string, name: string): number =>
    ofType(last, 'inbound-rtp', kind)
      .filter((e) => mid !== null && e.mid === mid)
      .reduce((sum, e) => sum + (num(e, name) ?? 0) - (num(first.entries.find((f) => f.id === e.id), name) ?? 0), 0);
  return { seen: grown(mids.main, 'video', 'framesDecoded') >= FRAMES_SEEN, heard: grown(mids.audio, 'audio', 'packetsReceived') >= PACKETS_HEARD };
}
