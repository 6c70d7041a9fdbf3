import type { Both, Notice } from '../api/types';

/** What the desk's connection has told so far: notices, reminders, calls. Pure. */

export interface Ring {
  meeting: string;
  title: string;
  host: string;
  /** UTC ms: when the call began, and when it gives up. */
  from: number;
  until: number;
}

export interface Reminder {
  meeting: string;
  minutes: 60 | 15;
  title: string;
  starts_at: number;
}

export type DeskMessage =
  | { type: 'notice'; notice: Notice }
  | { type: 'meetings' }
  | ({ type: 'ring' } & Ring)
  | { type: 'ring.over'; meeting: string }
  | { type: 'reminder'; meeting: string; minutes: 60 | 15; title: string; starts_at: number | string }
  | { type: 'pong' };

export interface Desk {
  connected: boolean;
  /** Newest first. */
  notices: Notice[];
  /** One per meeting: the nearest. */
  reminders: Reminder[];
  rings: Ring[];
  /** Grows whenever the list of meetings changed: then it is to be read again. */
  meetings: number;
}

export const NOTICES_KEPT = 200;
export const emptyDesk: Desk = { connected: false, notices: [], reminders: [], rings: [], meetings: 0 };

/** Adds notices; one that is known already is replaced. Newest first. */
export function addNotices(notices: readonly Notice[], more: readonly Notice[]): Notice[] {
  const byId = new Map(notices.map((n) => [n.id, n]));
  more.forEach((n) => byId.set(n.id, n));
  return [...byId.values()]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.id.localeCompare(a.id, undefined, { numeric: true }))
    .slice(0, NOTICES_KEPT);
}

export function markRead(notices: readonly Notice[], ids: ReadonlySet<string>): Notice[] {
  return notices.map((n) => (ids.has(n.id) ? { ...n, read: true } : n));
}

export const unreadCount = (desk: Desk): number => desk.notices.filter((n) => !n.read).length;

const atMs = (time: number | string): number => (typeof time === 'number' ? time : Date.parse(time));

export function applyDesk(desk: Desk, message: DeskMessage): Desk {
  switch (message.type) {
    case 'notice':
      return { ...desk, notices: addNotices(desk.notices, [message.notice]) };
    case 'meetings':
      return { ...desk, meetings: desk.meetings + 1 };
    case 'ring': {
      const { type: _, ...ring } = message;
      return { ...desk, rings: [...desk.rings.filter((r) => r.meeting !== ring.meeting), ring] };
    }
    case 'ring.over':
      return { ...desk, rings: desk.rings.filter((r) => r.meeting !== message.meeting) };
    case 'reminder': {
      const { meeting, minutes, title } = message;
      const reminder = { meeting, minutes, title, starts_at: atMs(message.starts_at) };
      return { ...desk, reminders: [...desk.reminders.filter((r) => r.meeting !== meeting), reminder] };
    }
    default:
      return desk;
  }
}

/** Calls and reminders whose time is over are gone. The same object when nothing changed. */
export function expireDesk(desk: Desk, now: number): Desk {
  const rings = desk.rings.filter((r) => r.until > now);
  const reminders = desk.reminders.filter((r) => r.starts_at > now);
  if (rings.length === desk.rings.length && reminders.length === desk.reminders.length) return desk;
  return { ...desk, rings, reminders };
}

export const inLanguage = (text: Both, language: string): string => (language === 'en' ? text.en : text.vi);
