/** Seats for tests. */
import type { Seat } from '../room/protocol';

export const makeSeat = (endpoint: string, name = endpoint, change: Partial<Seat> = {}): Seat => ({
  endpoint,
  code: endpoint.split('-')[0]!,
  name,
  unit_name: name,
  role: 'site',
  state: 'connected',
  mic_open: false,
  mic_locked: false,
  camera_on: true,
  hand_at: null,
  content: false,
  spotlight: false,
  ...change,
});
