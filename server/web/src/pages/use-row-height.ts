import { useSyncExternalStore } from 'react';

const NARROW = '(max-width: 900px)';

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(NARROW);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** A row is a line of a table on a desk's screen, and a card on a narrow one. */
export const useRowHeight = (wide: number, narrow: number): number =>
  useSyncExternalStore(subscribe, () => window.matchMedia(NARROW).matches) ? narrow : wide;
