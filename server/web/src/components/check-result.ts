import { useState } from 'react';
import type { CheckResult } from '../lib/commune';

const KEY = 'diemcau.check';

export function loadCheck(): CheckResult | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as CheckResult | null;
    return kept && typeof kept.at === 'number' ? kept : null;
  } catch {
    return null;
  }
}

const NOTHING: CheckResult = { at: 0, picture: false, microphone: false, speaker: null, line: null };

/** The check under way: each finding is kept at once. */
export function useCheck(): [CheckResult, (found: Partial<CheckResult>) => void] {
  const [result, setResult] = useState<CheckResult>(NOTHING);
  const find = (found: Partial<CheckResult>): void =>
    setResult((old) => {
      const next = { ...old, ...found, at: Date.now() };
      try {
        localStorage.setItem(KEY, JSON.stringify(next));
      } catch {
        // Then it is asked again next time.
      }
      return next;
    });
  return [result, find];
}
