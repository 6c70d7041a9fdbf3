import { useLayoutEffect, useRef, useState, type MouseEvent } from 'react';
import { isStrayPress, rowsShifted } from '../room/moment';

/** A second press of a finger comes sooner than this: who was next has moved under it by then. */
const SHIFT_MS = 800;

/** FALSE for a moment after those who wait moved: whoever only joins at the end moves nobody. */
export function useSettled(order: string[]): boolean {
  const before = useRef(order);
  const [shifts, setShifts] = useState(0);
  const [settled, setSettled] = useState(true);
  useLayoutEffect(() => {
    const shifted = rowsShifted(before.current, order);
    before.current = order;
    if (shifted) setShifts((n) => n + 1);
  }, [order.join(' ')]);
  useLayoutEffect(() => {
    if (shifts === 0) return;
    setSettled(false);
    const timer = setTimeout(() => setSettled(true), SHIFT_MS);
    return () => clearTimeout(timer);
  }, [shifts]);
  return settled;
}

interface Guarded {
  'data-disabled': boolean;
  'aria-disabled': boolean;
  onClick: (event: MouseEvent) => void;
}

/** A button among rows that move: grey and deaf to a finger meanwhile. The focus moves with its row, so a key always means it. */
export function guarded(settled: boolean, act: () => void): Guarded {
  return {
    'data-disabled': !settled,
    'aria-disabled': !settled,
    onClick: (event) => {
      if (!isStrayPress(settled, event.detail)) act();
    },
  };
}
