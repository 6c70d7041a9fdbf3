import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LineWatch } from './line-watch';

let page: EventTarget;
let network: EventTarget;
let changes: number;
let watch: LineWatch;

beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  network = new EventTarget();
  changes = 0;
  watch = new LineWatch(() => (changes += 1), page, network);
  watch.start();
});

afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

test('several signs of one change make one call', () => {
  network.dispatchEvent(new Event('change'));
  vi.advanceTimersByTime(200);
  page.dispatchEvent(new Event('online'));
  network.dispatchEvent(new Event('change'));
  vi.advanceTimersByTime(249);
  expect(changes).toBe(0);
  vi.advanceTimersByTime(1);
  expect(changes).toBe(1);
  vi.advanceTimersByTime(5000);
  expect(changes).toBe(1);
});

test('the next change makes the next call', () => {
  page.dispatchEvent(new Event('online'));
  vi.advanceTimersByTime(1000);
  network.dispatchEvent(new Event('change'));
  vi.advanceTimersByTime(1000);
  expect(changes).toBe(2);
});

test('nothing after the end, not even what was under way', () => {
  network.dispatchEvent(new Event('change'));
  watch.stop();
  network.dispatchEvent(new Event('change'));
  vi.advanceTimersByTime(1000);
  expect(changes).toBe(0);
});

test('a browser that knows of no network information', () => {
  const plain = new LineWatch(() => (changes += 1), page, undefined);
  plain.start();
  watch.stop();
  page.dispatchEvent(new Event('online'));
  vi.advanceTimersByTime(1000);
  expect(changes).toBe(1);
  plain.stop();
});
