/**
 * The room's WebSocket: one connection that comes back by itself. Requests are answered by `ok`, `error` or
 * `media.answer` with their id; all else goes to `onMessage`.
 */
import { type ClientMessage, type ServerMessage, SUBPROTOCOL, type Text } from './protocol';
import { retryDelayMs } from './reconnect';

/** No answer in this time: the line is taken for dead and opened anew. */
const ANSWER_TIMEOUT_MS = 8_000;
/** A connection that does not open in this time is given up. */
const OPEN_TIMEOUT_MS = 10_000;

export class RoomError extends Error {
  readonly code: string;
  readonly text: Text | null;

  constructor(code: string, text: Text | null) {
    super(text?.en ?? code);
    this.code = code;
    this.text = text;
  }
}

export interface SocketEvents {
  onOpen: () => void;
  onMessage: (message: ServerMessage) => void;
  /** The connection was lost or refused; retry number `attempt` follows unless this returns a promise of false. */
  onLost: (attempt: number, wasOpen: boolean) => Promise<boolean>;
}

interface Waiting {
  resolve: (message: ServerMessage) => void;
  reject: (error: RoomError) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class RoomSocket {
  private socket: WebSocket | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private attempt = 0;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly url: string,
    private readonly events: SocketEvents,
  ) {}

  open(): void {
    if (this.closed) return;
    const socket = new WebSocket(this.url, SUBPROTOCOL);
    this.socket = socket;
    let opened = false;
    const giveUp = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(giveUp);
      opened = true;
      this.events.onOpen();
    };
    socket.onmessage = (event) => this.onText(event.data as unknown);
    socket.onclose = () => {
      clearTimeout(giveUp);
      if (this.socket === socket) this.onClosed(opened);
    };
  }

  /** The welcome came: the next loss counts from one again. */
  settle(): void {
    this.attempt = 0;
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Sends without waiting; dropped while there is no connection. */
  tell(message: ClientMessage): void {
    if (this.isOpen) this.socket!.send(JSON.stringify(message));
  }

  /** Sends and waits for the answer. */
  ask(message: ClientMessage): Promise<ServerMessage> {
    if (!this.isOpen) return Promise.reject(new RoomError('offline', null));
    const id = this.nextId++;
    this.socket!.send(JSON.stringify({ ...message, id }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new RoomError('timeout', null));
        this.drop();
      }, ANSWER_TIMEOUT_MS);
      this.waiting.set(id, { resolve, reject, timer });
    });
  }

  /** Gives the connection up and opens a new one at once: the network has changed. */
  drop(): void {
    const socket = this.socket;
    if (!socket || this.closed) return;
    this.socket = null;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    this.onClosed(true);
  }

  /** Skips the wait before the next retry. */
  hurry(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.open();
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.rejectAll();
    this.socket?.close(1000);
    this.socket = null;
  }

  private onText(data: unknown): void {
    let message: ServerMessage & { id?: number };
    try {
      message = JSON.parse(String(data)) as ServerMessage & { id?: number };
    } catch {
      return;
    }
    const waiting = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (waiting && message.id !== undefined) {
      this.waiting.delete(message.id);
      clearTimeout(waiting.timer);
      if (message.type === 'error') waiting.reject(new RoomError(message.code, message.text));
      else waiting.resolve(message);
      if (message.type === 'ok' || message.type === 'error') return;
    }
    this.events.onMessage(message);
  }

  private onClosed(wasOpen: boolean): void {
    this.socket = null;
    this.rejectAll();
    if (this.closed) return;
    this.attempt += 1;
    const attempt = this.attempt;
    void this.events.onLost(attempt, wasOpen).then((again) => {
      if (!again || this.closed || this.socket) return;
      this.timer = setTimeout(() => {
        this.timer = null;
        this.open();
      }, retryDelayMs(attempt, Math.random()));
    });
  }

  private rejectAll(): void {
    for (const waiting of this.waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new RoomError('offline', null));
    }
    this.waiting.clear();
  }
}
