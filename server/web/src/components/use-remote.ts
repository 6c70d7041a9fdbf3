import { useEffect, useRef } from 'react';
import { DIRECTIONS, nearest } from '../lib/spatial';

const REACHABLE = 'button:not(:disabled), a[href], input:not(:disabled), textarea:not(:disabled)';

/** What a remote control can reach now: the topmost dialogue, else what is marked `data-remote`. */
function reachable(): HTMLElement[] {
  const dialogue = [...document.querySelectorAll<HTMLElement>('[role=dialog]')].at(-1);
  const scopes = dialogue ? [dialogue] : [...document.querySelectorAll<HTMLElement>('[data-remote]')];
  return scopes.flatMap((scope) => [...scope.querySelectorAll<HTMLElement>(REACHABLE)]).filter((e) => e.offsetParent !== null);
}

/**
 * Arrows move the focus, OK (Enter) presses what has it. `onWake`: a key came while there was nothing to reach; `onKey`: any
 * key came.
 */
export function useRemote(onWake: () => void, onKey: () => void, onBack: () => void): void {
  const acts = useRef({ onWake, onKey, onBack });
  acts.current = { onWake, onKey, onBack };
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const direction = DIRECTIONS[event.key];
      const ok = event.key === 'Enter' || event.key === ' ';
      if (event.key === 'Escape' || event.key === 'GoBack' || event.key === 'BrowserBack') return acts.current.onBack();
      if (!direction && !ok) return;
      const typing = /INPUT|TEXTAREA/.test((event.target as HTMLElement).tagName) && (direction === 'left' || direction === 'right');
      if (typing) return;
      acts.current.onKey();
      const items = reachable();
      if (items.length === 0) {
        event.preventDefault();
        return acts.current.onWake();
      }
      const current = items.indexOf(document.activeElement as HTMLElement);
      // OK on a focused button is the browser's own click.
      if (ok && current >= 0) return;
      event.preventDefault();
      const boxes = items.map((e) => e.getBoundingClientRect());
      items[ok ? 0 : nearest(boxes, current, direction!)]?.focus();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
