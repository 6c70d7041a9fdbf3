import { useStore } from 'zustand';
import type { RoomClient } from '../room/client';

/** RFC 6464: 0 is the loudest, 127 silence. */
const SPEAKING_BELOW = 55;

/** Does this site have sound now? Changes only when the answer does. */
export function useSpeaking(client: RoomClient, endpoint: string): boolean {
  return useStore(client.levels, (levels) => (levels.get(endpoint) ?? 127) < SPEAKING_BELOW);
}
