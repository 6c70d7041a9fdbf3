import { useEffect, useRef } from 'react';

/** Single-key acts, except while typing, in a dialogue, or with Ctrl, Alt or Meta. */
export function useKeys(acts: Record<string, () => void>): void {
  const current = useRef(acts);
  current.current = acts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (/INPUT|TEXTAREA|SELECT/.test(target.tagName) || target.closest('[role=dialog]')) return;
      const act = current.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
