/**
 * What only this browser knows of its line and its devices, told to the server every two seconds in `stats`: what arrives and is
 * played, what the encoder is short of, over which network. The counting is pure (`reportOf`); `HealthReporter` asks the browser.
 */
import type { ClientMessage } from './protocol';

export type Stats = Extract<ClientMessage, { type: 'stats' }>;
type Report = Omit<Stats, 'type'>;

const INTERVAL_MS = 2_000;
/** Of a shorter time a packet more or less is too large a share. */
const CAPTURED_LEAST_S = 1;
const STRIKE_MS = 100;
/** A computer that slept was not busy. */
const LATE_MAX_MS = 1_000;
/** As RFC 6464: 0 is the loudest, 127 silence. */
const SILENCE = 127;

/** One entry of getStats, of whatever kind. */
export type Entry = Readonly<Record<string, unknown>>;

export interface Moment {
  atMs: number;
  entries: readonly Entry[];
  /** The m-line of the large picture. */
  mainMid: string | null;
  /** Whether each player of sound plays. */
  playing: readonly boolean[];
}

export interface Devices {
  microphone: string;
  camera: string;
  speaker: string;
  /** The output that was chosen is not there any more. */
  speakerGone: boolean;
  /** This machine has none: nothing is wrong with it. */
  noCamera?: boolean;
}

export const num = (entry: Entry | undefined, name: string): number | null => {
  const value = entry?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
export const str = (entry: Entry | undefined, name: string): string => {
  const value = entry?.[name];
  return typeof value === 'string' ? value : '';
};
export const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)));

export function ofType(moment: Moment, type: string, kind?: string): Entry[] {
  return moment.entries.filter((e) => e.type === type && (kind === undefined || e.kind === kind));
}

function same(before: Moment | null, entry: Entry): Entry | undefined {
  return before?.entries.find((e) => e.id === entry.id);
}

/** How much a counter grew over all of `entries`; null where none has it. */
export function growth(before: Moment | null, entries: readonly Entry[], name: string): number | null {
  let sum: number | null = null;
  for (const entry of entries) {
    const now = num(entry, name);
    if (now === null) continue;
    sum = (sum ?? 0) + Math.max(0, now - (num(same(before, entry), name) ?? now));
  }
  return sum;
}

/** Mean loudness since `before`, from the energy that was counted. */
export function loudness(before: Moment | null, entries: readonly Entry[]): number | null {
  let loudest: number | null = null;
  for (const entry of entries) {
    const energy = growth(before, [entry], 'totalAudioEnergy');
    const seconds = growth(before, [entry], 'totalSamplesDuration');
    if (energy === null || !seconds) continue;
    const level = energy > 0 ? clamp(-10 * Math.log10(energy / seconds), SILENCE) : SILENCE;
    loudest = Math.min(loudest ?? SILENCE, level);
  }
  return loudest;
}

export function pathOf(moment: Moment): Pick<Report, 'network' | 'candidate' | 'tcp' | 'rtt_ms'> {
  const transport = ofType(moment, 'transport').find((t) => str(t, 'selectedCandidatePairId') !== '');
  const pair =
    moment.entries.find((e) => e.id === str(transport, 'selectedCandidatePairId')) ??
    ofType(moment, 'candidate-pair').find((p) => p.nominated === true && p.state === 'succeeded');
  const local = pair && moment.entries.find((e) => e.id === str(pair, 'localCandidateId'));
  const rtt = num(pair, 'currentRoundTripTime');
  const network = str(local, 'networkType');
  const candidate = str(local, 'candidateType');
  return {
    network: network === 'wifi' || network === 'ethernet' || network === 'cellular' ? network : 'unknown',
    candidate:
      candidate === 'host' || candidate === 'srflx' || candidate === 'prflx' || candidate === 'relay' ? candidate : 'unknown',
    tcp: str(local, 'protocol') === 'tcp' || str(local, 'relayProtocol') === 'tcp' || str(local, 'relayProtocol') === 'tls',
    ...(rtt === null ? {} : { rtt_ms: clamp(rtt * 1000, 60_000) }),
  };
}

function soundOf(before: Moment | null, now: Moment): Partial<Report> {
  const entries = ofType(now, 'inbound-rtp', 'audio');
  const packets = growth(before, entries, 'packetsReceived');
  const samples = growth(before, entries, 'totalSamplesReceived');
  const concealed = growth(before, entries, 'concealedSamples');
  const delay = growth(before, entries, 'jitterBufferDelay');
  const emitted = growth(before, entries, 'jitterBufferEmittedCount');
  const level = loudness(before, entries);
  const silences = growth(before, entries, 'silentConcealedSamples') ?? 0;
  return {
    ...(packets === null ? {} : { audio_packets: clamp(packets, 1_000_000) }),
    // Pauses of a sender that sends nothing while it is silent are filled, too: they are no gaps.
    ...(samples && concealed !== null ? { concealed_permille: clamp(((concealed - silences) * 1000) / samples, 1000) } : {}),
    ...(delay !== null && emitted ? { jitter_buffer_ms: clamp((delay * 1000) / emitted, 60_000) } : {}),
    ...(level === null ? {} : { out_level: level }),
    played: playedOf(now, packets ?? 0, samples ?? 0),
  };
}

function playedOf(now: Moment, packets: number, samples: number): Report['played'] {
  if (now.playing.length === 0 || packets === 0) return 'unknown';
  return now.playing.every((p) => p) && samples > 0 ? 'yes' : 'no';
}

function pictureOf(before: Moment | null, now: Moment, seconds: number): Partial<Report> {
  const main = ofType(now, 'inbound-rtp', 'video').find((e) => now.mainMid !== null && e.mid === now.mainMid);
  if (!main) return {};
  const frames = growth(before, [main], 'framesDecoded');
  const frozen = growth(before, [main], 'totalFreezesDuration');
  const height = num(main, 'frameHeight');
  return {
    ...(frames === null ? {} : { decoded_fps: clamp(frames / seconds, 240) }),
    ...(height === null ? {} : { decoded_height: clamp(height, 8640) }),
    ...(frozen === null ? {} : { frozen_ms: clamp(frozen * 1000, 60_000) }),
    freezes: clamp(growth(before, [main], 'freezeCount') ?? 0, 1_000_000),
    dropped: clamp(growth(before, [main], 'framesDropped') ?? 0, 1_000_000),
  };
}

const LIMITS = ['none', 'other', 'bandwidth', 'cpu'] as const;

/** How busy the busiest layer's encoder was, and how many pictures a second it was offered. */
function busyOf(before: Moment | null, now: Moment, layers: readonly Entry[], seconds: number): Partial<Report> {
  const busy = layers.map((e) => (growth(before, [e], 'totalEncodeTime') ?? 0) / seconds);
  const sources = now.entries.filter((e) => layers.some((l) => l.mediaSourceId === e.id));
  const offered = sources.map((e) => growth(before, [e], 'frames')).filter((n) => n !== null);
  return {
    ...(busy.length === 0 ? {} : { encode_permille: clamp(Math.max(...busy) * 1000, 10_000) }),
    ...(offered.length === 0 ? {} : { capture_fps: clamp(Math.max(...offered) / seconds, 240) }),
  };
}

/** Sound that the microphone gave in the time that passed: a processor that is short of time lets some of it fall. By the browser's own times: what is asked of it late is answered late. */
function capturedOf(before: Moment | null, now: Moment): Partial<Report> {
  for (const entry of ofType(now, 'media-source', 'audio')) {
    const earlier = same(before, entry);
    const seconds = (num(entry, 'totalSamplesDuration') ?? 0) - (num(earlier, 'totalSamplesDuration') ?? Number.POSITIVE_INFINITY);
    const passed = ((num(entry, 'timestamp') ?? 0) - (num(earlier, 'timestamp') ?? 0)) / 1000;
    if (seconds >= 0 && passed >= CAPTURED_LEAST_S) return { captured_permille: clamp((seconds * 1000) / passed, 1000) };
  }
  return {};
}

function sentOf(before: Moment | null, now: Moment, seconds: number): Partial<Report> {
  const layers = ofType(now, 'outbound-rtp', 'video').filter((e) => (growth(before, [e], 'framesEncoded') ?? 0) > 0);
  const level = loudness(before, ofType(now, 'media-source', 'audio'));
  const fps = layers.map((e) => (growth(before, [e], 'framesEncoded') ?? 0) / seconds);
  const worst = Math.max(0, ...layers.map((e) => LIMITS.indexOf(str(e, 'qualityLimitationReason') as (typeof LIMITS)[number])));
  return {
    limited: LIMITS[worst] ?? 'none',
    ...(fps.length === 0 ? {} : { encode_fps: clamp(Math.max(...fps), 240) }),
    ...(layers.length === 0 ? {} : { encode_height: clamp(Math.max(...layers.map((e) => num(e, 'frameHeight') ?? 0)), 8640) }),
    ...busyOf(before, now, layers, seconds),
    ...(level === null ? {} : { mic_level: level }),
    ...capturedOf(before, now),
  };
}

/** What happened between two moments. Without a first one, counters are of nothing yet. */
export function reportOf(before: Moment | null, now: Moment): Report {
  const span = before ? Math.max(1, now.atMs - before.atMs) : INTERVAL_MS;
  return {
    span_ms: clamp(span, 60_000),
    ...pathOf(now),
    ...soundOf(before, now),
    ...pictureOf(before, now, span / 1000),
    ...sentOf(before, now, span / 1000),
  };
}

/** Outputs that fill no room: cables to nowhere, and a headset on one head. */
const DEAF_OUTPUTS = /virtual|vb-audio|cable input|s\/?pdif|hands-free|headset|tai nghe/i;

export function isSuspectOutput(devices: Devices): boolean {
  return devices.speakerGone || DEAF_OUTPUTS.test(devices.speaker);
}

/** "Chrome 131 Windows": enough to tell machines apart. */
export function browserOf(agent: string): string {
  const name = /(Edg|OPR|Chrome|Firefox|Version)\/(\d+)/.exec(agent.replace(/Chrome\/(\d+).*(Edg|OPR)\//, '$2/'));
  const system = /Windows|Mac OS X|Android|CrOS|iPhone|iPad|Linux/.exec(agent);
  const brand: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' };
  return `${name ? `${brand[name[1]!] ?? name[1]} ${name[2]}` : 'unknown'} ${system?.[0] ?? ''}`.trim();
}

/** How late the page's own clock strikes: a processor that is short of time is late with everything. */
export class Lateness {
  private lastMs: number | null = null;
  private sum = 0;
  private count = 0;

  /** Each STRIKE_MS, if it can. */
  strike(nowMs: number): void {
    if (this.lastMs !== null) {
      this.sum += clamp(nowMs - this.lastMs - STRIKE_MS, LATE_MAX_MS);
      this.count += 1;
    }
    this.lastMs = nowMs;
  }

  /** Clocks of pages in the background are slowed down on purpose. */
  rest(): void {
    this.lastMs = null;
  }

  /** The mean since it was taken last; null: it did not strike. */
  take(): number | null {
    const mean = this.count > 0 ? Math.round(this.sum / this.count) : null;
    this.sum = this.count = 0;
    return mean;
  }
}

export interface Source {
  /** null: there is no connection. */
  moment: () => Promise<Moment | null>;
  devices: () => Devices;
  isBlocked: () => boolean;
  send: (stats: Stats) => void;
}

export class HealthReporter {
  private timer: ReturnType<typeof setInterval> | null = null;
  private before: Moment | null = null;
  private labels = '';
  private readonly lateness = new Lateness();
  private clock: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly source: Source) {}

  start(): void {
    this.timer ??= setInterval(() => void this.report(), INTERVAL_MS);
    if (this.clock === null) this.strike();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    if (this.clock !== null) clearTimeout(this.clock);
    this.timer = this.clock = null;
  }

  private strike(): void {
    if (document.hidden) this.lateness.rest();
    else this.lateness.strike(performance.now());
    this.clock = setTimeout(() => this.strike(), STRIKE_MS);
  }

  /** Another connection to the server: names are told again. */
  renew(): void {
    this.labels = '';
  }

  private async report(): Promise<void> {
    const now = await this.source.moment().catch(() => null);
    if (!now || this.timer === null) return;
    const counted = reportOf(this.before, now);
    const late = this.lateness.take();
    this.before = now;
    const devices = this.source.devices();
    this.source.send({
      type: 'stats',
      ...counted,
      ...(late === null ? {} : { late_ms: late }),
      ...this.newLabels(devices),
      blocked: this.source.isBlocked(),
      output_suspect: isSuspectOutput(devices),
      no_camera: devices.noCamera ?? false,
      hidden: document.hidden,
    });
  }

  /** Names go over the line when they change. */
  private newLabels(devices: Devices): Partial<Report> {
    const named = {
      browser: cut(browserOf(navigator.userAgent), 80),
      microphone: cut(devices.microphone, 160),
      camera: cut(devices.camera, 160),
      speaker: cut(devices.speaker, 160),
    };
    const labels = JSON.stringify(named);
    if (labels === this.labels) return {};
    this.labels = labels;
    return named;
  }
}

/** At most so many bytes of UTF-8. */
export function cut(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let result = text;
  while (encoder.encode(result).length > bytes) result = [...result].slice(0, -1).join('');
  return result;
}
