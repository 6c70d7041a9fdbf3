/**
 * Does the microphone pick up what the loudspeaker plays? The test sound is a tune with gaps; where the microphone is louder
 * during the tones than in the gaps beside them, the others would hear themselves. Pure.
 */

export interface Tone {
  atMs: number;
  lastsMs: number;
  hz: number;
}

const LASTS_MS = 300;

/** The gaps are unequal, so that what beats regularly (a fan, a clock) does not look like it. */
export const TUNE: readonly Tone[] = [
  { atMs: 0, lastsMs: LASTS_MS, hz: 523 },
  { atMs: 650, lastsMs: LASTS_MS, hz: 659 },
  { atMs: 1200, lastsMs: LASTS_MS, hz: 784 },
  { atMs: 1950, lastsMs: LASTS_MS, hz: 659 },
  { atMs: 2550, lastsMs: LASTS_MS, hz: 784 },
  { atMs: 3250, lastsMs: LASTS_MS, hz: 1047 },
];
/** With the rest after the last tone. */
export const TUNE_MS = 3_900;

/** A microphone's level at one time of the tune, dB (0 is full scale). */
export interface Heard {
  atMs: number;
  db: number;
}

export interface EchoFound {
  ok: boolean;
  /** By how much the tones stand out of the gaps, dB. */
  db?: number;
}

/** How long sound is under way from the page to the loudspeaker and back: Bluetooth takes long. */
const LAG_MAX_MS = 500;
const LAG_STEP_MS = 20;
/** Around the ends of a tone it is neither on nor off: what is read covers 20 ms, a hall rings on. */
const EDGE_MS = 40;
/** What stands out by less is noise; an echo canceller at work leaves less. */
const RISE_DB = 8;
/** Fainter than this at the microphone, nobody hears it in the hall. */
const FAINT_DB = -55;
/** How closely the level has to follow the tune: talk and beats come to 0.4, an echo to 0.8. */
const LIKE = 0.6;
/** The first tone is what an echo canceller learns by. */
const LEARNT_MS = TUNE[1]!.atMs;
const READINGS_LEAST = 50;

/** 1 during a tone, 0 in a gap, null at the edges. */
function toneAt(ms: number): 0 | 1 | null {
  for (const tone of TUNE) {
    const end = tone.atMs + tone.lastsMs;
    if (ms >= tone.atMs + EDGE_MS && ms < end - EDGE_MS) return 1;
    if (ms >= tone.atMs - EDGE_MS && ms < end + EDGE_MS) return null;
  }
  return 0;
}

interface Likeness {
  /** Correlation of level and tune, -1..1. */
  like: number;
  /** By how much the tones are louder than the gaps, dB. */
  rise: number;
}

function likenessAt(heard: readonly Heard[], lag: number): Likeness | null {
  const levels: [number[], number[]] = [[], []];
  for (const { atMs, db } of heard) {
    const on = atMs - lag >= LEARNT_MS ? toneAt(atMs - lag) : null;
    if (on !== null) levels[on].push(Math.max(FAINT_DB, db));
  }
  const [off, on] = levels;
  const n = off.length + on.length;
  if (off.length === 0 || on.length === 0) return null;
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const rise = mean(on) - mean(off);
  const all = [...off, ...on];
  const middle = mean(all);
  const spread = Math.sqrt(mean(all.map((v) => (v - middle) ** 2)));
  // Of a value that is 0 or 1 with a level: the difference of the means by the spread of both.
  return { like: spread > 0 ? (rise * Math.sqrt((off.length * on.length) / n ** 2)) / spread : 0, rise };
}

/** null: too little was heard to say anything. */
export function echoOf(heard: readonly Heard[]): EchoFound | null {
  if (heard.length < READINGS_LEAST) return null;
  let best: Likeness | null = null;
  for (let lag = 0; lag <= LAG_MAX_MS; lag += LAG_STEP_MS) {
    const found = likenessAt(heard, lag);
    if (found && (!best || found.like > best.like)) best = found;
  }
  return best && { ok: best.like < LIKE || best.rise < RISE_DB, db: Math.max(0, Math.round(best.rise)) };
}
