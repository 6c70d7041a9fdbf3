/**
 * One page's part in a meeting: the WebSocket, the media and the state, put together. React reads `store` and `levels`
 * and calls the acts; nothing here knows React.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { ApiError, get } from '../api/client';
import type { Meeting } from '../api/types';
import { HealthReporter, type Devices, type Moment } from './health';
import type { LocalDevices, LocalState } from './local-devices';
import { LineWatch, networkOf } from './line-watch';
import { MediaEngine } from './media';
import type {
  ClientMessage,
  GrantOptions,
  ServerMessage,
  Text,
  Welcome,
} from './protocol';
import { resetDelayMs } from './reconnect';
import { RoomError, RoomSocket } from './socket';
import { initialRoomState, reduce, selfSeat, type RoomEvent, type RoomState } from './state';
import { actName } from './undo';
import { UdpRetry } from './udp-retry';

/** How often a silent line is asked for a sign of life. */
const HEARTBEAT_MS = 10_000;
/** How long a control room gathers what changed before it draws: 600 sites change all the time. */
const BATCH_MS = 50;
/** What may wait for the batch. */
const BATCHED: ReadonlySet<ServerMessage['type']> = new Set(['seats', 'census', 'queue', 'meeting', 'line', 'chat', 'vote']);
/** Before an offer that the server could not serve is made again. */
const OFFER_RETRY_MS = 2_000;

export interface RoomOptions {
  meeting: string;
  endpoint: string | null;
  operator: boolean;
  tileSlots: number;
  devices: LocalDevices | null;
  /** False: states only, no picture and no sound (the technician's board). */
  media?: boolean;
}

interface View {
  main_height: number;
  tile_height: number;
  tiles?: string[];
  /** Chair, co-chairs, operators, desk: whom their own large picture shows; null: what all see. */
  main?: string | null;
}

const OVER: Record<string, Text> = {
  ended: { vi: 'Phiên họp đã kết thúc.', en: 'The meeting has ended.' },
  postponed: { vi: 'Phiên họp đã được hoãn.', en: 'The meeting has been postponed.' },
  cancelled: { vi: 'Phiên họp đã bị huỷ.', en: 'The meeting has been cancelled.' },
  scheduled: { vi: 'Phiên họp chưa mở.', en: 'The meeting is not open yet.' },
};

export class RoomClient {
  readonly store: StoreApi<RoomState> = createStore<RoomState>(() => initialRoomState);
  /** Sound level per endpoint, 0 (loudest) .. 127; apart from the store because it changes four times a second. */
  readonly levels: StoreApi<ReadonlyMap<string, number>> = createStore<ReadonlyMap<string, number>>(() => new Map());
  readonly soundBlocked: StoreApi<boolean> = createStore<boolean>(() => false);
  readonly problem: StoreApi<RoomError | null> = createStore<RoomError | null>(() => null);
  /** What this room shares of its screen, while it does. */
  readonly sharing: StoreApi<MediaStream | null> = createStore<MediaStream | null>(() => null);

  private readonly socket: RoomSocket;
  private readonly media: MediaEngine;
  private readonly health: HealthReporter;
  private iceServers: RTCIceServer[] = [];
  private view: View = { main_height: 720, tile_height: 180 };
  private offerRound = 0;
  /** The network changed, and ICE has not been restarted since. */
  private lineChanged = false;
  private readonly udpRetry = new UdpRetry();
  private readonly lineWatch = new LineWatch(() => this.onLineChanged(), window, networkOf(navigator));
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private heartbeat: ReturnType<typeof setInterval> | null = null;
  private unsubscribe: (() => void) | null = null;
  private cameraOn: boolean | null = null;
  /** One that goes in the meeting is missed. */
  private hadCamera = false;
  private tested = false;
  /** What the server knows of this room's picture on this connection. */
  private toldDark = false;
  private batch: ServerMessage[] = [];
  private batchTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: RoomOptions) {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const query = options.operator
      ? '?role=operator'
      : options.endpoint
        ? `?endpoint=${encodeURIComponent(options.endpoint)}`
        : '';
    const path = `/api/v1/meetings/${encodeURIComponent(options.meeting)}/room${query}`;
    this.socket = new RoomSocket(`${scheme}//${location.host}${path}`, {
      onOpen: () => this.join(),
      onMessage: (message) => this.onMessage(message),
      onLost: (attempt, wasOpen) => this.onLost(attempt, wasOpen),
    });
    this.media = new MediaEngine(
      { sends: !options.operator, audioSlots: 4, tileSlots: options.tileSlots },
      {
        onPhase: (phase) => this.apply({ kind: 'media', media: phase }),
        onRestartNeeded: () => void this.restartIce(),
        onRenewalNeeded: () => void this.offer(),
        onSoundBlocked: () => this.soundBlocked.setState(true, true),
      },
      () => options.devices?.store.getState().choice.height ?? 720,
    );
    this.health = new HealthReporter({
      moment: () => this.media.moment(),
      devices: () => this.deviceNames(),
      isBlocked: () => this.soundBlocked.getState(),
      send: (stats) => {
        if (this.store.getState().phase !== 'in') return;
        this.socket.tell(stats);
        if (this.udpRetry.isDue(stats.tcp === true, Date.now())) void this.restartIce();
      },
    });
  }

  start(): void {
    if (this.options.devices) {
      this.onLocal(this.options.devices.store.getState(), null);
      this.unsubscribe = this.options.devices.store.subscribe((now, before) => this.onLocal(now, before));
    }
    window.addEventListener('online', this.onOnline);
    window.addEventListener('offline', this.onOffline);
    this.lineWatch.start();
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.socket.open();
    if (this.options.endpoint !== null && this.options.media !== false) this.health.start();
  }

  /** Lets everything go without telling the server: the seat stays, as at a reload. */
  close(): void {
    window.removeEventListener('online', this.onOnline);
    window.removeEventListener('offline', this.onOffline);
    this.lineWatch.stop();
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    if (this.batchTimer !== null) clearTimeout(this.batchTimer);
    this.unsubscribe?.();
    this.offerRound += 1;
    this.health.stop();
    this.stopCapture();
    this.socket.close();
    this.media.close();
  }

  stream(mid: string): MediaStream | null {
    return this.media.stream(mid);
  }

  unblockSound(): void {
    this.media.unblockSound();
    this.soundBlocked.setState(false, true);
  }

  /* Acts. Each resolves when the server has confirmed or refused; a refusal goes to `problem`. */

  setMic = (open: boolean): Promise<boolean> => this.act('mic', { type: 'mic', open });
  setHand = (raised: boolean, topic = ''): Promise<boolean> =>
    this.act('hand', { type: 'hand', raised, ...(topic ? { topic } : {}) });
  setCamera = (on: boolean): Promise<boolean> => this.act('camera', { type: 'camera', on });
  lock = (endpoint: string, locked: boolean): Promise<boolean> =>
    this.act(`lock:${endpoint}`, { type: 'seat.mute', endpoint, locked });
  muteAll = (who: { except?: string[]; branch?: string } = {}): Promise<boolean> =>
    this.act('mute.all', { type: 'mute.all', ...who });
  spotlight = (endpoint: string | null): Promise<boolean> =>
    this.act(`spotlight:${endpoint ?? ''}`, { type: 'spotlight', endpoint });
  lowerHand = (endpoint: string): Promise<boolean> => this.act(`lower:${endpoint}`, { type: 'hand.lower', endpoint });
  endMeeting = (): Promise<boolean> => this.act('end', { type: 'meeting.end' });

  /* The floor. */

  grant = (endpoint: string, options: GrantOptions = {}): Promise<boolean> =>
    this.act(`grant:${endpoint}`, { type: 'floor.grant', endpoint, ...options });
  release = (): Promise<boolean> => this.act('release', { type: 'floor.release' });
  grantNext = (options: { seconds?: number; cut?: boolean } = {}): Promise<boolean> =>
    this.act('next', { type: 'floor.next', ...options });
  setConsent = (standing: boolean): Promise<boolean> => this.act('consent', { type: 'consent', standing });

  answerFloor = async (accept: boolean): Promise<boolean> => {
    const done = await this.act('answer', { type: 'floor.answer', accept });
    this.apply({ kind: 'answered' });
    return done;
  };

  /* Papers, for who presents them. */

  showPaper = (paper: string | null, page = 1): Promise<boolean> => this.act('paper', { type: 'paper.show', paper, page });
  turnPaper = (page: number): Promise<boolean> => this.act('paper', { type: 'paper.page', page });

  /* What a room says and counts. */

  say = (text: string): Promise<boolean> => this.act('chat', { type: 'chat', text });
  castVote = (vote: string, choice: number): Promise<boolean> => this.act('vote.cast', { type: 'vote.cast', vote, choice });
  setHeadCount = (present: number, expected?: number): Promise<boolean> =>
    this.act('head_count', { type: 'head_count', present, ...(expected === undefined ? {} : { expected }) });

  /** Any other act, as its message; pending under `actName`. */
  perform = (message: ClientMessage): Promise<boolean> => this.act(actName(message), message);

  /* For the test of this room: requests whose refusal the test tells by itself, and what it measures by. */

  request = (message: ClientMessage): Promise<ServerMessage> => this.socket.ask(message);
  moment = (): Promise<Moment | null> => this.media.moment().catch(() => null);
  fill = (track: MediaStreamTrack | null, kbps: number): Promise<void> => this.media.fill(track, kbps);
  hush = (on: boolean): void => this.media.hush(on);
  /** While the room is tested its camera is open; the server shows it to nobody else where the seat says it is off. */
  setTested(on: boolean): void {
    this.tested = on;
    this.obeySeat();
  }

  async leave(): Promise<void> {
    if (this.socket.isOpen) await this.act('leave', { type: 'leave' });
    if (this.store.getState().phase !== 'out') {
      this.apply({ kind: 'refused', code: 'left', text: { vi: 'Đã rời phiên họp.', en: 'You have left.' } });
    }
    this.close();
  }

  async shareContent(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
    } catch {
      return;
    }
    const track = stream.getVideoTracks()[0];
    if (!track) return;
    track.contentHint = 'detail';
    track.onended = () => void this.stopContent();
    this.sharing.setState(stream, true);
    await this.media.send('content', track);
    if (!(await this.act('content', { type: 'content', on: true }))) {
      this.stopCapture();
      await this.media.send('content', null);
    }
  }

  async stopContent(): Promise<void> {
    this.stopCapture();
    await this.media.send('content', null);
    await this.act('content', { type: 'content', on: false });
  }

  setView(view: View): void {
    if (JSON.stringify(view) === JSON.stringify(this.view)) return;
    this.view = view;
    this.socket.tell({ type: 'view', ...view });
  }

  private stopCapture(): void {
    this.sharing.getState()?.getTracks().forEach((t) => {
      t.onended = null;
      t.stop();
    });
    this.sharing.setState(null, true);
  }

  private apply(event: RoomEvent): void {
    this.store.setState((state) => reduce(state, event), true);
  }

  private async act(name: string, message: ClientMessage): Promise<boolean> {
    this.apply({ kind: 'pending', act: name, on: true });
    try {
      await this.socket.ask(message);
      return true;
    } catch (error) {
      this.problem.setState(error instanceof RoomError ? error : new RoomError('unknown', null), true);
      return false;
    } finally {
      this.flush();
      this.apply({ kind: 'pending', act: name, on: false });
    }
  }

  private join(): void {
    const transport = this.media.exists ? this.store.getState().transport : null;
    this.socket.ask({ type: 'join', ...(transport ? { resume_transport: transport } : {}) }).catch((error: unknown) => {
      if (!(error instanceof RoomError) || !error.text) return;
      this.apply({ kind: 'refused', code: error.code, text: error.text });
      this.close();
    });
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'levels') {
      const levels = new Map(this.levels.getState());
      for (const [endpoint, level] of message.levels) levels.set(endpoint, level);
      this.levels.setState(levels, true);
      return;
    }
    if (this.options.operator && BATCHED.has(message.type)) {
      this.batch.push(message);
      this.batchTimer ??= setTimeout(() => this.flush(), BATCH_MS);
      return;
    }
    this.flush();
    this.apply({ kind: 'message', message, now: Date.now() });
    if (message.type === 'welcome') this.onWelcome(message);
    if (message.type === 'seats' || message.type === 'welcome' || message.type === 'test.loop') this.obeySeat();
    if (message.type === 'media.reset') this.later(resetDelayMs(Math.random()), () => void this.offer());
    if (message.type === 'demand') void this.media.setDemand(message);
    if (message.type === 'bye') this.close();
  }

  /** One change of the state for all that came since the last. */
  private flush(): void {
    if (this.batchTimer !== null) clearTimeout(this.batchTimer);
    this.batchTimer = null;
    const batch = this.batch;
    if (batch.length === 0) return;
    this.batch = [];
    const now = Date.now();
    this.store.setState((state) => batch.reduce((s, message) => reduce(s, { kind: 'message', message, now }), state), true);
  }

  private onWelcome(welcome: Welcome): void {
    this.socket.settle();
    this.iceServers = welcome.ice_servers ?? [];
    this.media.preferLayers(welcome.camera_codec ?? null);
    if (welcome.voices !== undefined) this.media.hear(welcome.voices);
    this.toldDark = false;
    this.tellDark();
    this.health.renew();
    this.socket.tell({ type: 'view', ...this.view });
    if (this.options.media === false) return;
    if (!welcome.resumed || !this.media.exists) void this.offer();
    else if (this.media.isBroken || this.lineChanged) void this.restartIce();
  }

  /** The microphone sends only what the server lets through; a camera that is off is let go. */
  private obeySeat(): void {
    const seat = selfSeat(this.store.getState());
    const devices = this.options.devices;
    if (!seat || !devices) return;
    const { microphone } = devices.store.getState();
    if (microphone) microphone.enabled = this.mayBeHeard();
    const wanted = seat.camera_on || this.tested;
    if (this.cameraOn !== wanted) {
      this.cameraOn = wanted;
      void devices.wantCamera(wanted);
    }
    if (!seat.content && this.sharing.getState() && !this.store.getState().pending.has('content')) {
      this.stopCapture();
      void this.media.send('content', null);
    }
  }

  /** In a loop nobody but this room itself hears its microphone. */
  private mayBeHeard(): boolean {
    const state = this.store.getState();
    const seat = selfSeat(state);
    return state.test.loop !== null || (seat !== null && seat.mic_open && !seat.mic_locked);
  }

  deviceNames(): Devices {
    const state = this.options.devices?.store.getState();
    const outputs = state?.devices.filter((d) => d.kind === 'audiooutput') ?? [];
    const chosen = state?.choice.speaker ?? null;
    const output = outputs.find((d) => d.deviceId === (chosen ?? 'default'));
    return {
      microphone: state?.microphone?.label ?? '',
      camera: state?.camera?.label ?? '',
      speaker: output?.label ?? '',
      speakerGone: chosen !== null && outputs.length > 0 && !output,
      noCamera: state?.cameraProblem === 'missing' && !this.hadCamera,
    };
  }

  /** What was refused, as one of too many, the next beat tells again. */
  private tellDark(): void {
    const { phase, self } = this.store.getState();
    const dark = this.options.devices?.store.getState().dark ?? false;
    if (phase !== 'in' || self === null || dark === this.toldDark) return;
    const told = (): void => {
      this.toldDark = dark;
    };
    this.socket.ask({ type: 'picture', dark }).then(told, () => {});
  }

  private onLocal(now: LocalState, before: LocalState | null): void {
    if (now.microphone !== before?.microphone) {
      if (now.microphone) now.microphone.enabled = this.mayBeHeard();
      void this.media.send('mic', now.microphone);
    }
    this.hadCamera ||= now.camera !== null;
    if (now.camera !== before?.camera) void this.media.send('camera', now.camera);
    if (now.dark !== before?.dark) this.tellDark();
    if (now.choice.speaker !== before?.choice.speaker) void this.media.setSpeaker(now.choice.speaker);
  }

  private async offer(): Promise<void> {
    const round = ++this.offerRound;
    this.apply({ kind: 'media-new' });
    try {
      const offer = await this.media.renew(this.iceServers);
      if (round !== this.offerRound) return;
      const answer = await this.socket.ask({ type: 'media.offer', ...offer });
      if (round === this.offerRound && answer.type === 'media.answer') await this.media.applyAnswer(answer.sdp);
    } catch (error) {
      if (round !== this.offerRound) return;
      this.apply({ kind: 'media', media: 'broken' });
      // Without a line the next welcome asks for a new offer by itself.
      if (error instanceof RoomError && (error.code === 'offline' || error.code === 'timeout')) return;
      this.later(OFFER_RETRY_MS, () => {
        if (round === this.offerRound && this.socket.isOpen) void this.offer();
      });
    }
  }

  private async restartIce(): Promise<void> {
    // Without a line: the next welcome looks at the media again.
    if (!this.socket.isOpen) return;
    this.lineChanged = false;
    const round = this.offerRound;
    try {
      const sdp = await this.media.restart(this.iceServers);
      if (sdp === null) return;
      const answer = await this.socket.ask({ type: 'media.restart', sdp });
      if (round === this.offerRound && answer.type === 'media.answer') await this.media.applyAnswer(answer.sdp);
    } catch (error) {
      if (round !== this.offerRound) return;
      const offline = error instanceof RoomError && (error.code === 'offline' || error.code === 'timeout');
      if (!offline) void this.offer();
    }
  }

  private async onLost(attempt: number, wasOpen: boolean): Promise<boolean> {
    this.apply({ kind: 'disconnected', attempt });
    // A refused handshake tells a page nothing: ask why over HTTP.
    if (wasOpen || attempt % 3 !== 1) return true;
    const refusal = await this.askWhy();
    if (refusal) {
      this.apply({ kind: 'refused', ...refusal });
      this.close();
    }
    return refusal === null;
  }

  private async askWhy(): Promise<{ code: string; text: Text } | null> {
    try {
      const meeting = await get<Meeting>(`/meetings/${encodeURIComponent(this.options.meeting)}`);
      const text = OVER[meeting.state];
      return text ? { code: meeting.state === 'scheduled' ? 'not_open' : meeting.state, text } : null;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) return null;
      return { code: error.code, text: { vi: error.text('vi') ?? error.message, en: error.text('en') ?? error.message } };
    }
  }

  private beat(): void {
    if (this.store.getState().phase !== 'in') return;
    this.socket.ask({ type: 'view', ...this.view }).catch(() => {});
    this.tellDark();
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  /** Before the browser finds its old path dead, which takes it seconds. */
  private readonly onLineChanged = (): void => {
    this.lineChanged = true;
    if (this.store.getState().phase === 'in' && this.media.exists) void this.restartIce();
  };

  private readonly onOnline = (): void => this.socket.hurry();
  private readonly onOffline = (): void => this.socket.drop();
}
