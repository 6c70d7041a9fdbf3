import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, get } from './client';

export interface Query<T> {
  data: T | null;
  error: ApiError | null;
  /** True while there is nothing to show yet. */
  loading: boolean;
  reload: () => void;
}

/**
 * Reads a path and reads it again every `everyMs` while the page is visible. The last good answer stays shown when
 * a later reading fails; `error` then says so.
 */
export function useQuery<T>(path: string | null, everyMs = 0): Query<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: ApiError | null }>({
    path: null,
    data: null,
    error: null,
  });
  const [round, setRound] = useState(0);
  const pathRef = useRef(path);
  pathRef.current = path;

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    get<T>(path, abort.signal).then(
      (data) => !abort.signal.aborted && setState({ path, data, error: null }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, null);
        setState((old) => ({ path, data: old.path === path ? old.data : null, error: known }));
      },
    );
    return () => abort.abort();
  }, [path, round]);

  useEffect(() => {
    if (everyMs <= 0) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setRound((n) => n + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  const current = state.path === path;
  const data = current ? state.data : null;
  const error = current ? state.error : null;
  return { data, error, loading: path !== null && data === null && error === null, reload };
}
