/** Messages of the room WebSocket, sub-protocol diemcau.room.v1 (signaling/protocol/README.md). */

import type { MeetingState } from '../api/types';

export const SUBPROTOCOL = 'diemcau.room.v1';

export type Line = 'good' | 'fair' | 'poor' | 'lost';
export type SeatState = 'absent' | 'connected' | 'reconnecting';
export type RoomRole = 'site' | 'chair' | 'operator' | 'observer';

export interface Seat {
  endpoint: string;
  code: string;
  name: string;
  unit_name: string;
  role: 'chair' | 'site';
  state: SeatState;
  mic_open: boolean;
  mic_locked: boolean;
  camera_on: boolean;
  hand_at: number | null;
  content: boolean;
  spotlight: boolean;
  video_active?: boolean;
  line?: Line | null;
  joined_at?: number | null;
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
  source: 'camera' | 'content' | 'mic' | null;
}

export interface LineState {
  up_loss: number;
  down_loss: number;
  rtt_ms: number | null;
  state: Line;
}

export interface Welcome {
  type: 'welcome';
  protocol: number;
  role: RoomRole;
  endpoint: string | null;
  meeting: RoomMeeting;
  seats: Seat[];
  ice_servers?: RTCIceServer[];
  resumed: boolean;
  server_time: string | number;
}

export type ByeCode = 'left' | 'ended' | 'replaced' | 'removed' | 'full' | 'postponed' | 'cancelled' | 'not_open';

export type ServerMessage =
  | Welcome
  | { type: 'ok'; id?: number }
  | { type: 'error'; id?: number; code: string; text: Text }
  | { type: 'seats'; seats: Seat[] }
  | { type: 'meeting'; meeting: RoomMeeting }
  | { type: 'media.answer'; id?: number; transport: string; sdp: string; slots: SlotLine[] }
  | { type: 'slots'; slots: SlotContent[] }
  | { type: 'media.reset'; reason: string }
  | ({ type: 'line' } & LineState)
  | { type: 'levels'; levels: [string, number][] }
  | { type: 'notice'; text: Text }
  | { type: 'bye'; code: ByeCode; text: Text };

export type ClientMessage =
  | { type: 'join'; resume_transport?: string }
  | { type: 'media.offer'; sdp: string; lines: { mid: string; role: LineRole }[] }
  | { type: 'media.restart'; sdp: string }
  | { type: 'view'; main_height: number; tile_height: number; tiles?: string[] }
  | { type: 'mic'; open: boolean }
  | { type: 'camera'; on: boolean }
  | { type: 'hand'; raised: boolean }
  | { type: 'content'; on: boolean }
  | { type: 'leave' }
  | { type: 'seat.mute'; endpoint: string; locked: boolean }
  | { type: 'mute.all' }
  | { type: 'spotlight'; endpoint: string | null }
  | { type: 'hand.lower'; endpoint: string }
  | { type: 'meeting.end' };
