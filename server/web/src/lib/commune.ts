/** The home page of a room: what each meeting asks of it now, what to remind of. Pure. */
import type { Meeting } from '../api/types';
import type { Reminder } from './desk';

/** join: the room is open; rehearse: for a trial; wait: not open yet; over: nothing to do any more. */
export type CardAct = 'join' | 'rehearse' | 'wait' | 'over';

export function cardAct(meeting: Pick<Meeting, 'state'>): CardAct {
  switch (meeting.state) {
    case 'open':
    case 'live':
      return 'join';
    case 'rehearsal':
      return 'rehearse';
    case 'scheduled':
    case 'draft':
      return 'wait';
    default:
      return 'over';
  }
}

/** Minutes until the start, begun ones counted; negative: it should have begun. */
export const minutesUntil = (meeting: Pick<Meeting, 'starts_at'>, now: number): number =>
  Math.ceil((Date.parse(meeting.starts_at) - now) / 60_000);

export const BANNER_MINUTES = 60;
export const WINDOW_MINUTES = 15;

export interface Due {
  meeting: string;
  title: string;
  startsAt: number;
  kind: 'banner' | 'window';
}

/**
 * What to remind of: a banner from 60 minutes before, a window from 15 minutes before until it is put away. From the list of
 * meetings and from what the server has sent, so that neither a late connection nor a stale list hides one.
 */
export function dueReminders(
  meetings: readonly Meeting[],
  sent: readonly Reminder[],
  dismissed: ReadonlySet<string>,
  now: number,
): Due[] {
  const due = new Map<string, Due>();
  const add = (meeting: string, title: string, startsAt: number): void => {
    const minutes = (startsAt - now) / 60_000;
    if (minutes <= 0 || minutes > BANNER_MINUTES) return;
    const kind = minutes <= WINDOW_MINUTES && !dismissed.has(meeting) ? 'window' : 'banner';
    due.set(meeting, { meeting, title, startsAt, kind });
  };
  for (const r of sent) add(r.meeting, r.title, r.starts_at);
  for (const m of meetings) {
    if (cardAct(m) === 'over') due.delete(m.id);
    else add(m.id, m.title, Date.parse(m.starts_at));
  }
  return [...due.values()].sort((a, b) => a.startsAt - b.startsAt);
}

/** What the check of this machine has found, kept on it. */
export interface CheckResult {
  at: number;
  picture: boolean;
  microphone: boolean;
  /** null: not answered. */
  speaker: boolean | null;
  line: LineWord | null;
}

export const checkPassed = (check: CheckResult): boolean =>
  check.picture && check.microphone && check.speaker === true && check.line !== 'offline' && check.line !== 'bad';

/** An older check says little about today. */
export const CHECK_FRESH_MS = 24 * 3_600_000;
export const checkFresh = (check: CheckResult | null, now: number): boolean => check !== null && now - check.at < CHECK_FRESH_MS;

export type LineWord = 'good' | 'fair' | 'bad' | 'offline';

export interface LineFigures {
  /** Of the quickest of some small requests; null: none came back. */
  rttMs: number | null;
  downKbps: number | null;
}

/* DOMAIN: an HD room takes 1-1.2 Mb/s with 20 % for headers, is usable at 384 kb/s, hears at 64. */
const GOOD_KBPS = 1_500;
const FAIR_KBPS = 500;
const GOOD_RTT_MS = 150;
const FAIR_RTT_MS = 300;

export function lineWord({ rttMs, downKbps }: LineFigures): LineWord {
  if (rttMs === null || downKbps === null) return 'offline';
  if (rttMs <= GOOD_RTT_MS && downKbps >= GOOD_KBPS) return 'good';
  return rttMs <= FAIR_RTT_MS && downKbps >= FAIR_KBPS ? 'fair' : 'bad';
}
