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

/** The server makes one each ten seconds; the first comes within two or so, of a camera that rests (it is woken) within three. Asking renews that: it must not be rarer than each 15 s. */
const FIRST_MS = 1_500;
const AGAIN_MS = 5_000;
const NONE_MS = 10_000;

export const pathOf = (endpoint: string, meeting: string | null): string =>
  `/api/v1/health/sites/${encodeURIComponent(endpoint)}/picture${meeting ? `?meeting=${encodeURIComponent(meeting)}` : ''}`;

/** `next`: how soon to ask again. */
async function read(path: string, signal: AbortSignal): Promise<SitePicture & { next: number }> {
  const response = await fetch(path, { credentials: 'same-origin', signal });
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) as (Problem & { why?: string }) | null;
    return { url: null, at: 0, error: new ApiError(response.status, problem), next: problem?.why === 'comes' || problem?.why === 'camera_wakes' ? FIRST_MS : NONE_MS };
  }
  const age = Number(response.headers.get('Age') ?? 0);
  return { url: URL.createObjectURL(await response.blob()), at: Date.now() - age * 1000, error: null, next: AGAIN_MS };
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
    const show = (found: SitePicture & { next: number }): void => {
      if (abort.signal.aborted) {
        if (found.url) URL.revokeObjectURL(found.url);
        return;
      }
      const before = shown;
      shown = found.url;
      setState({ ...found, path });
      if (before) URL.revokeObjectURL(before);
      timer = setTimeout(ask, found.next);
    };
    const ask = (): void => {
      if (document.visibilityState !== 'visible') {
        timer = setTimeout(ask, AGAIN_MS);
        return;
      }
      read(path, abort.signal).then(show, () => show({ url: null, at: 0, error: new ApiError(0, null), next: AGAIN_MS }));
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
