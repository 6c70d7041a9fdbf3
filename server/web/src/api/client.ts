import type { Problem } from './types';

/** An answer that is no success. `status` 0: the server could not be reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  private readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.title_en ?? (status === 0 ? 'unreachable' : `HTTP ${status}`));
    this.status = status;
    this.problem = problem;
    this.code = problem?.code ?? (status === 0 ? 'unreachable' : 'unknown');
    this.field = problem?.field;
  }

  /** What happened and what to do next, in the reader's language; null when the server gave no words. */
  text(language: string): string | null {
    if (!this.problem) return null;
    return language === 'en'
      ? this.problem.detail_en || this.problem.title_en
      : this.problem.detail || this.problem.title;
  }
}

let csrf = '';
let onSignedOut: () => void = () => {};

export function setCsrf(token: string): void {
  csrf = token;
}

/** For requests that do not go through here: an upload with its progress. */
export const csrfToken = (): string => csrf;

/** Called whenever an answer says that the session is over. */
export function setOnSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

async function readProblem(response: Response): Promise<Problem | null> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return null;
  try {
    return (await response.json()) as Problem;
  } catch {
    return null;
  }
}

/** A body of another type than JSON. */
export class RawBody {
  constructor(
    readonly type: string,
    readonly data: BodyInit,
  ) {}
}

function encode(body: unknown): BodyInit | null {
  if (body instanceof RawBody) return body.data;
  return body === undefined ? null : JSON.stringify(body);
}

export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = body instanceof RawBody ? body.type : 'application/json';
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      body: encode(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, null);
  }
  if (!response.ok) {
    const problem = await readProblem(response);
    if (response.status === 401 && path !== '/session') onSignedOut();
    throw new ApiError(response.status, problem);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => request<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body?: unknown): Promise<T> => request<T>('POST', path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', path, body);
export const patch = <T>(path: string, body: unknown): Promise<T> => request<T>('PATCH', path, body);
export const del = <T>(path: string): Promise<T> => request<T>('DELETE', path);
