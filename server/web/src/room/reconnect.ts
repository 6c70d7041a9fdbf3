/** When to try again. Jitter from the first retry on, so that 600 rooms do not come back in the same instant. */

export const FIRST_MIN_MS = 200;
export const FIRST_MAX_MS = 1000;
export const CAP_MS = 5000;

/** Delay before retry number `attempt` (1 is the first); `random` in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const most = Math.min(CAP_MS, FIRST_MAX_MS * 2 ** (attempt - 1));
  const least = most * (FIRST_MIN_MS / FIRST_MAX_MS);
  return Math.round(least + (most - least) * random);
}

/** Delay before a new offer after `media.reset`. */
export function resetDelayMs(random: number): number {
  return Math.round(500 * random);
}
