import { describe, expect, it } from 'vitest';
import { CAP_MS, resetDelayMs, retryDelayMs } from './reconnect';

describe('retry delay', () => {
  it.each([
    [1, 0, 200],
    [1, 0.5, 600],
    [2, 0, 400],
    [3, 0.999999, 4000],
    [4, 0, 1000],
    [4, 0.999999, CAP_MS],
    [40, 0.999999, CAP_MS],
  ])('attempt %i, random %d: %i ms', (attempt, random, ms) => expect(retryDelayMs(attempt, random)).toBe(ms));

  it('spreads new offers over half a second', () => {
    expect(resetDelayMs(0)).toBe(0);
    expect(resetDelayMs(0.999999)).toBe(500);
  });
});
