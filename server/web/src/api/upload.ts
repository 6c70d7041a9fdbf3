import { ApiError, csrfToken } from './client';
import type { Paper, Problem } from './types';

export interface Upload<T> {
  done: Promise<T>;
  abort: () => void;
}

function problemOf(request: XMLHttpRequest): Problem | null {
  try {
    return JSON.parse(request.responseText) as Problem;
  } catch {
    return null;
  }
}

/** Sends a file with its progress (0..1): fetch () cannot tell how far it is. */
export function upload<T>(path: string, file: Blob, onProgress: (part: number) => void): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new ApiError(0, null));
    request.onabort = () => reject(new ApiError(0, null));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(new ApiError(request.status, problemOf(request)));
    };
    request.send(file);
  });
  return { done, abort: () => request.abort() };
}

/** Gives the papers of one meeting to another; `items`: what an item of the agenda is there. */
export async function copyPapers(from: string, papers: readonly Paper[], to: string, items: ReadonlyMap<string | null, string | null>): Promise<void> {
  for (const paper of papers) {
    const file = await fetch(`/api/v1/meetings/${from}/papers/${paper.id}`, { credentials: 'same-origin' });
    if (!file.ok) throw new ApiError(file.status, null);
    const item = items.get(paper.item) ?? null;
    const query = new URLSearchParams({ name: paper.name, ...(item ? { item } : {}) });
    await upload<Paper>(`/meetings/${to}/papers?${query}`, await file.blob(), () => {}).done;
  }
}
