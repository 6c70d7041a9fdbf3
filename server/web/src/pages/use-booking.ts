import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSession } from '../api/session';
import { del, patch, post } from '../api/client';
import type { Endpoint, EndpointGroup, MeetingDetail, MeetingState, Paper, Resource, Scope, Series, Template } from '../api/types';
import { copyPapers } from '../api/upload';
import {
  adoptIds,
  applyTemplate,
  canBeKept,
  dropUnknown,
  faultsOf,
  fromMeeting,
  hasGuests,
  invitedRooms,
  loadDraft,
  newDraft,
  saveDraft,
  timesOf,
  toRequest,
  type Draft,
  type Faults,
} from '../lib/draft';
import { toRule } from '../lib/repeat';
import { formatTime } from '../lib/time';
import type { Tree } from '../lib/tree';

/** All that the booking page chooses from. */
export interface Choices {
  tree: Tree;
  endpoints: Endpoint[];
  groups: EndpointGroup[];
  resources: Resource[];
  templates: Template[];
}

export interface Loaded {
  meeting: MeetingDetail;
  series: Series | null;
}

/** Where the form is kept: on this machine only, at the server, on its way, or the server refused it. */
export type Kept = { kind: 'local' | 'saving' | 'saved' | 'failed'; at: number; error?: unknown };

export interface Booking {
  draft: Draft;
  change: (part: Partial<Draft> | ((old: Draft) => Partial<Draft>)) => void;
  faults: Faults;
  rooms: number;
  /** The meeting at the server; null before the first save. */
  id: string | null;
  state: MeetingState;
  series: string | null;
  /** The rule of its series is not the stored one any more. */
  ruleChanged: boolean;
  /** A published meeting is saved by a button, not while typing. */
  published: boolean;
  dirty: boolean;
  kept: Kept;
  papers: Paper[];
  setPapers: (change: (old: Paper[]) => Paper[]) => void;
  /** Saves what is not saved yet; the meeting's id, or null when it cannot be kept by the server yet. */
  save: (scope?: Scope) => Promise<string | null>;
  publish: () => Promise<MeetingDetail>;
  discard: () => void;
}

const AUTOSAVE_MS = 700;
const RETRY_MS = 5_000;

/** What the page is opened with: a meeting, a place in the calendar, a template. */
export interface Start {
  loaded: Loaded | null;
  wanted: Date | null;
  until: Date | null;
  template: Template | null;
}

function firstDraft(choices: Choices, home: string | null, start: Omit<Start, 'loaded'>): Draft {
  const { wanted, until, template } = start;
  const { tree, endpoints, groups } = choices;
  const host = home !== null && tree.byCode.has(home) ? home : tree.roots.length === 1 ? tree.roots[0]!.code : null;
  const fresh = { ...newDraft(new Date(), host, wanted), chair: endpoints.find((e) => e.unit === host)?.id ?? null };
  if (wanted && until && until > wanted) {
    fresh.to = formatTime(until);
  }
  if (template) return applyTemplate(fresh, template, tree, endpoints, new Date());
  const stored = wanted ? null : loadDraft(null);
  return stored ? dropUnknown(stored, tree, endpoints, groups) : fresh;
}

/** The form's state, kept on this machine at every key and at the server soon after. */
export function useBooking(choices: Choices, start: Start, onMade: (id: string) => void): Booking {
  const { tree, endpoints, groups } = choices;
  const { loaded } = start;
  const home = useSession((s) => s.user?.unit ?? null);
  const stored = useMemo(() => (loaded ? fromMeeting(loaded.meeting, tree, endpoints, loaded.series) : null), [loaded, tree, endpoints]);
  const [unsaved] = useState<Draft | null>(() => (loaded ? loadDraft(loaded.meeting.id) : null));
  const [draft, setDraft] = useState<Draft>(() =>
    unsaved ? dropUnknown(unsaved, tree, endpoints, groups) : (stored ?? firstDraft(choices, home, start)),
  );
  const [id, setId] = useState<string | null>(loaded?.meeting.id ?? null);
  const state: MeetingState = loaded?.meeting.state ?? 'draft';
  const [dirty, setDirty] = useState(unsaved !== null);
  const [kept, setKept] = useState<Kept>({ kind: loaded ? 'saved' : 'local', at: Date.now() });
  const [papers, setPapers] = useState<Paper[]>(loaded?.meeting.papers ?? []);
  const published = state !== 'draft';
  const latest = useRef({ draft, id, dirty });
  latest.current = { draft, id, dirty };
  const rooms = useMemo(() => invitedRooms(draft, endpoints, groups).size, [draft, endpoints, groups]);
  const faults = faultsOf(draft, hasGuests(draft) ? rooms : 0, new Date());

  const change = useCallback<Booking['change']>((part) => {
    setDraft((old) => {
      const next = { ...old, ...(typeof part === 'function' ? part(old) : part) };
      saveDraft(next, latest.current.id);
      return next;
    });
    setDirty(true);
  }, []);

  const send = useCallback(
    async (scope: Scope): Promise<void> => {
      const sent = latest.current.draft;
      const at = latest.current.id;
      const request = toRequest(sent, tree, endpoints, new Date());
      if (!request || !canBeKept(faultsOf(sent, 1, new Date()))) return;
      // A rule is no part of a draft at the server: it stays here until the meeting is published.
      const { recurrence, exceptions: _, ...body } = request;
      setKept({ kind: 'saving', at: Date.now() });
      const answer = at
        ? await patch<MeetingDetail>(`/meetings/${at}`, scope === 'one' ? body : { ...body, scope })
        : await post<MeetingDetail>('/meetings', { ...body, draft: true });
      if (!at) {
        latest.current.id = answer.id;
        saveDraft(null, null);
        setId(answer.id);
        onMade(answer.id);
      }
      setDraft((now) => ({ ...now, agenda: adoptIds(now.agenda, answer.agenda ?? []) }));
      if (latest.current.draft === sent) {
        saveDraft(recurrence && !loaded?.series ? sent : null, answer.id);
        setDirty(false);
      }
      setKept({ kind: 'saved', at: Date.now() });
    },
    [tree, endpoints, onMade, loaded],
  );

  // One request at a time, in order.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const inTurn = useCallback(<T>(act: () => Promise<T>): Promise<T> => {
    const next = queue.current.then(act, act);
    queue.current = next.catch(() => {});
    return next;
  }, []);
  const saveNow = useCallback(
    (scope: Scope = 'one'): Promise<void> =>
      inTurn(() =>
        send(scope).catch((error: unknown) => {
          setKept({ kind: 'failed', at: Date.now(), error });
          throw error;
        }),
      ),
    [inTurn, send],
  );

  const saveable = canBeKept(faults);
  const failed = kept.kind === 'failed';
  useEffect(() => {
    if (published || !dirty || !saveable) return;
    const timer = setTimeout(() => void saveNow().catch(() => {}), failed ? RETRY_MS : AUTOSAVE_MS);
    return () => clearTimeout(timer);
  }, [draft, published, dirty, saveable, failed, saveNow]);

  const save = async (scope: Scope = 'one'): Promise<string | null> => {
    if (latest.current.dirty || !latest.current.id) await saveNow(scope);
    return latest.current.id;
  };
  const publish = async (): Promise<MeetingDetail> => {
    const times = timesOf(latest.current.draft, new Date());
    const repeats = !loaded?.series && times !== null && toRule(latest.current.draft.repeat, times.from) !== null;
    if (repeats) return inTurn(publishSeries);
    await save();
    const made = await inTurn(() => post<MeetingDetail>(`/meetings/${latest.current.id}/publish`, loaded?.series ? { scope: 'all' } : {}));
    saveDraft(null, made.id);
    return made;
  };
  /** All meetings of the rule are booked at once, or none; the draft that was typed goes when its papers are there. */
  const publishSeries = async (): Promise<MeetingDetail> => {
    const typed = latest.current.id;
    const request = toRequest(latest.current.draft, tree, endpoints, new Date())!;
    const agenda = request.agenda?.map(({ id: _, ...item }) => item) ?? [];
    const made = await post<MeetingDetail>('/meetings', { ...request, agenda });
    if (typed) {
      const items = new Map(latest.current.draft.agenda.map((row, i) => [row.id, made.agenda?.[i]?.id ?? null]));
      await copyPapers(typed, papers, made.id, items);
      await del(`/meetings/${typed}`);
    }
    saveDraft(null, typed);
    return made;
  };
  const discard = (): void => {
    saveDraft(null, id);
    setDraft(stored ?? firstDraft(choices, home, { wanted: null, until: null, template: null }));
    setDirty(false);
  };
  return {
    draft,
    change,
    faults,
    rooms,
    id,
    state,
    series: loaded?.meeting.series ?? null,
    ruleChanged: stored !== null && JSON.stringify(stored.repeat) !== JSON.stringify(draft.repeat),
    published,
    dirty,
    kept,
    papers,
    setPapers: (f) => setPapers(f),
    save,
    publish,
    discard,
  };
}
