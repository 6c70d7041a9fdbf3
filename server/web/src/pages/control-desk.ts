/** What the parts of the control room share: the connection, the acts with their log, and what is chosen on this page. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MeetingDetail, Unit } from '../api/types';
import type { Question } from '../components/confirm';
import { actWords, type ActWords } from '../lib/act-words';
import { refreshSites, sortSites, type Site, type SiteFilter } from '../lib/wall';
import type { RoomClient } from '../room/client';
import type { ClientMessage } from '../room/protocol';
import { mayRun, type RoomState } from '../room/state';
import { inverseOf, UNDO_MS } from '../room/undo';

export const PANELS = ['lobby', 'agenda', 'roll', 'vote', 'talk', 'log'] as const;
export type Panel = (typeof PANELS)[number];

/** What this page has chosen; nothing of it is the meeting's. */
export interface Ui {
  selected: string | null;
  query: string;
  filter: SiteFilter;
  view: 'tree' | 'wall';
  page: number;
  panel: Panel | null;
  /** Time box of the next grant. */
  seconds: number;
  cut: boolean;
  keys: boolean;
  /** Chat lines that this page has shown. */
  chatSeen: number;
}

export interface Done {
  id: number;
  at: number;
  words: ActWords;
  undo: ClientMessage | null;
  until: number;
  undone: boolean;
}

/** A text to be asked for: a name, a reason, a message. */
export interface Prompt {
  title: string;
  label: string;
  yes: string;
  value?: string;
  max: number;
  /** An empty answer is one too. */
  mayBeEmpty?: boolean;
  danger?: boolean;
  act: (text: string) => Promise<unknown>;
}

const LOG_KEPT = 200;

export class Desk {
  readonly ui: StoreApi<Ui> = createStore<Ui>(() => ({
    selected: null,
    query: '',
    filter: 'all',
    view: 'tree',
    page: 0,
    panel: null,
    seconds: 0,
    cut: false,
    keys: false,
    chatSeen: 0,
  }));
  /** Newest first. */
  readonly done: StoreApi<readonly Done[]> = createStore<readonly Done[]>(() => []);
  readonly sites: StoreApi<readonly Site[]>;
  readonly question: StoreApi<Question | null> = createStore<Question | null>(() => null);
  readonly prompt: StoreApi<Prompt | null> = createStore<Prompt | null>(() => null);
  /** Acts that the server has not answered yet: which is the newest is not known before. */
  readonly underWay: StoreApi<number> = createStore<number>(() => 0);
  private latest: Promise<unknown> = Promise.resolve();
  private serial = 0;
  private unanswered = 0;

  constructor(
    readonly client: RoomClient,
    readonly meeting: string,
    readonly perPage: number,
    /** A wall of screens: the pictures stand beside the list. */
    readonly isWide: boolean,
  ) {
    this.sites = createStore<readonly Site[]>(() => sortSites(client.store.getState().seats.values()));
  }

  /** Keeps the sorted sites in step with the seats; returns what stops it. */
  follow(): () => void {
    const { store } = this.client;
    this.sites.setState(refreshSites(store.getState().seats, this.sites.getState()), true);
    return store.subscribe((now, before) => {
      if (now.seats !== before.seats) this.sites.setState((old) => refreshSites(now.seats, old), true);
    });
  }

  get state(): RoomState {
    return this.client.store.getState();
  }

  /** Time by the server's clock. */
  get now(): number {
    return Date.now() + this.state.clockOffset;
  }

  /** Does it, and keeps in the log what would undo it. */
  readonly run = async (message: ClientMessage): Promise<boolean> => {
    const before = this.state;
    const undo = inverseOf(message, before, this.now);
    const words = actWords(message, before);
    this.unanswered += 1;
    const did = await this.perform(message, () => {
      const at = Date.now();
      const entry: Done | null = words && { id: ++this.serial, at, words, undo, until: undo ? at + UNDO_MS : 0, undone: false };
      if (entry) this.done.setState((old) => [entry, ...old].slice(0, LOG_KEPT), true);
    });
    this.unanswered -= 1;
    return did;
  };

  /** `after` is done before anything that waits for all that is under way. */
  private perform(message: ClientMessage, after: () => void): Promise<boolean> {
    const act = async (): Promise<boolean> => {
      this.underWay.setState((n) => n + 1, true);
      const did = await this.client.perform(message);
      if (did) after();
      this.underWay.setState((n) => n - 1, true);
      return did;
    };
    const done = act();
    this.latest = this.latest.then(() => done);
    return done;
  }

  readonly undo = async (id: number): Promise<void> => {
    const entry = this.done.getState().find((d) => d.id === id);
    if (!entry?.undo || entry.undone) return;
    await this.perform(entry.undo, () => {
      this.done.setState((old) => old.map((d) => (d.id === id ? { ...d, undone: true } : d)), true);
    });
  };

  /** The newest act that still offers to be undone; while one is under way that one, once it is done, and none before it. */
  readonly undoLast = (): void => {
    const known = this.unanswered > 0 ? this.serial : 0;
    this.latest = this.latest.then(() => {
      const now = Date.now();
      const last = this.done.getState().find((d) => d.id > known && d.undo && !d.undone && d.until > now);
      return last && this.undo(last.id);
    });
  };

  readonly set = (change: Partial<Ui>): void => this.ui.setState(change);
  readonly select = (endpoint: string | null): void => this.ui.setState({ selected: endpoint });
  readonly ask = (question: Question): void => this.question.setState(question, true);
  readonly askText = (prompt: Prompt): void => this.prompt.setState(prompt, true);

  readonly onScreen = (endpoint: string | null): void => {
    if ((this.state.meeting?.spotlight ?? null) !== endpoint) void this.run({ type: 'spotlight', endpoint });
  };

  readonly giveFloor = (endpoint: string, picture = true): void => {
    const { seconds, cut } = this.ui.getState();
    void this.run({ type: 'floor.grant', endpoint, seconds, cut: cut && seconds > 0, picture });
  };

  readonly next = (): void => {
    const { seconds, cut } = this.ui.getState();
    void this.run({ type: 'floor.next', seconds, cut: cut && seconds > 0 });
  };

  readonly release = (): void => {
    if (this.state.meeting?.floor) void this.run({ type: 'floor.release' });
  };

  readonly toggleMic = (endpoint: string): void => {
    const seat = this.state.seats.get(endpoint);
    if (seat) void this.run({ type: 'seat.mute', endpoint, locked: !seat.mic_locked });
  };

  readonly toggleCamera = (endpoint: string): void => {
    const seat = this.state.seats.get(endpoint);
    if (seat) void this.run({ type: 'seat.camera', endpoint, off: seat.camera_locked !== true });
  };

  readonly togglePanel = (panel: Panel): void => this.ui.setState((ui) => ({ panel: ui.panel === panel ? null : panel }));
}

export interface DeskValue {
  desk: Desk;
  /** The meeting as REST says it: telephone numbers, entry settings. */
  detail: MeetingDetail | null;
  units: readonly Unit[];
}

export const DeskContext = createContext<DeskValue | null>(null);

export function useDesk(): Desk {
  const value = useContext(DeskContext);
  if (!value) throw new Error('no desk');
  return value.desk;
}

export const useDetail = (): MeetingDetail | null => useContext(DeskContext)?.detail ?? null;

const NO_UNITS: readonly Unit[] = [];
export const useUnits = (): readonly Unit[] => useContext(DeskContext)?.units ?? NO_UNITS;

/** A part of the room's state; the component is drawn again when that part changes. */
export function useRoomState<T>(select: (state: RoomState) => T): T {
  return useStore(useDesk().client.store, select);
}

export function useUi<T>(select: (ui: Ui) => T): T {
  return useStore(useDesk().ui, select);
}

export const useSites = (): readonly Site[] => useStore(useDesk().sites);

export const usePending = (act: string): boolean => useRoomState((s) => s.pending.has(act));

/** run: chair, co-chairs, operators; branch: those too, and the desk of a branch for its own sites. */
export interface May {
  run: boolean;
  branch: boolean;
}

export function useMay(): May {
  const role = useRoomState((s) => s.role);
  return { run: mayRun(role), branch: mayRun(role) || role === 'desk' };
}
