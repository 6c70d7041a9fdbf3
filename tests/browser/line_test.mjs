// A viewer on a line that loses, is cut and comes back, in a real browser. A short part of scripts/line-bars, with slack for a busy
// machine: what must hold on any.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { queueOf, summarize, within } from '../line/figures.mjs';
import { Stage } from '../line/stage.mjs';
import { until } from './support/browser.mjs';

let stage;

before(async () => {
  stage = await Stage.open();
  await stage.publish();
}, { timeout: 240_000 });

after(() => stage?.close());

test('a line that loses: the picture runs, sound is heard', { timeout: 240_000 }, async () => {
  const way = { rate_kbps: 2500, queue_ms: 500, delay_ms: 50, jitter_ms: 20, loss_percent: 2 };
  const scene = await stage.scene({ up: way, down: way }, { seed: 3 });
  await scene.play(4);
  const { from, to } = await scene.play(6);
  const seen = summarize(within(scene.samples[0], from, to));
  await scene.close();
  assert.ok(seen.video.retransmitted > 0, 'packets were lost and repeated');
  assert.ok(seen.video.gapMs < 4000, `the picture stood ${seen.video.gapMs} ms`);
  assert.ok(seen.audio.concealed < 0.1, `sound made up: ${seen.audio.concealed}`);
});

test('a line cut to an eighth: less is sent, the picture lives; and comes back', { timeout: 300_000 }, async () => {
  const way = { rate_kbps: 2500, queue_ms: 1500, delay_ms: 20 };
  const scene = await stage.scene({ up: way, down: way });
  const last = () => scene.samples[0].at(-1).video;
  await until('a better layer than the lowest', async () => (await scene.take(), last().height > 180));
  await scene.line.report({ down: { rate_kbps: 300 } });
  await scene.play(5);
  // How soon is a matter of the bars: here it must come to that.
  await until('less is sent, the picture lives', async () => {
    const { frames } = last();
    const { standingMs } = queueOf((await scene.play(3)).reports, 'down');
    return last().height <= 360 && last().frames > frames && standingMs < 400;
  });
  await scene.line.report({ down: { rate_kbps: 2500 } });
  await until('a better layer again', async () => (await scene.take(), last().height > 180), 90_000);
  await scene.close();
});
