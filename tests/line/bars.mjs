// bars.mjs [NAME...] [--json FILE]: what rooms see on lines as they are, against the bars; a table, and JSON if wanted. Fixed seeds.
// Each case plays by itself; together they take some ten minutes. Exit status 1: a bar is missed.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pictureGaps, queueOf, shareOf, summarize, within } from './figures.mjs';
import { Stage } from './stage.mjs';

const both = (settings) => ({ up: settings, down: settings });
const percent = (share) => `${(share * 100).toFixed(2)} %`;
const ms = (value) => `${Math.round(value)} ms`;
const bar = (what, value, text, met) => ({ what, value, text, met });

/** A line that loses and jitters, long enough for a share of half a percent to mean something. */
async function lossy(stage, { loss, jitter, rtt, seconds, judge }) {
  const settings = { rate_kbps: 2500, queue_ms: 500, delay_ms: rtt / 2, jitter_ms: jitter, loss_percent: loss };
  const scene = await stage.scene(both(settings));
  await scene.play(10); // a new viewer's browser learns the line
  const { from, to, reports } = await scene.play(seconds);
  const seen = summarize(within(scene.samples[0], from, to));
  await scene.close();
  return { figures: { ...seen, queue: queueOf(reports, 'down') }, bars: judge(seen) };
}

const alive = (seen) => bar('picture alive: longest pause', seen.video.gapMs, ms(seen.video.gapMs), seen.video.gapMs < 2000);

/** A viewer's line of 2.5 Mbps that becomes narrow for a while, and well again. */
async function narrowed(stage, { kbps, before, seconds }) {
  const scene = await stage.scene(both({ rate_kbps: 2500, queue_ms: 1000, delay_ms: 20 }));
  await scene.play(before);
  await scene.line.report({ down: { rate_kbps: kbps } });
  const narrow = await scene.play(seconds);
  await scene.line.report({ down: { rate_kbps: 2500 } });
  const back = await scene.play(20);
  await scene.close();
  return { narrow, back, samples: scene.samples[0] };
}

/** What a room sees when its line becomes an eighth of itself, and well again. */
async function cut(stage, seconds = 25) {
  const { narrow: cut, back, samples } = await narrowed(stage, { kbps: 300, before: 10, seconds });
  const during = within(samples, cut.from, cut.to);
  const after = within(samples, back.from, back.to);
  const stood = pictureGaps(during, 400).at(-1)?.[1] ?? cut.from;
  const full = after.find((s) => s.video?.height >= 720);
  // the way down itself is not standing: what is left of it two seconds later is
  const queue = queueOf(cut.reports.slice(20), 'down');
  const seen = summarize(during);
  const fullMs = full ? full.ms - back.from : Infinity;
  return {
    figures: { during: seen, after: summarize(after), queue: queueOf(cut.reports, 'down'), later: queue },
    bars: [
      bar('sound never gaps > 100 ms', seen.audio.gapMs, ms(seen.audio.gapMs), seen.audio.gapMs <= 100),
      bar('picture back within 5 s', stood - cut.from, ms(stood - cut.from), stood - cut.from <= 5000),
      bar('no queue > 400 ms stands', queue.standingMs, ms(queue.standingMs), queue.standingMs <= 400),
      bar('full layer within 15 s of 2.5 Mbps', fullMs, ms(fullMs), fullMs <= 15_000),
    ],
  };
}

/** What a room sees when its line carries sound alone for a while, and well again: padding shows that there is room. */
async function survival(stage, seconds = 15) {
  const { narrow, back, samples } = await narrowed(stage, { kbps: 70, before: 5, seconds });
  const during = within(samples, narrow.to - 5000, narrow.to);
  const after = within(samples, back.from, back.to);
  const isNew = (s) => s.video?.frames > after[0].video.frames;
  const since = (sample) => (sample ? sample.ms - back.from : Infinity);
  const shownMs = since(after.find(isNew));
  const fullMs = since(after.find((s) => isNew(s) && s.video.height >= 720));
  const seen = summarize(after);
  const paused = summarize(during).video.fps === 0;
  return {
    figures: { during: summarize(during), after: seen },
    bars: [
      bar('no picture on 70 kbps', paused, paused ? 'none' : 'some', paused),
      bar('picture back within 5 s', shownMs, ms(shownMs), shownMs <= 5000),
      bar('full layer within 15 s of 2.5 Mbps', fullMs, ms(fullMs), fullMs <= 15_000),
      bar('nothing asked for anew', seen.video.plis, `${seen.video.plis} PLI`, seen.video.plis === 0),
    ],
  };
}

export const CASES = {
  'loss-1': {
    title: '1 % loss, 40 ms jitter, 150 ms RTT',
    run: (stage, seconds = 60) =>
      lossy(stage, {
        loss: 1, jitter: 40, rtt: 150, seconds,
        judge: (seen) => [
          bar('frozen < 0.5 %', seen.video.frozen, percent(seen.video.frozen), seen.video.frozen < 0.005),
          bar('720 lines >= 95 % of the time', seen.video.full, percent(seen.video.full), seen.video.full >= 0.95),
        ],
      }),
  },
  'loss-5': {
    title: '5 % loss, 100 ms jitter, 250 ms RTT',
    run: (stage, seconds = 60) =>
      lossy(stage, {
        loss: 5, jitter: 100, rtt: 250, seconds,
        judge: (seen) => [
          bar('sound made up < 2 %', seen.audio.concealed, percent(seen.audio.concealed), seen.audio.concealed < 0.02),
          alive(seen),
        ],
      }),
  },
  cut: { title: '2.5 Mbps cut to 300 kbps, and back', run: cut },
  'cut-vp9': { title: 'VP9 with layers: 2.5 Mbps cut to 300 kbps, and back', publish: { codec: 'VP9', svc: 'L3T3_KEY' }, run: cut },
  'cut-av1': { title: 'AV1 with layers: 2.5 Mbps cut to 300 kbps, and back', publish: { codec: 'AV1', svc: 'L3T3_KEY' }, run: cut },
  survival: { title: '2.5 Mbps cut to 70 kbps (sound alone), and back', run: survival },
  steady: {
    title: 'estimate at 1 Mbps, 60 ms RTT',
    run: async (stage, seconds = 40) => {
      const scene = await stage.scene(both({ rate_kbps: 1000, queue_ms: 500, delay_ms: 30 }), { viewers: 0 });
      await scene.addRoom('xa1');
      await scene.play(15);
      const estimates = [];
      const { reports } = await scene.play(seconds, async () => estimates.push(await stage.estimate()));
      await scene.close();
      const told = estimates.filter((e) => e > 0);
      const mean = told.reduce((sum, e) => sum + e, 0) / Math.max(told.length, 1) / 1e6;
      return {
        figures: { estimates: told, queue: queueOf(reports, 'down') },
        bars: [bar('estimate 80-100 % of the line', mean, percent(mean), mean >= 0.8 && mean <= 1.0)],
      };
    },
  },
  share: {
    title: 'two rooms on one line of 1.2 Mbps',
    run: async (stage, seconds = 40) => {
      const scene = await stage.scene(both({ rate_kbps: 1200, queue_ms: 500, delay_ms: 30 }));
      await scene.play(10);
      await scene.addViewer(); // comes late
      await scene.untilPictures();
      await scene.play(15);
      const { from, to, reports } = await scene.play(seconds);
      await scene.close();
      const { larger, kbps } = shareOf(reports, 'down_bytes');
      return {
        figures: { kbps, viewers: scene.samples.map((s) => summarize(within(s, from, to))), queue: queueOf(reports, 'down') },
        bars: [bar('the larger share <= 60 %', larger, percent(larger), larger <= 0.6)],
      };
    },
  },
  upstream: {
    title: 'a camera behind 1 % loss, 40 ms jitter, 150 ms RTT',
    upstream: { rate_kbps: 4000, queue_ms: 500, delay_ms: 75, jitter_ms: 40, loss_percent: 1 },
    run: async (stage, seconds = 30) => {
      const scene = await stage.scene(both({ delay_ms: 10 }));
      await scene.play(10);
      const { from, to } = await scene.play(seconds);
      const seen = summarize(within(scene.samples[0], from, to));
      await scene.close();
      return { figures: seen, bars: [alive(seen), bar('sound made up < 2 %', seen.audio.concealed, percent(seen.audio.concealed), seen.audio.concealed < 0.02)] };
    },
  },
};

/** One case on a stage of its own. */
export async function play(name, ...options) {
  const { run, upstream, publish } = CASES[name];
  const stage = await Stage.open();
  let line = null;
  try {
    if (upstream) line = await stage.line({ up: upstream, down: upstream });
    await stage.publish(line, publish);
    return await run(stage, ...options);
  } finally {
    await line?.stop();
    await stage.close();
  }
}

function print(name, { bars }) {
  for (const { what, text, met } of bars) console.log(`| ${CASES[name].title} | ${what} | ${text} | ${met ? 'met' : 'MISSED'} |`);
}

async function main(words) {
  const at = words.indexOf('--json');
  const file = at < 0 ? null : words.splice(at, 2)[1];
  const names = words.length > 0 ? words : Object.keys(CASES);
  const unknown = names.filter((n) => !CASES[n]);
  if (unknown.length > 0) {
    console.error(`line-bars: no case ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}`);
    return 2;
  }
  console.log('| line | bar | measured | |\n|---|---|---|---|');
  const results = {};
  for (const name of names) {
    results[name] = await play(name);
    print(name, results[name]);
  }
  if (file) fs.writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  return Object.values(results).some((r) => r.bars.some((b) => !b.met)) ? 1 : 0;
}

if (path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
