// What a viewer saw, out of its samples (one each 100 ms): pure.

/** Samples between two times, with one before, so that differences cover the whole. */
export function within(samples, fromMs, toMs) {
  const first = Math.max(samples.findIndex((s) => s.ms >= fromMs) - 1, 0);
  return samples.slice(first).filter((s) => s.ms <= toMs);
}

const ends = (samples, kind) => {
  const told = samples.filter((s) => s[kind]);
  return [told[0], told.at(-1)];
};

/** Times without a new picture of at least `leastMs`: [start, end]. */
export function pictureGaps(samples, leastMs) {
  const gaps = [];
  let last = null;
  for (const s of samples) {
    if (!s.video) continue;
    if (last === null || s.video.frames > last.frames) {
      if (last !== null && s.ms - last.ms >= leastMs) gaps.push([last.ms, s.ms]);
      last = { ms: s.ms, frames: s.video.frames };
    }
  }
  const end = samples.at(-1)?.ms;
  if (last !== null && end - last.ms >= leastMs) gaps.push([last.ms, end]);
  return gaps;
}

/** The longest run of sound that was made up, in ms: concealment without a pause, by the number of its events. */
export function longestGapMs(samples) {
  let worst = 0;
  let run = { samples: 0, events: 0 };
  let last = null;
  for (const s of samples) {
    if (!s.audio) continue;
    const made = last ? s.audio.concealed - last.concealed : 0;
    if (made > 0) run = { samples: run.samples + made, events: run.events + s.audio.events - last.events };
    else run = { samples: 0, events: 0 };
    worst = Math.max(worst, run.samples / Math.max(run.events, 1));
    last = s.audio;
  }
  return worst / 48;
}

function audioOf(samples) {
  const [a, b] = ends(samples, 'audio');
  if (!a) return null;
  const played = b.audio.samples - a.audio.samples;
  return {
    concealed: (b.audio.concealed - a.audio.concealed) / Math.max(played, 1),
    gapMs: longestGapMs(samples),
    lost: (b.audio.lost - a.audio.lost) / Math.max(b.audio.packets - a.audio.packets + b.audio.lost - a.audio.lost, 1),
    fec: b.audio.fec - a.audio.fec,
    retransmitted: b.audio.retransmitted - a.audio.retransmitted,
    bufferMs: ((b.audio.bufferS - a.audio.bufferS) / Math.max(b.audio.emitted - a.audio.emitted, 1)) * 1000,
  };
}

function videoOf(samples) {
  const [a, b] = ends(samples, 'video');
  if (!a) return null;
  const seconds = (b.ms - a.ms) / 1000;
  const shown = samples.filter((s) => s.video).map((s) => s.video.height);
  return {
    frozen: (b.video.frozenS - a.video.frozenS) / seconds,
    freezes: b.video.freezes - a.video.freezes,
    gapMs: Math.max(0, ...pictureGaps(samples, 0).map(([from, to]) => to - from)),
    fps: (b.video.frames - a.video.frames) / seconds,
    kbps: ((b.video.bytes - a.video.bytes) * 8) / seconds / 1000,
    height: [...shown].sort((x, y) => x - y)[Math.floor(shown.length / 2)],
    full: shown.filter((h) => h >= 720).length / shown.length,
    lost: (b.video.lost - a.video.lost) / Math.max(b.video.packets - a.video.packets + b.video.lost - a.video.lost, 1),
    retransmitted: b.video.retransmitted - a.video.retransmitted,
    plis: b.video.plis - a.video.plis,
    keys: b.video.keys - a.video.keys,
    bufferMs: ((b.video.bufferS - a.video.bufferS) / Math.max(b.video.emitted - a.video.emitted, 1)) * 1000,
  };
}

export function summarize(samples) {
  return { seconds: (samples.at(-1).ms - samples[0].ms) / 1000, audio: audioOf(samples), video: videoOf(samples) };
}

/** The queue of one direction over reports: its longest, and the longest that stood for a second. */
export function queueOf(reports, way, line = 0) {
  const queues = reports.map((r) => r.lines[line][way]);
  let standing = 0;
  for (let i = 9; i < queues.length; i++)
    standing = Math.max(standing, Math.min(...queues.slice(i - 9, i + 1).map((q) => q.queue_least_ms)));
  return { maxMs: Math.max(0, ...queues.map((q) => q.queue_max_ms)), standingMs: standing };
}

/** The larger share of what the clients of a line got between the first report and the last, and each one's kbps. */
export function shareOf(reports, key, line = 0) {
  const [first, last] = [reports[0], reports.at(-1)];
  const before = new Map(first.lines[line].clients.map((c) => [c.port, c[key]]));
  const bytes = last.lines[line].clients.map((c) => c[key] - (before.get(c.port) ?? 0)).filter((n) => n > 0);
  const sum = bytes.reduce((a, b) => a + b, 0);
  return { larger: Math.max(...bytes) / sum, kbps: bytes.map((n) => Math.round((n * 8) / (last.at_ms - first.at_ms))) };
}
