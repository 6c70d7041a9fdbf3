import type { Meeting, MeetingState } from '../api/types';
import { fold, matchRank } from './fold';
import { addDays, startOfDay } from './time';

/** Sorting of the meeting list. Pure. */

const OVER: readonly MeetingState[] = ['ended', 'postponed', 'cancelled'];
export const isOver = (m: Meeting): boolean => OVER.includes(m.state);
export const isRunning = (m: Meeting): boolean => m.state === 'open' || m.state === 'live' || m.state === 'rehearsal';

export interface Groups {
  today: Meeting[];
  upcoming: Meeting[];
  past: Meeting[];
}

/** Running meetings belong to today whenever they were to start; the past is newest first. */
export function groupMeetings(meetings: readonly Meeting[], now: Date): Groups {
  const start = startOfDay(now).getTime();
  const end = addDays(startOfDay(now), 1).getTime();
  const groups: Groups = { today: [], upcoming: [], past: [] };
  for (const meeting of meetings) {
    const at = Date.parse(meeting.starts_at);
    if (isRunning(meeting) || (at >= start && at < end)) groups.today.push(meeting);
    else if (at >= end) groups.upcoming.push(meeting);
    else groups.past.push(meeting);
  }
  const byStart = (a: Meeting, b: Meeting): number =>
    Date.parse(a.starts_at) - Date.parse(b.starts_at) || a.id.localeCompare(b.id);
  groups.today.sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || byStart(a, b));
  groups.upcoming.sort(byStart);
  groups.past.sort((a, b) => byStart(b, a));
  return groups;
}

export function findMeetings(meetings: readonly Meeting[], query: string): Meeting[] {
  const q = fold(query);
  if (q === '') return [...meetings];
  return meetings.filter((m) => matchRank(fold(`${m.title} ${m.host_unit_name} ${m.chair_name}`), q) >= 0);
}
