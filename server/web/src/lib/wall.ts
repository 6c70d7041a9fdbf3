import { fold, search } from './fold';
import { lightOf } from '../room/state';
import type { Seat } from '../room/protocol';

/** Which sites the control room lists, and which the wall of pictures shows. Pure. */

export type SiteFilter = 'all' | 'present' | 'absent' | 'ill' | 'mic';
export const FILTERS: readonly SiteFilter[] = ['all', 'present', 'absent', 'ill', 'mic'];
export const PER_PAGE = 9;

export interface Site {
  seat: Seat;
  folded: string;
}

/** All sites: the chair first, then by name as Vietnamese sorts it. */
export function sortSites(seats: Iterable<Seat>): Site[] {
  const collator = new Intl.Collator('vi');
  return [...seats]
    .map((seat) => ({ seat, folded: fold(`${seat.name} ${seat.unit_name === seat.name ? '' : seat.unit_name}`) }))
    .sort(
      (a, b) =>
        Number(b.seat.role === 'chair') - Number(a.seat.role === 'chair') ||
        collator.compare(a.seat.name, b.seat.name) ||
        a.seat.endpoint.localeCompare(b.seat.endpoint),
    );
}

function passes(seat: Seat, filter: SiteFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'present':
      return seat.state === 'connected';
    case 'absent':
      return seat.state === 'absent';
    case 'ill':
      return ['fair', 'bad'].includes(lightOf(seat));
    case 'mic':
      return seat.mic_open && !seat.mic_locked;
  }
}

export function listSites(sites: readonly Site[], query: string, filter: SiteFilter): Site[] {
  return search(
    sites.filter((s) => passes(s.seat, filter)),
    query,
  );
}

export interface WallPage {
  page: number;
  pages: number;
  endpoints: string[];
}

/** The page of the wall: sites that are present, nine at a time; a page that is no more gives the last. */
export function wallPage(sites: readonly Site[], page: number): WallPage {
  const present = sites.filter((s) => s.seat.state !== 'absent');
  const pages = Math.max(1, Math.ceil(present.length / PER_PAGE));
  const at = Math.min(Math.max(0, page), pages - 1);
  return {
    page: at,
    pages,
    endpoints: present.slice(at * PER_PAGE, (at + 1) * PER_PAGE).map((s) => s.seat.endpoint),
  };
}

/** The usual short forms, for small pictures: "Phường Hạc Thành" is "P. Hạc Thành". */
export function shortName(name: string): string {
  return name.replace(/^Phường /, 'P. ').replace(/^Đặc khu /, 'ĐK. ').replace(/^Thị trấn /, 'TT. ');
}
