import { expect, test } from 'vitest';
import { captureShare, mayCapture, type Capture } from './capture';

test('a secretary captures nothing', () => {
  expect(['administrator', 'technician', 'secretary', 'endpoint', undefined].map(mayCapture)).toEqual([true, true, false, false, false]);
});

const at = (seconds: number | undefined, started: string | null): Capture => ({
  state: 'running',
  may_payload: false,
  started_at: started,
  ...(seconds === undefined ? {} : { seconds }),
});
const START = '2026-11-26T13:00:00Z';
const ms = Date.parse(START);

test.each([
  [at(60, START), ms, 0],
  [at(60, START), ms + 30_000, 0.5],
  [at(60, START), ms + 90_000, 1],
  [at(60, START), ms - 5_000, 0],
  [at(60, null), ms, 0],
  [at(undefined, START), ms, 0],
  [at(60, 'nonsense'), ms, 0],
])('the share of a capture that is over', (capture, now, share) => {
  expect(captureShare(capture, now)).toBe(share);
});
