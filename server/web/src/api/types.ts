/** What the controller's interface says (server/http/openapi.json). */

export type Role = 'administrator' | 'secretary' | 'technician' | 'endpoint';

export interface SessionUser {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** null: everything. */
  unit: string | null;
  endpoint: string | null;
}

export interface Session {
  user: SessionUser;
  csrf: string;
  /** The centre's telephone, for rooms in need. */
  help_phone?: string;
}

export interface Unit {
  code: string;
  parent: string | null;
  level: string;
  name: string;
  endpoints: number;
  /** Budget of the line that its rooms share, kbit/s; 0: none. */
  down_kbps?: number;
  up_kbps?: number;
}

export interface Endpoint {
  id: string;
  unit: string;
  unit_name: string;
  name: string;
  phone: string;
  /** Who looks after the room's equipment. */
  technician?: string;
  email?: string;
  /** What the room may take of its line, kbit/s; 0: as much as there is. */
  down_kbps?: number;
  up_kbps?: number;
}

export interface User {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** null: everything. */
  unit: string | null;
  endpoint: string | null;
  email?: string;
  disabled: boolean;
  locked: boolean;
}

export type MeetingState = 'draft' | 'scheduled' | 'rehearsal' | 'open' | 'live' | 'ended' | 'postponed' | 'cancelled';
export type MeetingKind = 'conference' | 'discussion' | 'training';
/** run: open, start, end and the acts of the control room; watch: the control room without them. */
export type Right = 'edit' | 'run' | 'watch' | 'join';

export interface Rehearsal {
  at: string;
  good: number;
  fair: number;
  bad: number;
  absent: number;
}

/** How rooms come in, and what is allowed inside. */
export interface Entry {
  mic: 'off' | 'on';
  camera: 'on' | 'off';
  waiting_room: boolean;
  recording: 'allowed' | 'forbidden';
  chat: boolean;
  /** A desk of a branch gathers the requests of its branch. */
  floor_gather: boolean;
  auto_end: boolean;
  quorum_percent: number;
  minutes_per_speaker: number;
}

export interface AgendaItem {
  id: string;
  title: string;
  speaker: string;
  endpoint: string | null;
  minutes: number;
  papers: string[];
}

export interface Paper {
  id: string;
  name: string;
  bytes: number;
  type: string;
  item: string | null;
  pages: number | null;
}

export type ResourceKind = 'hall' | 'equipment' | 'other';

export interface Resource {
  id: string;
  unit: string;
  unit_name?: string;
  name: string;
  kind: ResourceKind;
  note: string;
}

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
  kind?: MeetingKind;
  co_chairs?: string[];
  series?: string | null;
  occurrence?: string | null;
  entry?: Entry;
  rehearsal?: Rehearsal | null;
  published_at?: string | null;
  note?: string;
}

export interface MeetingDetail extends Meeting {
  endpoints: Endpoint[];
  agenda?: AgendaItem[];
  papers?: Paper[];
  resources?: Pick<Resource, 'id' | 'name' | 'kind'>[];
}

export interface MeetingNew {
  title: string;
  host_unit: string;
  chair_endpoint: string;
  starts_at: string;
  ends_at: string;
  endpoints: string[];
  units: string[];
  kind?: MeetingKind;
  co_chairs?: string[];
  groups?: string[];
  agenda?: (Omit<AgendaItem, 'id' | 'papers'> & { id?: string })[];
  resources?: string[];
  entry?: Entry;
  note?: string;
  draft?: boolean;
  recurrence?: string | null;
  exceptions?: string[];
}

/** One meeting or several of its series. */
export type Scope = 'one' | 'following' | 'all';

export interface Series {
  id: string;
  recurrence: string;
  exceptions: string[];
  meetings: Meeting[];
}

/** A sentence of the server's in both languages. */
export interface Both {
  vi: string;
  en: string;
}

export interface Clash {
  kind: 'endpoint' | 'chair' | 'resource';
  id: string;
  name: string;
  meeting: string;
  title: string;
  starts_at: string;
  ends_at: string;
}

/** What booking it so would mean: POST /meetings/clash. */
export interface ClashReport {
  endpoint_count: number;
  clashes: Clash[];
  clash_count: number;
  free_at: string | null;
  bandwidth_mbps: number;
  capacity_ok: boolean;
  warnings: { code: string; text: Both }[];
}

export interface EndpointGroup {
  id: string;
  unit: string;
  name: string;
  endpoints: string[];
}

export interface Template {
  id: string;
  unit: string;
  name: string;
  body: Partial<MeetingNew> & { length_minutes?: number };
}

export interface Notice {
  id: string;
  at: string;
  kind: 'invitation' | 'changed' | 'postponed' | 'cancelled' | 'reminder' | 'call' | 'papers';
  meeting: string | null;
  title: Both;
  text: Both;
  read: boolean;
}

export interface Setting {
  key: string;
  group: string;
  type: string;
  value: string | number | boolean | null;
  default: string | number | boolean | null;
  from: 'default' | 'file' | 'override';
  help: Both;
  secret: boolean;
  restart: boolean;
  /** Of a secret: whether there is one. */
  set?: boolean;
  /** Only the configuration file may set it. */
  fixed?: boolean;
  options?: string[];
  min?: number;
  max?: number;
}

export interface Mail {
  id: string;
  to: string;
  subject: string;
  state: 'waiting' | 'sent' | 'failed';
  attempts: number;
  error: string;
  at: string;
}

export interface AuditEvent {
  id: number | string;
  at: string;
  actor: string | null;
  action: string;
  meeting: string | null;
  subject: string | null;
  detail: string | null;
  source?: string | null;
}

/** What reading a CSV file would change, or has changed. */
export interface ImportReport {
  added: number;
  changed: number;
  removed: number;
  unchanged?: number;
  errors: { line: number; text: string; text_en?: string }[];
}

export interface StatisticsRow {
  unit: string;
  unit_name: string;
  meetings: number;
  sites: number;
  sites_per_meeting: number;
  minutes: number;
  on_time_percent: number;
}

export interface Statistics {
  rows: StatisticsRow[];
  total: StatisticsRow;
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
