/** A capture of a room's line, as the server tells it. Pure. */
export interface Capture {
  state: 'none' | 'starting' | 'running' | 'done' | 'failed';
  may_payload: boolean;
  reason?: string | null;
  payload?: boolean;
  seconds?: number;
  started_at?: string | null;
  by?: string;
  bytes?: number;
  packets?: number;
  dropped?: number;
  file?: boolean;
}

/** Who may capture a line at all; the server says it again. */
export const mayCapture = (role: string | undefined): boolean => role === 'administrator' || role === 'technician';

/** How much of its time is over, 0 to 1. Clocks differ: never less than none, never more than all. */
export function captureShare(capture: Capture, now: number): number {
  const began = capture.started_at ? Date.parse(capture.started_at) : NaN;
  if (Number.isNaN(began) || !capture.seconds) return 0;
  return Math.min(1, Math.max(0, (now - began) / (1000 * capture.seconds)));
}
