/** Delays of retries of the desk's connection: doubled up to a cap, with jitter, so that 600 desks do not come back at once. */

export const FIRST_MS = 1_000;
export const CAP_MS = 15_000;

/** Delay before retry number `attempt` (1 is the first); `random` in [0, 1). */
export function deskRetryMs(attempt: number, random: number): number {
  const most = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(most * (0.5 + random / 2));
}
