import { fold, search } from './fold';
import { lightOf, seatName } from '../room/state';
import type { Seat } from '../room/protocol';

/** Which sites the control room lists, and which the wall of pictures shows. Pure. */

export type SiteFilter = 'all' | 'present' | 'absent' | 'ill' | 'mic' | 'hand' | 'waiting';
export const FILTERS: readonly SiteFilter[] = ['all', 'present', 'absent', 'ill', 'mic', 'hand', 'waiting'];
export const PER_PAGE = 9;

export interface Site {
  seat: Seat;
  folded: string;
}

const collator = new Intl.Collator('vi');

function siteOf(seat: Seat): Site {
  const name = seatName(seat);
  return { seat, folded: fold(`${name} ${seat.unit_name === name ? '' : seat.unit_name}`) };
}

/** All sites: the chair first, then by name as Vietnamese sorts it. */
export function sortSites(seats: Iterable<Seat>): Site[] {
  const before = (s: Seat): number => (s.role === 'chair' ? 0 : s.role === 'cochair' ? 1 : 2);
  return [...seats]
    .map(siteOf)
    .sort(
      (a, b) =>
        before(a.seat) - before(b.seat) ||
        collator.compare(seatName(a.seat), seatName(b.seat)) ||
        a.seat.endpoint.localeCompare(b.seat.endpoint),
    );
}

/** What order and search depend on has not changed. */
const sameName = (a: Seat, b: Seat): boolean =>
  a.name === b.name && a.shown_name === b.shown_name && a.role === b.role && a.unit_name === b.unit_name;

/** The sites after some seats have changed: sorted anew only when a name or a role did, and those that stayed are the same objects. */
export function refreshSites(seats: ReadonlyMap<string, Seat>, before: readonly Site[]): readonly Site[] {
  if (before.length !== seats.size) return sortSites(seats.values());
  let changed = false;
  const next: Site[] = [];
  for (const site of before) {
    const seat = seats.get(site.seat.endpoint);
    if (!seat || !sameName(seat, site.seat)) return sortSites(seats.values());
    if (seat !== site.seat) changed = true;
    next.push(seat === site.seat ? site : { seat, folded: site.folded });
  }
  return changed ? next : before;
}

function passes(seat: Seat, filter: SiteFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'present':
      return seat.state === 'connected';
    case 'absent':
      return seat.state === 'absent';
    case 'waiting':
      return seat.state === 'waiting';
    case 'ill':
      return ['fair', 'bad'].includes(lightOf(seat));
    case 'mic':
      return seat.mic_open && !seat.mic_locked;
    case 'hand':
      return seat.hand_at !== null && seat.hand_at !== undefined;
  }
}

export function listSites(sites: readonly Site[], query: string, filter: SiteFilter): readonly Site[] {
  const passing = filter === 'all' ? sites : sites.filter((s) => passes(s.seat, filter));
  return query.trim() === '' ? passing : search(passing, query);
}

export interface WallPage {
  page: number;
  pages: number;
  endpoints: string[];
}

/** The page of the wall: sites that are in the meeting, so many at a time; a page that is no more gives the last. */
export function wallPage(sites: readonly Site[], page: number, perPage = PER_PAGE): WallPage {
  const present = sites.filter((s) => s.seat.state === 'connected' || s.seat.state === 'reconnecting');
  const pages = Math.max(1, Math.ceil(present.length / perPage));
  const at = Math.min(Math.max(0, page), pages - 1);
  return {
    page: at,
    pages,
    endpoints: present.slice(at * perPage, (at + 1) * perPage).map((s) => s.seat.endpoint),
  };
}

/** The usual short forms, for small pictures: "Phường Hạc Thành" is "P. Hạc Thành". */
export function shortName(name: string): string {
  return name.replace(/^Phường /, 'P. ').replace(/^Đặc khu /, 'ĐK. ').replace(/^Thị trấn /, 'TT. ');
}
