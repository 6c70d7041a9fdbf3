import { fold, search } from './fold';

/** The technician's board: what the health socket (diemcau.health.v1) tells, and what the pages make of it. Pure. */

export type Light = 'unknown' | 'good' | 'fair' | 'poor' | 'lost' | 'absent';

export interface Words {
  vi: string;
  en: string;
}

export interface Cause {
  id: string;
  confidence: number;
  since: number;
  peer: string | null;
}

export interface HealthSite {
  endpoint: string;
  name: string;
  unit: string;
  branch: string | null;
  phone: string | null;
  meeting: string;
  role: 'chair' | 'cochair' | 'site';
  light: Light;
  state: string;
  /** UTC ms of the state. */
  since: number;
  score: { up: number | null; down: number | null };
  reason: { up: string; down: string };
  cause: Cause | null;
  speaking: boolean;
  mic: boolean;
  /** 0 silent .. 5 loud. */
  level: number;
  /** In thousandths; null: not known. */
  loss: { up: number | null; down: number | null };
  rtt: number | null;
  kbps: { up: number; down: number };
  tcp: boolean;
  network: string;
  stale: boolean;
}

export interface Alarm {
  id: string;
  meeting: string;
  endpoint: string;
  name: string;
  severity: 'warning' | 'critical';
  kind: string;
  confidence: number;
  peer: string | null;
  text: Words;
  raised: number;
  cleared: number | null;
  acked_by: string | null;
  acked: number | null;
  silenced_until: number | null;
  note: string | null;
  silent: boolean;
}

export interface Stream {
  name: string;
  kind: 'audio_up' | 'video_up' | 'audio_down' | 'video_down';
  layer: number | null;
  kbps: number;
  pps: number;
  /** Packets of this second. */
  lost: number;
  jitter_us: number;
  fps: number;
  width: number;
  height: number;
  keyframes: number;
  nacks: number;
  plis: number;
  rtx: number;
}

export interface Sample {
  streams: Stream[];
}

/** What the room's page says; what it does not know is left out. */
export interface ClientFigures {
  network?: string;
  browser?: string;
  microphone?: string;
  camera?: string;
  speaker?: string;
  limited?: string;
}

export interface Counts {
  sites: number;
  good: number;
  fair: number;
  poor: number;
  absent: number;
}

export interface HealthMeeting {
  id: string;
  title: string;
  state: string;
}

type Dictionary = Record<string, Words>;

export interface Snapshot {
  type: 'snapshot';
  at: number;
  words: { states: Dictionary; reasons: Dictionary; causes: Dictionary };
  counts: Counts;
  meetings: HealthMeeting[];
  sites: HealthSite[];
  alarms: Alarm[];
}

export interface Update {
  type: 'update';
  at: number;
  sites?: (Partial<HealthSite> & { endpoint: string })[];
  gone?: { endpoint: string; meeting: string }[];
  counts?: Counts;
  alarms?: Alarm[];
}

export interface Detail {
  type: 'detail';
  at: number;
  sites: { endpoint: string; sample: Sample | null; client: ClientFigures | null }[];
}

export type HealthMessage = Snapshot | Update | Detail;

export interface Health {
  connected: boolean;
  /** The server's clock at the last message, UTC ms; 0: nothing yet. */
  at: number;
  words: Snapshot['words'];
  counts: Counts;
  meetings: HealthMeeting[];
  sites: ReadonlyMap<string, HealthSite>;
  /** Open ones, newest last. */
  alarms: readonly Alarm[];
  details: ReadonlyMap<string, { sample: Sample | null; client: ClientFigures | null }>;
  /** Lights of the last minutes, one character a step, for the heat map. */
  heat: ReadonlyMap<string, string>;
}

/** Lights over a span, as the server kept them: a letter a column, '.' where nothing was. */
export interface Heat {
  from: number;
  /** Seconds of a column. */
  step: number;
  sites: { endpoint: string; name: string; lights: string }[];
}

export const HEAT_STEP_MS = 5_000;
export const HEAT_STEPS = 120;
const HEAT_CHAR: Record<Light, string> = { unknown: '?', good: 'g', fair: 'f', poor: 'p', lost: 'l', absent: '-' };

export const emptyHealth: Health = {
  connected: false,
  at: 0,
  words: { states: {}, reasons: {}, causes: {} },
  counts: { sites: 0, good: 0, fair: 0, poor: 0, absent: 0 },
  meetings: [],
  sites: new Map(),
  alarms: [],
  details: new Map(),
  heat: new Map(),
};

/** Alarms that changed take the place of what was known; those that are over go. */
export function mergeAlarms(before: readonly Alarm[], changed: readonly Alarm[] | undefined): readonly Alarm[] {
  if (!changed || changed.length === 0) return before;
  const byId = new Map(before.map((a) => [a.id, a]));
  for (const alarm of changed) {
    if (alarm.cleared !== null) byId.delete(alarm.id);
    else byId.set(alarm.id, alarm);
  }
  return [...byId.values()].sort((a, b) => a.raised - b.raised || a.id.localeCompare(b.id));
}

/** One more step of every site's band, when its time has come. */
export function heatStep(
  heat: ReadonlyMap<string, string>,
  sites: ReadonlyMap<string, HealthSite>,
  before: number,
  at: number,
): ReadonlyMap<string, string> {
  if (Math.floor(at / HEAT_STEP_MS) === Math.floor(before / HEAT_STEP_MS)) return heat;
  const next = new Map<string, string>();
  for (const [endpoint, site] of sites) {
    next.set(endpoint, ((heat.get(endpoint) ?? '') + HEAT_CHAR[site.light]).slice(-HEAT_STEPS));
  }
  return next;
}

function applyUpdate(health: Health, update: Update): Health {
  let sites = health.sites;
  if (update.sites?.length || update.gone?.length) {
    const next = new Map(sites);
    update.gone?.forEach(({ endpoint, meeting }) => next.get(endpoint)?.meeting === meeting && next.delete(endpoint));
    update.sites?.forEach((change) => {
      const before = next.get(change.endpoint);
      next.set(change.endpoint, before ? { ...before, ...change } : (change as HealthSite));
    });
    sites = next;
  }
  return {
    ...health,
    at: update.at,
    sites,
    counts: update.counts ?? health.counts,
    alarms: mergeAlarms(health.alarms, update.alarms),
    heat: heatStep(health.heat, sites, health.at, update.at),
  };
}

export function applyHealth(health: Health, message: HealthMessage): Health {
  switch (message.type) {
    case 'snapshot': {
      const sites = new Map(message.sites.map((s) => [s.endpoint, s]));
      return {
        ...health,
        connected: true,
        at: message.at,
        words: message.words,
        counts: message.counts,
        meetings: message.meetings,
        sites,
        alarms: mergeAlarms([], message.alarms),
        heat: heatStep(health.heat, sites, 0, message.at),
      };
    }
    case 'update':
      return applyUpdate(health, message);
    case 'detail':
      return {
        ...health,
        details: new Map(message.sites.map((s) => [s.endpoint, { sample: s.sample, client: s.client }])),
      };
    default:
      return health; // of a newer server
  }
}

const GRAVITY: Record<Light, number> = { lost: 0, poor: 1, fair: 2, unknown: 3, absent: 4, good: 5 };
const collator = new Intl.Collator('vi');

export const isIll = (site: HealthSite): boolean =>
  site.light === 'fair' || site.light === 'poor' || site.light === 'lost' || site.cause?.id === 'echo';

/** The gravest first; of one gravity those that are so longest. */
export function byGravity(sites: Iterable<HealthSite>): HealthSite[] {
  return [...sites].sort(
    (a, b) => GRAVITY[a.light] - GRAVITY[b.light] || a.since - b.since || collator.compare(a.name, b.name),
  );
}

export interface Branch {
  id: string;
  name: string;
  sites: HealthSite[];
}

/** Sites by the branch they sit under, each by name; the meeting's own first. */
export function byBranch(sites: Iterable<HealthSite>, nameOf: (branch: string) => string): Branch[] {
  const groups = new Map<string, HealthSite[]>();
  for (const site of sites) {
    const list = groups.get(site.branch ?? '');
    if (list) list.push(site);
    else groups.set(site.branch ?? '', [site]);
  }
  return [...groups]
    .map(([id, list]) => ({
      id,
      name: id === '' ? '' : nameOf(id),
      sites: list.sort((a, b) => collator.compare(a.name, b.name)),
    }))
    .sort((a, b) => (a.id === '' ? -1 : b.id === '' ? 1 : collator.compare(a.name, b.name)));
}

export type BoardFilter = 'all' | 'ill' | 'lost' | 'absent' | 'mic' | 'tcp' | 'wifi';
export const BOARD_FILTERS: readonly BoardFilter[] = ['all', 'ill', 'lost', 'absent', 'mic', 'tcp', 'wifi'];

function passes(site: HealthSite, filter: BoardFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'ill':
      return isIll(site);
    case 'lost':
      return site.light === 'lost' || site.light === 'poor';
    case 'absent':
      return site.light === 'absent';
    case 'mic':
      return site.mic;
    case 'tcp':
      return site.tcp;
    case 'wifi':
      return site.network === 'wifi' || site.network === 'cellular';
  }
}

export function filterSites(sites: Iterable<HealthSite>, filter: BoardFilter, query: string): HealthSite[] {
  const passing = [...sites].filter((s) => passes(s, filter));
  if (query.trim() === '') return passing;
  const folded = passing.map((site) => ({ site, folded: fold(`${site.name} ${site.unit}`) }));
  return search(folded, query).map((f) => f.site);
}

/** What is wrong with a site and what to do, in the server's words: the cause where one is known, else its state. */
export function sentenceOf(site: HealthSite, words: Snapshot['words'], language: 'vi' | 'en'): string {
  const cause = site.cause && site.cause.id !== 'none' ? words.causes[site.cause.id] : undefined;
  return (cause ?? words.states[site.state])?.[language] ?? site.state;
}

/** "0:40", "12:05", "1:02:00". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Which alarms should ring: new ones that nobody took up, of sites that are not silenced. */
export function ringing(before: readonly Alarm[], now: readonly Alarm[]): Alarm[] {
  const known = new Map(before.map((a) => [a.id, a]));
  return now.filter((a) => {
    const old = known.get(a.id);
    const grew = !old || (old.severity === 'warning' && a.severity === 'critical');
    return grew && !a.silent && a.acked_by === null;
  });
}

export interface Series {
  endpoint: string;
  step: number;
  columns: string[];
  rows: (number | null)[][];
}

/** A column of a series: its name there, and what it is divided by to be shown. */
export type Column = readonly [name: string, divisor?: number];

/** Columns of a series as uPlot takes them: seconds first, and a gap where nothing was measured. */
export function seriesColumns(series: Series, wanted: readonly Column[]): (number | null)[][] {
  const at = series.columns.indexOf('t');
  const places = wanted.map(([name]) => series.columns.indexOf(name));
  const out: (number | null)[][] = [[], ...wanted.map(() => [])];
  let last = 0;
  for (const row of series.rows) {
    const t = row[at] ?? 0;
    if (last !== 0 && t - last > series.step * 2500) {
      out[0]!.push((last + series.step * 1000) / 1000);
      wanted.forEach((_, i) => out[i + 1]!.push(null));
    }
    out[0]!.push(t / 1000);
    wanted.forEach(([, divisor = 1], i) => {
      const value = places[i]! < 0 ? null : (row[places[i]!] ?? null);
      out[i + 1]!.push(value === null ? null : value / divisor);
    });
    last = t;
  }
  return out;
}
