import { ApiError, csrfToken } from './client';
import type { Problem } from './types';

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
