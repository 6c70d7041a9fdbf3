/**
 * Messages of the room WebSocket, sub-protocol diemcau.room.v1 (signaling/protocol/README.md). What stands here as optional may be
 * missing in what a server sends, or is not told to every role.
 */

import type { AgendaItem, MeetingState, Paper } from '../api/types';

export type { AgendaItem, Paper };

export const SUBPROTOCOL = 'diemcau.room.v1';

export type Line = 'good' | 'fair' | 'poor' | 'lost';
export type SeatState = 'absent' | 'waiting' | 'connected' | 'reconnecting';
export type RoomRole = 'site' | 'chair' | 'cochair' | 'operator' | 'observer' | 'desk';

export type RollMark = 'present' | 'absent' | 'excused';
export type RollAuto = 'present' | 'partial' | 'absent';

export interface RollState {
  /** What the operator has set; null: not yet called. */
  mark: RollMark | null;
  /** What the sweep found: connected, heard, moving. */
  auto: RollAuto;
  reason: string;
}

export interface Seat {
  endpoint: string;
  code: string;
  name: string;
  unit_name: string;
  role: 'chair' | 'cochair' | 'site';
  state: SeatState;
  mic_open: boolean;
  mic_locked: boolean;
  camera_on: boolean;
  hand_at: number | null;
  content: boolean;
  spotlight: boolean;
  video_active?: boolean;
  /** Its picture flows and is black, as its own page sees it. */
  dark?: boolean;
  line?: Line | null;
  joined_at?: number | null;
  /** The name in this meeting; null: the endpoint's own. */
  shown_name?: string | null;
  level?: string;
  /** Code of the unit below the host unit that this site belongs to. */
  branch?: string | null;
  camera_locked?: boolean;
  consent?: boolean;
  barred?: boolean;
  /** Its request waits at the desk of its branch. */
  held?: boolean;
  topic?: string;
  /** Place in the queue, from 1. */
  queue?: number | null;
  head_count?: number | null;
  head_expected?: number | null;
  roll?: RollState | null;
  /** Heard in the last 10 s. */
  sound?: boolean;
  /** Its picture flows, or would: see `paused`. */
  moving?: boolean;
  /** Its camera rests because nobody watches; it comes back by itself. */
  paused?: boolean;
  /** Its line carries sound and at most a small picture. */
  survival?: boolean;
}

export type LayoutKind = 'chair_content' | 'speaker_strip' | 'grid4' | 'grid9' | 'grid16' | 'two_way';
export const LAYOUTS: readonly LayoutKind[] = ['chair_content', 'speaker_strip', 'grid4', 'grid9', 'grid16', 'two_way'];
export type PinRole = 'site' | 'chair' | 'cochair';
export type Pins = Record<PinRole, string | null>;

export interface Floor {
  endpoint: string;
  name: string;
  state: 'asked' | 'speaking';
  /** ms since 1970, server clock. */
  since: number;
  /** Time box; 0: none. */
  seconds: number;
  cut: boolean;
  picture: boolean;
  remark: boolean;
  /** Since when the line of who has the floor is cut. */
  lost_at?: number | null;
}

export interface Autoscan {
  running: boolean;
  paused: boolean;
  seconds: number;
  current: string | null;
  next: string | null;
  branch: string | null;
}

export interface Quorum {
  percent: number;
  present: number;
  needed: number;
  reached: boolean;
}

export interface RoomMeeting {
  id: string;
  title: string;
  state: MeetingState;
  host_unit: string;
  chair_endpoint: string;
  spotlight: string | null;
  content_endpoint: string | null;
  /** ISO 8601 or ms since 1970. */
  starts_at: string | number;
  ends_at: string | number;
  started_at: string | number | null;
  kind?: 'conference' | 'discussion' | 'training';
  layout?: LayoutKind | null;
  pins?: Pins;
  floor?: Floor | null;
  autoscan?: Autoscan | null;
  agenda?: { item: string; since: number; minutes: number } | null;
  paper?: { paper: string; page: number; by: string } | null;
  locked?: boolean;
  chat_closed?: boolean;
  lobby_message?: string | null;
  waiting_room?: boolean;
  roll?: { started_at: number } | null;
  quorum?: Quorum | null;
  auto_end?: boolean;
  rehearsal?: boolean;
  co_chairs?: string[];
}

export interface Text {
  vi: string;
  en: string;
}

export type SlotRole = 'audio' | 'main' | 'content' | 'tile';
export type LineRole = 'mic' | 'camera' | 'content' | 'audio' | 'main' | 'content_view' | 'tile';

export interface SlotLine {
  mid: string;
  role: SlotRole;
  index: number;
}

export interface SlotContent {
  mid: string;
  endpoint: string | null;
  source: 'camera' | 'content' | 'mic' | 'card' | null;
}

export interface LineState {
  up_loss: number;
  down_loss: number;
  rtt_ms: number | null;
  state: Line;
}

export interface Census {
  invited: number;
  present: number;
  waiting: number;
  absent: number;
  reconnecting: number;
  fair: number;
  bad: number;
  delegates: number;
  voted?: number;
}

export interface QueueItem {
  endpoint: string;
  at: number;
  topic: string;
  /** Waits at the desk of its branch, not yet in the meeting's queue. */
  held: boolean;
}

export interface ChatLine {
  id: string;
  at: number;
  /** null: the secretariat. */
  endpoint: string | null;
  name: string;
  text: string;
}

export type Majority = 'simple' | 'absolute' | 'two_thirds';
export type VoteBase = 'present' | 'invited';

export interface Vote {
  id: string;
  question: string;
  choices: string[];
  secret: boolean;
  majority: Majority;
  base: VoteBase;
  quorum_percent: number;
  state: 'open' | 'closed' | 'cancelled';
  opened_at: number;
  /** When it closes by itself; null: when it is closed by hand. */
  closes_at: number | null;
  closed_at: number | null;
  eligible: number;
  cast: number;
  /** Only as far as one may know them now: missing or null while they are secret. */
  counts?: number[] | null;
  my_choice?: number | null;
  quorum_met?: boolean | null;
  passed?: boolean | null;
  /** Who chose what: open votes, for those who run the meeting. */
  ballots?: { endpoint: string; choice: number }[] | null;
}

export interface Banner {
  text: string | null;
  from: string;
  until: number | null;
}

export interface Welcome {
  type: 'welcome';
  protocol: number;
  role: RoomRole;
  endpoint: string | null;
  meeting: RoomMeeting;
  seats: Seat[];
  ice_servers?: RTCIceServer[];
  /** What a camera is asked to send, if the server prefers a codec with layers of its own. */
  camera_codec?: 'VP9' | 'AV1';
  /** Heard at once beside the voice of the large picture. */
  voices?: number;
  resumed: boolean;
  server_time: string | number;
  /** The unit whose branch this desk sees. */
  branch?: string | null;
  waiting?: boolean;
  census?: Census | null;
  agenda?: AgendaItem[];
  papers?: Paper[];
  chat?: ChatLine[];
  vote?: Vote | null;
  queue?: QueueItem[] | null;
  queue_place?: QueuePlace | null;
  banner?: Banner | null;
}

export interface QueuePlace {
  place: number | null;
  length: number;
}

/** What is wanted of a camera that this page sends. */
export interface Demand {
  mid: string;
  /** The layers; empty without simulcast. */
  rids: string[];
  send: boolean;
}

export type ByeCode =
  | 'left'
  | 'ended'
  | 'replaced'
  | 'removed'
  | 'full'
  | 'postponed'
  | 'cancelled'
  | 'not_open'
  | 'locked'
  | 'barred'
  | 'rehearsal_over';

export type ServerMessage =
  | Welcome
  | { type: 'ok'; id?: number }
  | { type: 'error'; id?: number; code: string; text: Text }
  | { type: 'seats'; seats: Seat[] }
  | { type: 'meeting'; meeting: Partial<RoomMeeting> }
  | { type: 'media.answer'; id?: number; transport: string; sdp: string; slots: SlotLine[] }
  | { type: 'slots'; slots: SlotContent[] }
  | { type: 'media.reset'; reason: string }
  | ({ type: 'demand' } & Demand)
  | ({ type: 'line' } & LineState)
  | { type: 'levels'; levels: [string, number][] }
  | { type: 'notice'; text: Text }
  | ({ type: 'census' } & Census)
  | { type: 'agenda'; agenda: AgendaItem[]; papers: Paper[] }
  | { type: 'queue'; queue: QueueItem[] }
  | ({ type: 'queue_place' } & QueuePlace)
  | { type: 'floor.ask'; seconds: number; remark: boolean }
  | { type: 'floor.warning'; seconds_left: number }
  | ({ type: 'banner' } & Banner)
  | { type: 'chat'; items: ChatLine[] }
  | { type: 'vote'; vote: Vote | null }
  | { type: 'bye'; code: ByeCode; text: Text }
  | ({ type: 'test.plan' } & TestPlan)
  | ({ type: 'test.verdict' } & TestVerdict)
  | ({ type: 'test.ask' } & TestAsk)
  | { type: 'test.loop'; on: boolean; seconds: number };

/** What a room test is to measure. */
export interface TestPlan {
  test: string;
  /** The meeting's bitrate, each way. */
  kbps: number;
  /** How long the line is measured. */
  seconds: number;
}

export interface TestVerdict {
  test: string;
  light: 'good' | 'fair' | 'bad';
  advice: { id: string; text: Text }[];
}

/** What the centre asks of this room. */
export interface TestAsk {
  act: 'test' | 'playback' | 'reload' | 'card';
  on?: boolean;
}

/** What a room test has found; what it could not find is left out. */
export interface TestResult {
  test: string;
  devices?: { camera?: string; microphone?: string; speaker?: string };
  /** Peak in dB below full scale. */
  mic?: { ok: boolean; level?: number };
  speaker?: 'yes' | 'no' | 'skipped';
  camera?: { ok: boolean; dark?: boolean; height?: number };
  echo?: { ok: boolean; db?: number };
  loop?: { seen: boolean; heard: boolean };
  reach?: { udp?: boolean; tcp?: boolean };
  line?: TestLine;
}

/** Loss in thousandths. */
export interface TestLine {
  network: 'unknown' | 'ethernet' | 'wifi' | 'cellular';
  up_kbps?: number;
  down_kbps?: number;
  up_loss?: number;
  down_loss?: number;
  up_jitter_ms?: number;
  down_jitter_ms?: number;
  rtt_ms?: number;
  seconds: number;
}

/** Whom a message is for. */
export type Audience = { endpoint: string } | { branch: string } | { all: true };

export interface VoteNew {
  question: string;
  choices?: string[];
  secret: boolean;
  majority: Majority;
  base: VoteBase;
  quorum_percent: number;
  seconds?: number;
}

export interface GrantOptions {
  /** Time box; 0 or missing: none. */
  seconds?: number;
  cut?: boolean;
  /** False: an audio remark, the picture stays where it is. */
  picture?: boolean;
}

export interface LobbyWho {
  endpoints?: string[];
  branch?: string;
  all?: boolean;
}

export type ClientMessage =
  | { type: 'join'; resume_transport?: string }
  | { type: 'media.offer'; sdp: string; lines: { mid: string; role: LineRole }[] }
  | { type: 'media.restart'; sdp: string }
  | { type: 'view'; main_height: number; tile_height: number; tiles?: string[]; main?: string | null }
  | { type: 'mic'; open: boolean }
  | { type: 'camera'; on: boolean }
  | { type: 'picture'; dark: boolean }
  | {
      type: 'stats';
      span_ms: number;
      network: 'unknown' | 'ethernet' | 'wifi' | 'cellular';
      candidate: 'unknown' | 'host' | 'srflx' | 'prflx' | 'relay';
      tcp: boolean;
      hidden?: boolean;
      browser?: string;
      microphone?: string;
      camera?: string;
      speaker?: string;
      output_suspect?: boolean;
      no_camera?: boolean;
      limited?: 'none' | 'cpu' | 'bandwidth' | 'other';
      encode_fps?: number;
      encode_height?: number;
      capture_fps?: number;
      encode_permille?: number;
      mic_level?: number;
      captured_permille?: number;
      late_ms?: number;
      audio_packets?: number;
      concealed_permille?: number;
      jitter_buffer_ms?: number;
      out_level?: number;
      played?: 'unknown' | 'no' | 'yes';
      blocked?: boolean;
      decoded_fps?: number;
      decoded_height?: number;
      dropped?: number;
      freezes?: number;
      frozen_ms?: number;
      rtt_ms?: number;
    }
  | { type: 'hand'; raised: boolean; topic?: string }
  | { type: 'content'; on: boolean }
  | { type: 'leave' }
  | { type: 'seat.mute'; endpoint: string; locked: boolean }
  | { type: 'mute.all'; except?: string[]; branch?: string }
  | { type: 'spotlight'; endpoint: string | null }
  | { type: 'hand.lower'; endpoint: string }
  | { type: 'meeting.end' }
  | { type: 'queue.order'; endpoints: string[] }
  | { type: 'queue.pass_up'; endpoint: string; up: boolean }
  | ({ type: 'floor.grant'; endpoint: string } & GrantOptions)
  | { type: 'floor.release' }
  | { type: 'floor.next'; seconds?: number; cut?: boolean }
  | { type: 'floor.extend'; seconds: number }
  | { type: 'floor.answer'; accept: boolean }
  | { type: 'consent'; standing: boolean }
  | { type: 'mic.ask'; endpoint: string }
  | { type: 'layout'; kind: LayoutKind }
  | { type: 'pin'; role: PinRole; endpoint: string | null }
  | { type: 'autoscan.start'; seconds: number; endpoints?: string[]; branch?: string }
  | { type: 'autoscan.stop' }
  | { type: 'autoscan.skip' }
  | { type: 'agenda.go'; item: string | null }
  | { type: 'paper.show'; paper: string | null; page: number }
  | { type: 'paper.page'; page: number }
  | { type: 'meeting.extend'; minutes: number }
  | ({ type: 'lobby.admit' } & LobbyWho)
  | { type: 'lobby.return'; endpoint: string }
  | { type: 'lobby.message'; text: string }
  | { type: 'meeting.lock'; locked: boolean }
  | { type: 'seat.remove'; endpoint: string; bar: boolean; reason?: string }
  | { type: 'seat.unbar'; endpoint: string }
  | { type: 'seat.camera'; endpoint: string; off: boolean }
  | { type: 'seat.rename'; endpoint: string; name: string | null }
  | { type: 'message'; to: Audience; text: string; seconds?: number }
  | { type: 'message.clear' }
  | { type: 'chat'; text: string }
  | { type: 'chat.close'; closed: boolean }
  | { type: 'roll.start' }
  | { type: 'roll.stop' }
  | ({ type: 'roll.mark'; mark: RollMark | null; reason?: string } & ({ endpoint: string } | { endpoints: string[] }))
  | { type: 'head_count'; present: number; expected?: number }
  | ({ type: 'vote.open' } & VoteNew)
  | { type: 'vote.cast'; vote: string; choice: number }
  | { type: 'vote.close'; vote: string }
  | { type: 'vote.cancel'; vote: string }
  | { type: 'test.begin' }
  | { type: 'test.loop'; on: boolean }
  | ({ type: 'test.result' } & TestResult);
