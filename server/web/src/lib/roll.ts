/** The roll call: what the sweep found beside what the operator confirmed. Pure. */
import type { RollAuto, RollMark, Seat } from '../room/protocol';
import type { Site } from './wall';

export type RollFilter = 'all' | 'unconfirmed' | 'present' | 'absent' | 'excused' | 'differs';
export const ROLL_FILTERS: readonly RollFilter[] = ['all', 'unconfirmed', 'present', 'absent', 'excused', 'differs'];

export interface RollCount {
  automatic: number;
  confirmed: number;
  present: number;
  absent: number;
  excused: number;
  notCalled: number;
  delegates: number;
  expected: number;
}

/** What the sweep says; from the seat's state where the server sends none. */
export function autoOf(seat: Seat): RollAuto {
  return seat.roll?.auto ?? (seat.state === 'connected' ? 'present' : 'absent');
}

export const markOf = (seat: Seat): RollMark | null => seat.roll?.mark ?? null;

/** The operator's mark and the sweep disagree: somebody should look. */
export function differs(seat: Seat): boolean {
  const mark = markOf(seat);
  return mark !== null && (mark === 'present') !== (autoOf(seat) !== 'absent');
}

export function countRoll(seats: Iterable<Seat>): RollCount {
  const sum: RollCount = { automatic: 0, confirmed: 0, present: 0, absent: 0, excused: 0, notCalled: 0, delegates: 0, expected: 0 };
  for (const seat of seats) {
    const mark = markOf(seat);
    if (autoOf(seat) === 'present') sum.automatic += 1;
    if (mark === null) sum.notCalled += 1;
    else {
      sum.confirmed += 1;
      sum[mark] += 1;
    }
    sum.delegates += seat.head_count ?? 0;
    sum.expected += seat.head_expected ?? 0;
  }
  return sum;
}

function passes(seat: Seat, filter: RollFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'unconfirmed':
      return markOf(seat) === null;
    case 'differs':
      return differs(seat);
    default:
      return markOf(seat) === filter;
  }
}

export function rollSites(sites: readonly Site[], filter: RollFilter): readonly Site[] {
  return filter === 'all' ? sites : sites.filter((s) => passes(s.seat, filter));
}

/** Those whom one act may confirm: present by the sweep, not yet marked. */
export function confirmable(sites: readonly Site[]): string[] {
  return sites.filter(({ seat }) => markOf(seat) === null && autoOf(seat) === 'present').map((s) => s.seat.endpoint);
}
