/**
 * The technician's WebSocket (diemcau.health.v1): a snapshot, then each second what changed. One connection per tab, opened by the
 * first page that wants it; it comes back by itself, with a new snapshot.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import { applyHealth, emptyHealth, type Health, type HealthMessage } from '../lib/health';
import { deskRetryMs } from '../lib/retry';

const SUBPROTOCOL = 'diemcau.health.v1';
const WATCHED_MAX = 8;

export const useHealth = create<Health>(() => emptyHealth);

class HealthSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private closed = false;
  private watched: string[] = [];

  constructor(private readonly meeting: string | null) {
    this.open();
  }

  private open(): void {
    if (this.closed) return;
    const url = new URL('/api/v1/health/live', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      if (this.meeting !== null) this.send({ type: 'meeting', id: this.meeting });
      if (this.watched.length > 0) this.send({ type: 'watch', endpoints: this.watched });
    };
    socket.onmessage = (event) => {
      try {
        const message = JSON.parse(String(event.data)) as HealthMessage;
        useHealth.setState((health) => applyHealth(health, message));
      } catch {
        // Not for this version of the page.
      }
    };
    socket.onclose = () => this.socket === socket && this.onClosed();
  }

  private send(message: unknown): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  watch(endpoints: string[]): void {
    this.watched = endpoints.slice(0, WATCHED_MAX);
    this.send({ type: 'watch', endpoints: this.watched });
  }

  private onClosed(): void {
    this.socket = null;
    if (this.closed) return;
    useHealth.setState({ connected: false });
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), deskRetryMs(this.attempt, Math.random()));
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    useHealth.setState(emptyHealth, true);
  }
}

let shared: { socket: HealthSocket; meeting: string | null; users: number } | null = null;

function leave(): void {
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  shared.socket.close();
  shared = null;
}

/** Keeps the connection while the component is shown; @meeting null: all meetings that the user may see. */
export function useHealthConnection(meeting: string | null): void {
  useEffect(() => {
    if (shared && shared.meeting !== meeting) {
      shared.socket.close();
      shared = { socket: new HealthSocket(meeting), meeting, users: shared.users };
    }
    shared ??= { socket: new HealthSocket(meeting), meeting, users: 0 };
    shared.users += 1;
    return leave;
  }, [meeting]);
}

/** The sites whose figures come each second. */
export function useWatched(endpoints: readonly string[]): void {
  const key = endpoints.join(' ');
  const connected = useHealth((h) => h.connected);
  useEffect(() => {
    shared?.socket.watch(key === '' ? [] : key.split(' '));
    return () => shared?.socket.watch([]);
  }, [key, connected]);
}
