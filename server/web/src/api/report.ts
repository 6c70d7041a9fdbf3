/** What became of a meeting: GET /meetings/{id}/report, its minutes and its log. Times are UTC ms. */

export type RollMark = 'present' | 'absent' | 'excused' | 'not_called';

export interface Attendance {
  endpoint: string;
  name: string;
  unit_name: string;
  branch: string;
  invited: boolean;
  first_joined_at: number | null;
  spans: [number, number][];
  minutes: number;
  late_minutes: number;
  breaks?: number;
  mark: RollMark;
  marked?: boolean;
  reason: string;
  head_count: number | null;
  head_expected: number | null;
  spoken_seconds?: number;
}

export interface Speech {
  endpoint: string;
  name: string;
  from: number;
  seconds: number;
  kind: 'floor' | 'remark';
}

export interface ReportVote {
  question: string;
  secret: boolean;
  choices: string[];
  counts: number[];
  eligible: number;
  passed: boolean;
  quorum_met: boolean;
  opened_at: number | null;
  closed_at: number | null;
}

export interface ReportEvent {
  at: number | string;
  actor?: string | null;
  action: string;
  subject?: string | null;
  detail?: string | null;
}

export interface Report {
  from: number | null;
  to: number | null;
  counts: {
    invited: number;
    present: number;
    absent: number;
    excused: number;
    not_called: number;
    late: number;
    delegates: number;
  };
  quorum: { percent: number; present: number; needed: number; reached: boolean };
  attendance: Attendance[];
  speaking: Speech[];
  votes: ReportVote[];
  events?: ReportEvent[];
}

export interface Minutes {
  /** 0: nothing is stored yet. */
  version: number;
  text: string;
  author: string;
  at: string | number | null;
  approved_at: string | number | null;
  approved_by: string;
}

export const NO_MINUTES: Minutes = { version: 0, text: '', author: '', at: null, approved_at: null, approved_by: '' };
