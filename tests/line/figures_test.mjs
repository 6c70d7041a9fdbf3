import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestGapMs, pictureGaps, queueOf, shareOf, summarize, within } from './figures.mjs';

const video = (ms, frames, more = {}) => ({ ms, video: { frames, height: 720, frozenS: 0, freezes: 0, bytes: 0, lost: 0, packets: 0, ...more } });
const audio = (ms, concealed, events) => ({ ms, audio: { concealed, events, samples: ms * 48, lost: 0, packets: 0 } });

test('pauses of the picture, also one that does not end', () => {
  const samples = [video(0, 1), video(100, 4), video(200, 4), video(500, 4), video(600, 7), video(700, 7), video(1200, 7)];
  assert.deepEqual(pictureGaps(samples, 300), [[100, 600], [600, 1200]]);
  assert.deepEqual(pictureGaps(samples, 550), [[600, 1200]]);
});

test('the longest run of made-up sound', () => {
  assert.equal(longestGapMs([audio(0, 0, 0), audio(100, 960, 1), audio(200, 960, 1)]), 20);
  assert.equal(longestGapMs([audio(0, 0, 0), audio(100, 4800, 1), audio(200, 7200, 1), audio(300, 7200, 1)]), 150);
  assert.equal(longestGapMs([audio(0, 0, 0), audio(100, 1920, 2), audio(200, 2880, 3)]), 20, 'three short ones');
});

test('shares and a summary', () => {
  const seen = summarize([audio(0, 0, 0), audio(1000, 480, 1)]);
  assert.equal(seen.audio.concealed, 0.01);
  assert.equal(seen.video, null);
  const picture = summarize([video(0, 0, { height: 360 }), video(500, 15), video(1000, 30, { frozenS: 0.25, bytes: 125_000 })]).video;
  assert.deepEqual([picture.frozen, picture.fps, picture.kbps, picture.height], [0.25, 30, 1000, 720]);
  assert.equal(picture.full, 2 / 3);
});

test('a window holds the sample before it', () => {
  const samples = [0, 100, 200, 300, 400].map((ms) => ({ ms }));
  assert.deepEqual(within(samples, 150, 300).map((s) => s.ms), [100, 200, 300]);
  assert.deepEqual(within(samples, 0, 100).map((s) => s.ms), [0, 100]);
});

test('a queue that stands, and one that passes', () => {
  const report = (least, most) => ({ lines: [{ down: { queue_least_ms: least, queue_max_ms: most } }] });
  const passing = [...Array(9).fill(report(0, 10)), report(500, 900), ...Array(9).fill(report(0, 10))];
  assert.deepEqual(queueOf(passing, 'down'), { maxMs: 900, standingMs: 0 });
  assert.equal(queueOf(Array(12).fill(report(300, 500)), 'down').standingMs, 300);
});

test('the larger share of a line', () => {
  const report = (at_ms, ...bytes) => ({ at_ms, lines: [{ clients: bytes.map((b, port) => ({ port, down_bytes: b })) }] });
  assert.deepEqual(shareOf([report(0, 100, 50), report(1000, 125_100, 125_050)], 'down_bytes'), { larger: 0.5, kbps: [1000, 1000] });
  assert.equal(shareOf([report(0, 0), report(1000, 300, 100)], 'down_bytes').larger, 0.75);
});
