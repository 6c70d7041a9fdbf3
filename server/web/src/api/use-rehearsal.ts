import { useCallback, useEffect, useRef, useState } from 'react';
import { mergeTrial, type Trial, type TrialAnswer, type TrialRun } from '../lib/rehearsal';
import { ApiError, get } from './client';

const EVERY_MS = 2_000;

export interface TrialQuery {
  trial: Trial | null;
  error: ApiError | null;
  /** When the last answer came, Date.now (). */
  at: number;
  reload: () => void;
}

/** The rehearsal of a meeting, read every two seconds while the page is in sight: all of it first, then what changed. */
export function useRehearsal(meeting: string | null): TrialQuery {
  const [state, setState] = useState<{ trial: Trial | null; error: ApiError | null; at: number }>({ trial: null, error: null, at: 0 });
  const hurry = useRef<() => void>(() => {});

  useEffect(() => {
    if (meeting === null) return;
    const abort = new AbortController();
    let trial: Trial | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    const read = async (): Promise<void> => {
      if (reading || document.visibilityState !== 'visible') return;
      reading = true;
      clearTimeout(timer);
      let again = EVERY_MS;
      try {
        const path = `/meetings/${encodeURIComponent(meeting)}/rehearsal?since=${trial?.revision ?? 0}`;
        const merged = mergeTrial(trial, await get<TrialAnswer>(path, abort.signal));
        if (abort.signal.aborted) return;
        // The page keeps what it shows until all has been read anew.
        if (merged) setState({ trial: merged, error: null, at: Date.now() });
        else again = 0;
        trial = merged;
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((old) => ({ ...old, error: error instanceof ApiError ? error : new ApiError(0, null) }));
      } finally {
        reading = false;
      }
      timer = setTimeout(() => void read(), again);
    };
    hurry.current = () => void read();
    const onSight = (): void => void read();
    document.addEventListener('visibilitychange', onSight);
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSight);
      setState({ trial: null, error: null, at: 0 });
    };
  }, [meeting]);

  const reload = useCallback(() => hurry.current(), []);
  return { ...state, reload };
}

/** The runs of a room before its last one, read anew when there is one more; `meeting` null: not asked for. null: they come. */
export function useEarlierRuns(meeting: string | null, endpoint: string, n: number): TrialRun[] | 'failed' | null {
  const [runs, setRuns] = useState<TrialRun[] | 'failed' | null>(null);
  useEffect(() => {
    if (meeting === null) return;
    const abort = new AbortController();
    const path = `/meetings/${encodeURIComponent(meeting)}/rehearsal/sites/${encodeURIComponent(endpoint)}/runs`;
    get<{ runs: TrialRun[] }>(path, abort.signal).then(
      (answer) => setRuns(answer.runs.slice(1)),
      () => !abort.signal.aborted && setRuns('failed'),
    );
    return () => abort.abort();
  }, [meeting, endpoint, n]);
  return runs;
}
