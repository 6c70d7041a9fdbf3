/**
 * The desk's WebSocket (diemcau.desk.v1): what concerns a signed-in person outside a meeting. One connection per tab, shared by
 * all pages, opened by the first `useDeskConnection` and shut with the session. It comes back by itself; what was missed
 * meanwhile is read by REST (notices) or asked to be read again (`meetings` grows).
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import { addNotices, applyDesk, emptyDesk, expireDesk, markRead, type Desk, type DeskMessage } from '../lib/desk';
import { deskRetryMs } from '../lib/retry';
import { get, post } from './client';
import type { Notice } from './types';

const SUBPROTOCOL = 'diemcau.desk.v1';
const PING_MS = 25_000;
const EXPIRE_MS = 1_000;

export const useDesk = create<Desk>(() => emptyDesk);

/** Reads the notices that this tab does not have yet. */
async function readNotices(): Promise<void> {
  try {
    const { notices } = await get<{ notices: Notice[] }>('/notices');
    useDesk.setState((desk) => ({ notices: addNotices(desk.notices, notices) }));
  } catch {
    // They come with the next connection.
  }
}

export async function readNoticesUpTo(ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  useDesk.setState((desk) => ({ notices: markRead(desk.notices, new Set(ids)) }));
  await post('/notices/read', { ids });
}

/** A called room answers, or declines: it stops ringing here at once. */
export async function answerCall(meeting: string, accept: boolean): Promise<void> {
  await post(`/calls/${encodeURIComponent(meeting)}/answer`, { accept });
  useDesk.setState((desk) => applyDesk(desk, { type: 'ring.over', meeting }));
}

export function dismissReminder(meeting: string): void {
  useDesk.setState((desk) => ({ reminders: desk.reminders.filter((r) => r.meeting !== meeting) }));
}

class DeskSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private ping: ReturnType<typeof setInterval> | null = null;
  private closed = false;
  private readonly expire = setInterval(() => {
    const desk = useDesk.getState();
    const next = expireDesk(desk, Date.now());
    if (next !== desk) useDesk.setState(next);
  }, EXPIRE_MS);

  open(): void {
    if (this.closed) return;
    const url = new URL('/api/v1/desk', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => this.onOpen();
    socket.onmessage = (event) => this.onText(String(event.data));
    socket.onclose = () => this.socket === socket && this.onClosed();
  }

  /** The network is back: no need to wait for the next retry. */
  readonly hurry = (): void => {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.open();
  };

  close(): void {
    this.closed = true;
    clearInterval(this.expire);
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.ping !== null) clearInterval(this.ping);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    useDesk.setState(emptyDesk);
  }

  private onOpen(): void {
    const again = this.attempt > 0;
    this.attempt = 0;
    useDesk.setState((desk) => ({ connected: true, meetings: desk.meetings + (again ? 1 : 0) }));
    void readNotices();
    this.ping = setInterval(() => {
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"type":"ping"}');
    }, PING_MS);
  }

  private onText(text: string): void {
    try {
      const message = JSON.parse(text) as DeskMessage;
      useDesk.setState((desk) => applyDesk(desk, message));
    } catch {
      // Not for this version of the page.
    }
  }

  private onClosed(): void {
    this.socket = null;
    if (this.ping !== null) clearInterval(this.ping);
    this.ping = null;
    if (this.closed) return;
    useDesk.setState({ connected: false });
    this.attempt += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.open();
    }, deskRetryMs(this.attempt, Math.random()));
  }
}

let shared: DeskSocket | null = null;
let users = 0;

function leave(): void {
  users -= 1;
  if (users > 0 || !shared) return;
  window.removeEventListener('online', shared.hurry);
  shared.close();
  shared = null;
}

/** Keeps the connection as long as the component is shown: the frame of the signed-in pages. */
export function useDeskConnection(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    users += 1;
    if (!shared) {
      shared = new DeskSocket();
      window.addEventListener('online', shared.hurry);
      shared.open();
    }
    return leave;
  }, [wanted]);
}
