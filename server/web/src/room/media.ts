/**
 * The media of one room: one peer connection and one offer for the whole meeting. The m-lines stand in a fixed order
 * (microphone, camera, content, then what is received); who is shown in a received line is told later by `slots`,
 * without a new offer. Tracks are exchanged by replaceTrack.
 */
import { LAYERED_MODE, type LayeredCodec, layeredCodecs, narrow, offerDependencies } from './codecs';
import { applyDemand } from './demand';
import type { Moment } from './health';
import { followLine } from './playout';
import type { Demand, LineRole } from './protocol';

/** How long a lost path may heal by itself before ICE is restarted. */
const DISCONNECTED_PATIENCE_MS = 3_000;
/** A restart that has not connected in this time is followed by another, then by a new connection. */
const RESTART_PATIENCE_MS = 8_000;
const RESTARTS_BEFORE_RENEWAL = 2;

export interface MediaPlan {
  /** False for the control room: it only receives. */
  sends: boolean;
  audioSlots: number;
  tileSlots: number;
}

export interface MediaEvents {
  onPhase: (phase: 'connecting' | 'connected' | 'broken') => void;
  onRestartNeeded: () => void;
  onRenewalNeeded: () => void;
  /** The browser wants a click before it plays sound. */
  onSoundBlocked: () => void;
}

export interface Offer {
  sdp: string;
  lines: { mid: string; role: LineRole }[];
}

type Sent = 'mic' | 'camera' | 'content';

const CAMERA_KBPS: Record<360 | 720, readonly [number, number, number]> = {
  720: [1200, 400, 150],
  360: [500, 150, 80],
};

export class MediaEngine {
  private connection: RTCPeerConnection | null = null;
  private readonly tracks = new Map<Sent, MediaStreamTrack>();
  private readonly senders = new Map<Sent, RTCRtpSender>();
  private streams = new Map<string, MediaStream>();
  private players: HTMLAudioElement[] = [];
  private speaker: string | null = null;
  private hushed = false;
  private mainMid: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private restarts = 0;
  private unfollow: (() => void) | null = null;
  private layered: LayeredCodec | null = null;

  constructor(
    private readonly plan: MediaPlan,
    private readonly events: MediaEvents,
    private readonly pictureHeight: () => 360 | 720,
  ) {}

  /** From the next connection on the camera is one stream of that codec with layers in it; null: three streams. */
  preferLayers(codec: LayeredCodec | null): void {
    this.layered = codec;
  }

  /** Voices that the server lets through beside the lead's; for the next offer. */
  hear(voices: number): void {
    this.plan.audioSlots = voices + 1;
  }

  /** Closes what there is and makes the offer of a new connection. */
  async renew(iceServers: RTCIceServer[]): Promise<Offer> {
    this.closeConnection();
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers });
    this.connection = pc;
    this.restarts = 0;
    pc.oniceconnectionstatechange = () => this.onIceState(pc);
    pc.onconnectionstatechange = () => this.onConnectionState(pc);
    this.unfollow = followLine(pc);
    const roles = this.addLines(pc);
    const offer = await pc.createOffer();
    await pc.setLocalDescription(offer);
    const lines = [...roles].map(([transceiver, role]) => ({ mid: transceiver.mid ?? '', role }));
    for (const [transceiver, role] of roles) this.takeReceiver(transceiver, role);
    return { sdp: pc.localDescription?.sdp ?? offer.sdp ?? '', lines };
  }

  /** An ICE restart on the living connection; null when there is none. */
  async restart(iceServers: RTCIceServer[]): Promise<string | null> {
    const pc = this.connection;
    if (!pc || pc.signalingState === 'closed') return null;
    // The password of a TURN server may have expired since.
    pc.setConfiguration({ ...pc.getConfiguration(), iceServers });
    if (pc.signalingState === 'have-local-offer') await pc.setLocalDescription({ type: 'rollback' });
    const offer = await pc.createOffer({ iceRestart: true });
    await pc.setLocalDescription(offer);
    this.restarts += 1;
    this.watchRestart(pc);
    return pc.localDescription?.sdp ?? null;
  }

  async applyAnswer(sdp: string): Promise<void> {
    const pc = this.connection;
    if (pc?.signalingState === 'have-local-offer') await pc.setRemoteDescription({ type: 'answer', sdp });
  }

  get isBroken(): boolean {
    const state = this.connection?.iceConnectionState;
    return state === 'failed' || state === 'disconnected';
  }

  get exists(): boolean {
    return this.connection !== null;
  }

  /** The stream of a received line; the same object as long as the connection lives. */
  stream(mid: string): MediaStream | null {
    return this.streams.get(mid) ?? null;
  }

  /** Sends this track from now on; null sends nothing. Remembered for later connections. */
  async send(kind: Sent, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.tracks.set(kind, track);
    else this.tracks.delete(kind);
    await this.senders.get(kind)?.replaceTrack(track).catch(() => {});
  }

  /** Layers that nobody watches are switched off, and on again. */
  async setDemand(demand: Demand): Promise<void> {
    const transceiver = this.connection?.getTransceivers().find((t) => t.mid === demand.mid);
    if (transceiver) await applyDemand(transceiver.sender, demand);
  }

  async setSpeaker(id: string | null): Promise<void> {
    this.speaker = id;
    await Promise.all(this.players.map((p) => this.aim(p)));
  }

  /** Sends that picture in place of the camera's, at up to so many kbit/s; null: the camera again, as before. */
  async fill(track: MediaStreamTrack | null, kbps: number): Promise<void> {
    const sender = this.senders.get('camera');
    if (!sender) return;
    await sender.replaceTrack(track ?? this.tracks.get('camera') ?? null).catch(() => {});
    const [usual] = CAMERA_KBPS[this.pictureHeight()];
    const parameters = sender.getParameters();
    const [full] = parameters.encodings;
    if (!full) return;
    full.maxBitrate = 1000 * (track ? Math.max(usual, kbps) : usual);
    await sender.setParameters(parameters).catch(() => {});
  }

  /** Sound goes on arriving, and nothing of it is played: a room that hears itself would howl. */
  hush(on: boolean): void {
    this.hushed = on;
    for (const player of this.players) player.muted = on;
  }

  /** After a click: plays what the browser held back. */
  unblockSound(): void {
    this.players.forEach((p) => void p.play().catch(() => {}));
  }

  /** What the browser has counted until now; null: there is no connection. */
  async moment(): Promise<Moment | null> {
    const pc = this.connection;
    if (!pc || pc.connectionState !== 'connected') return null;
    const entries: Moment['entries'][number][] = [];
    (await pc.getStats()).forEach((entry: Moment['entries'][number]) => entries.push(entry));
    return { atMs: performance.now(), entries, mainMid: this.mainMid, playing: this.players.map((p) => !p.paused) };
  }

  close(): void {
    this.closeConnection();
    this.tracks.clear();
  }

  private closeConnection(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const player of this.players) {
      player.pause();
      player.srcObject = null;
    }
    this.players = [];
    this.streams = new Map();
    this.senders.clear();
    this.unfollow?.();
    this.unfollow = null;
    if (this.connection) {
      this.connection.oniceconnectionstatechange = null;
      this.connection.onconnectionstatechange = null;
      this.connection.close();
    }
    this.connection = null;
  }

  private addLines(pc: RTCPeerConnection): Map<RTCRtpTransceiver, LineRole> {
    const roles = new Map<RTCRtpTransceiver, LineRole>();
    if (this.plan.sends) {
      const stream = new MediaStream();
      const add = (kind: Sent, media: 'audio' | 'video', encodings: RTCRtpEncodingParameters[]): RTCRtpTransceiver => {
        const transceiver = pc.addTransceiver(this.tracks.get(kind) ?? media, {
          direction: 'sendonly',
          streams: [stream],
          ...(encodings.length > 0 ? { sendEncodings: encodings } : {}),
        });
        this.senders.set(kind, transceiver.sender);
        roles.set(transceiver, kind);
        return transceiver;
      };
      add('mic', 'audio', []);
      const layered = this.layeredCodecs();
      const camera = add('camera', 'video', layered.length > 0 ? this.layeredEncodings() : this.cameraEncodings());
      if (layered.length > 0) {
        camera.setCodecPreferences(layered);
        offerDependencies(camera);
      }
      add('content', 'video', [{ maxBitrate: 2_000_000, maxFramerate: 15 }]);
    }
    const receive = (media: 'audio' | 'video', role: LineRole, count: number): void => {
      for (let i = 0; i < count; i++) {
        const transceiver = pc.addTransceiver(media, { direction: 'recvonly' });
        if (media === 'video') narrow(transceiver);
        roles.set(transceiver, role);
      }
    };
    receive('audio', 'audio', this.plan.audioSlots);
    receive('video', 'main', 1);
    receive('video', 'content_view', 1);
    receive('video', 'tile', this.plan.tileSlots);
    return roles;
  }

  /** Empty: three streams. */
  private layeredCodecs(): RTCRtpCodec[] {
    if (!this.layered || !('setCodecPreferences' in RTCRtpTransceiver.prototype)) return [];
    return layeredCodecs(RTCRtpSender.getCapabilities('video')?.codecs ?? [], this.layered);
  }

  private layeredEncodings(): (RTCRtpEncodingParameters & { scalabilityMode: string })[] {
    const [full] = CAMERA_KBPS[this.pictureHeight()];
    return [{ maxBitrate: full * 1000, scalabilityMode: LAYERED_MODE }];
  }

  private cameraEncodings(): RTCRtpEncodingParameters[] {
    const [full, half, quarter] = CAMERA_KBPS[this.pictureHeight()];
    return [
      { rid: 'f', maxBitrate: full * 1000 },
      { rid: 'h', maxBitrate: half * 1000, scaleResolutionDownBy: 2 },
      { rid: 'q', maxBitrate: quarter * 1000, scaleResolutionDownBy: 4 },
    ];
  }

  private takeReceiver(transceiver: RTCRtpTransceiver, role: LineRole): void {
    if (transceiver.mid === null || transceiver.direction !== 'recvonly') return;
    const stream = new MediaStream([transceiver.receiver.track]);
    this.streams.set(transceiver.mid, stream);
    if (role === 'main') this.mainMid = transceiver.mid;
    if (role !== 'audio') return;
    const player = new Audio();
    player.autoplay = true;
    player.muted = this.hushed;
    player.srcObject = stream;
    this.players.push(player);
    void this.aim(player);
    player.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.events.onSoundBlocked();
    });
  }

  private async aim(player: HTMLAudioElement): Promise<void> {
    if ('setSinkId' in player) await player.setSinkId(this.speaker ?? '').catch(() => {});
  }

  private onIceState(pc: RTCPeerConnection): void {
    if (pc !== this.connection) return;
    const state = pc.iceConnectionState;
    if (state === 'connected' || state === 'completed') {
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = null;
      this.restarts = 0;
      if (pc.connectionState === 'connected') this.events.onPhase('connected');
      return;
    }
    if (state === 'failed') this.heal(pc);
    if (state === 'disconnected') {
      this.events.onPhase('broken');
      this.after(DISCONNECTED_PATIENCE_MS, () => {
        if (pc === this.connection && this.isBroken) this.heal(pc);
      });
    }
  }

  private onConnectionState(pc: RTCPeerConnection): void {
    if (pc !== this.connection) return;
    if (pc.connectionState === 'connected') this.events.onPhase('connected');
    // ICE is well and DTLS has failed: only a new connection helps.
    if (pc.connectionState === 'failed' && pc.iceConnectionState !== 'failed') this.events.onRenewalNeeded();
  }

  private heal(pc: RTCPeerConnection): void {
    if (pc !== this.connection) return;
    this.events.onPhase('broken');
    if (this.restarts >= RESTARTS_BEFORE_RENEWAL) this.events.onRenewalNeeded();
    else this.events.onRestartNeeded();
  }

  private watchRestart(pc: RTCPeerConnection): void {
    this.after(RESTART_PATIENCE_MS, () => {
      const state = pc.iceConnectionState;
      if (state !== 'connected' && state !== 'completed') this.heal(pc);
    });
  }

  private after(ms: number, act: () => void): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      act();
    }, ms);
  }
}
