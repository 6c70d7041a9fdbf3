/** What the controller's interface says (server/http/openapi.json). */

export type Role = 'administrator' | 'secretary' | 'technician' | 'endpoint';

export interface SessionUser {
  id: number;
  login: string;
  name: string;
  role: Role;
  unit: string;
  endpoint: string | null;
}

export interface Session {
  user: SessionUser;
  csrf: string;
}

export interface Unit {
  code: string;
  parent: string | null;
  level: string;
  name: string;
  endpoints: number;
}

export interface Endpoint {
  id: string;
  unit: string;
  unit_name: string;
  name: string;
  phone: string;
}

export interface User {
  id: number;
  login: string;
  name: string;
  role: Role;
  unit: string;
  endpoint: string | null;
  disabled: boolean;
  locked: boolean;
}

export type MeetingState = 'scheduled' | 'open' | 'live' | 'ended' | 'postponed' | 'cancelled';
/** run: open, start, end and the acts of the control room; watch: the control room without them. */
export type Right = 'edit' | 'run' | 'watch' | 'join';

export interface Meeting {
  id: string;
  title: string;
  state: MeetingState;
  reason: string;
  host_unit: string;
  host_unit_name: string;
  chair_endpoint: string;
  chair_name: string;
  starts_at: string;
  ends_at: string;
  opened_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  endpoint_count: number;
  may: Right[];
}

export interface MeetingDetail extends Meeting {
  endpoints: Endpoint[];
}

export interface MeetingNew {
  title: string;
  host_unit: string;
  chair_endpoint: string;
  starts_at: string;
  ends_at: string;
  endpoints: string[];
  units: string[];
}

export interface RelayFigures {
  connected: boolean;
  stats: Record<string, unknown> | null;
}

/** application/problem+json: Vietnamese first, English beside it. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  title_en: string;
  detail_en: string;
  field?: string;
}
