/** The agenda on screen: which item runs, how long it still has. Pure. */
import type { AgendaItem, RoomMeeting } from '../room/protocol';

export interface AgendaNow {
  /** Place from 0; -1: none runs. */
  index: number;
  item: AgendaItem | null;
  /** Milliseconds left of its time box; negative: over; null: no box. */
  leftMs: number | null;
}

export function agendaNow(agenda: readonly AgendaItem[], meeting: RoomMeeting | null, now: number): AgendaNow {
  const running = meeting?.agenda ?? null;
  const index = running ? agenda.findIndex((a) => a.id === running.item) : -1;
  const item = agenda[index] ?? null;
  const minutes = running?.minutes || item?.minutes || 0;
  return { index, item, leftMs: running && item && minutes > 0 ? running.since + minutes * 60_000 - now : null };
}

/** "12'" while there is time, "+3'" when it is over. */
export function minutesLeft(leftMs: number): string {
  return leftMs >= 0 ? `${Math.ceil(leftMs / 60_000)}'` : `+${Math.ceil(-leftMs / 60_000)}'`;
}
