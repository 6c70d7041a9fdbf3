import { useEffect, useState } from 'react';
import { ApiError } from './client';
import type { Problem } from './types';

/** The last small picture of what a site's camera shows, or the server's words why there is none. */
export interface SitePicture {
  /** Of the picture, for an <img>; null: there is none. */
  url: string | null;
  /** When its frame came, by our clock. */
  at: number;
  error: ApiError | null;
}

/** The server makes one each ten seconds; the first comes within two or so. */
const FIRST_MS = 1_500;
const AGAIN_MS = 5_000;

export const pathOf = (endpoint: string, meeting: string | null): string =>
  `/api/v1/health/sites/${encodeURIComponent(endpoint)}/picture${meeting ? `?meeting=${encodeURIComponent(meeting)}` : ''}`;

async function read(path: string, signal: AbortSignal): Promise<{ picture: Blob; at: number }> {
  const response = await fetch(path, { credentials: 'same-origin', signal });
  if (!response.ok) throw new ApiError(response.status, (await response.json().catch(() => null)) as Problem | null);
  const age = Number(response.headers.get('Age') ?? 0);
  return { picture: await response.blob(), at: Date.now() - age * 1000 };
}

/** Read again and again while it is shown; `endpoint` null: nothing is. */
export function useSitePicture(endpoint: string | null, meeting: string | null): SitePicture | null {
  const [state, setState] = useState<(SitePicture & { path: string }) | null>(null);
  const path = endpoint === null ? null : pathOf(endpoint, meeting);

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: string | null = null;
    const next = (found: SitePicture): void => {
      if (abort.signal.aborted) return;
      const before = shown;
      shown = found.url;
      setState({ ...found, path });
      if (before) URL.revokeObjectURL(before);
      timer = setTimeout(ask, found.url ? AGAIN_MS : FIRST_MS);
    };
    const ask = (): void => {
      if (document.visibilityState !== 'visible') {
        timer = setTimeout(ask, AGAIN_MS);
        return;
      }
      read(path, abort.signal).then(
        ({ picture, at }) => next({ url: URL.createObjectURL(picture), at, error: null }),
        (error: unknown) => next({ url: null, at: 0, error: error instanceof ApiError ? error : new ApiError(0, null) }),
      );
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
      if (shown) URL.revokeObjectURL(shown);
    };
  }, [path]);

  return state !== null && state.path === path ? state : null;
}
