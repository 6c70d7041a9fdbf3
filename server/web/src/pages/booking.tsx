import { Checkbox, NumberInput, Radio, Select, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useCallback, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { patch } from '../api/client';
import type { Endpoint, EndpointGroup, Entry, MeetingDetail, MeetingKind, Resource, Scope, Series, Template, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DateField } from '../components/date-field';
import { tell, tellError } from '../components/notify';
import { Pick, PickMany, useEndpointOptions } from '../components/picks';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { canMove } from '../lib/calendar';
import { applyTemplate, canBeKept, moveTo, timesOf, type AgendaRow, type Draft, type Faults } from '../lib/draft';
import { exceptionTimes, toRule } from '../lib/repeat';
import { buildTree } from '../lib/tree';
import { BookingAgenda } from './booking-agenda';
import { BookingPapers, useSender } from './booking-papers';
import { RepeatDetails, RepeatSelect } from './booking-repeat';
import { BookingSide, TemplateSelect, useConsequences } from './booking-side';
import { BookingWho } from './booking-who';
import { useBooking, type Booking as BookingState, type Choices, type Loaded } from './use-booking';
import './booking.css';

/** Booking a meeting, new or again: one page; the right column always shows the consequences. */
export default function Booking(): ReactNode {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  // A draft that this page has just made has its own address, but nothing to load.
  const form = useRef({ key: 0, last: id, made: null as string | null });
  if (id !== form.current.last) {
    if (id === undefined || id !== form.current.made) form.current = { key: form.current.key + 1, last: id, made: null };
    else form.current.last = id;
  }
  const toLoad = id !== undefined && id !== form.current.made ? id : null;
  const onMade = useCallback(
    (made: string) => {
      form.current.made = made;
      void navigate(`/meetings/${made}/edit`, { replace: true });
    },
    [navigate],
  );
  const units = useQuery<{ units: Unit[] }>('/units');
  const endpoints = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const groups = useQuery<{ groups: EndpointGroup[] }>('/groups');
  const resources = useQuery<{ resources: Resource[] }>('/resources');
  const templates = useQuery<{ templates: Template[] }>('/templates');
  const meeting = useQuery<MeetingDetail>(toLoad && `/meetings/${toLoad}`);
  const seriesId = meeting.data?.series ?? null;
  const series = useQuery<Series>(seriesId && `/series/${seriesId}`);
  const tree = useMemo(() => (units.data ? buildTree(units.data.units) : null), [units.data]);
  const choices = useMemo<Choices | null>(
    () =>
      tree &&
      endpoints.data && {
        tree,
        endpoints: endpoints.data.endpoints,
        groups: groups.data?.groups ?? [],
        resources: resources.data?.resources ?? [],
        templates: templates.data?.templates ?? [],
      },
    [tree, endpoints.data, groups.data, resources.data, templates.data],
  );
  const needed = [units, endpoints, meeting];
  const broken = needed.find((q) => q.error && !q.data);
  if (broken) return <Failed error={broken.error!} onRetry={() => needed.forEach((q) => q.reload())} />;
  // Groups, halls and templates may fail: the page does without.
  const waiting = [groups, resources, templates, series].some((q) => q.loading);
  if (!choices || waiting || (toLoad && !meeting.data)) return <Loading />;
  if (meeting.data && !canMove(meeting.data)) {
    return (
      <Empty title={t(meeting.data.may.includes('edit') ? 'booking.tooLate' : 'noRight.title')} text={t('booking.tooLateText')}>
        <Link to={`/meetings/${meeting.data.id}`}>{t('meetings.overview')}</Link>
      </Empty>
    );
  }
  const loaded = meeting.data ? { meeting: meeting.data, series: series.data } : null;
  return <BookingForm key={form.current.key} choices={choices} loaded={loaded} onMade={onMade} />;
}

interface FormProps {
  choices: Choices;
  loaded: Loaded | null;
  onMade: (id: string) => void;
}

function dateOf(text: string | null): Date | null {
  const at = text === null ? NaN : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at);
}

function BookingForm({ choices, loaded, onMade }: FormProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [start] = useState(() => ({
    loaded,
    wanted: dateOf(params.get('from')),
    until: dateOf(params.get('to')),
    template: choices.templates.find((x) => x.id === params.get('template')) ?? null,
  }));
  const booking = useBooking(choices, start, onMade);
  const consequences = useConsequences(booking, choices);
  const { draft, change, faults, published } = booking;
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const title = useRef<HTMLInputElement>(null);
  useTitle(`${draft.title || t('booking.title')} – ${t('app.name')}`);
  const shown: Faults = tried ? faults : {};

  /** Shows what is missing and goes there. */
  const refuse = (): void => {
    setTried(true);
    // After the faults are drawn.
    setTimeout(() => {
      const first = form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-part=who] [role=alert]');
      first?.focus();
      first?.scrollIntoView({ block: 'center' });
    });
  };
  const ensureId = async (): Promise<string | null> => {
    if (!canBeKept(faults)) {
      refuse();
      tell(t('papers.nameFirst'));
      return null;
    }
    try {
      return await booking.save();
    } catch (failure) {
      tellError(failure, t);
      return null;
    }
  };
  const sender = useSender(ensureId, (paper) => booking.setPapers((old) => [...old.filter((p) => p.id !== paper.id), paper]));
  const onPaper = async (row: AgendaRow, files: File[]): Promise<void> => {
    if (!(await ensureId())) return;
    // The item has its id only now.
    change((now) => {
      const item = now.agenda.find((r) => r.key === row.key)?.id ?? null;
      void sender.send(files, item);
      return {};
    });
  };
  const saveDraft = async (): Promise<void> => {
    if (!canBeKept(faults)) return refuse();
    try {
      await booking.save();
      tell(t('booking.draftSaved', { title: draft.title.trim() }));
    } catch (failure) {
      setError(failure);
    }
  };
  const submit = (): void => {
    if (busy) return;
    if (Object.keys(faults).length > 0) return refuse();
    if (!published || !booking.series) return void finish('one');
    setQuestion({ ask: t('booking.scopeAsk'), yes: t('booking.saveChanges'), scope: true, act: (_, scope) => finish(scope) });
  };
  const finish = async (scope: Scope): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      if (published) {
        const id = await booking.save(scope);
        await saveRule(booking, draft);
        tell(t('booking.changed', { title: draft.title.trim() }));
        void navigate(`/meetings/${id}`);
      } else {
        const made = await booking.publish();
        tell(t('meetings.booked', { title: draft.title.trim(), count: made.endpoint_count }));
        void navigate('/');
      }
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        submit();
      }}
    >
      <Title order={1} size="h2" mb="md">
        {t(loaded ? 'booking.editTitle' : 'booking.title')}
      </Title>
      <div className="booking">
        <div className="booking-main">
          <MainFields booking={booking} choices={choices} shown={shown} titleRef={title} />
          <BookingParts booking={booking} choices={choices} shown={shown} tried={tried} sender={sender} onPaper={(row, files) => void onPaper(row, files)} />
        </div>
        <BookingSide
          booking={booking}
          choices={choices}
          consequences={consequences}
          busy={busy}
          error={error}
          onMove={(at) => change(moveTo(draft, at, new Date()))}
          onSaveDraft={() => void saveDraft()}
          onPublish={submit}
        />
      </div>
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </form>
  );
}

/** The rule of a series that exists is changed apart, from this meeting on. */
async function saveRule(booking: BookingState, draft: Draft): Promise<void> {
  const times = timesOf(draft, new Date());
  const rule = times && toRule(draft.repeat, times.from);
  if (!booking.series || !rule || !booking.ruleChanged) return;
  await patch(`/series/${booking.series}`, { recurrence: rule, exceptions: exceptionTimes(draft.repeat, times.from), from_occurrence: times.from.toISOString() });
}

interface PartProps {
  booking: BookingState;
  choices: Choices;
  shown: Faults;
}

const KINDS: MeetingKind[] = ['conference', 'discussion', 'training'];

function MainFields({ booking, choices, shown, titleRef }: PartProps & { titleRef: React.RefObject<HTMLInputElement | null> }): ReactNode {
  const { t } = useTranslation();
  const { draft, change } = booking;
  const fault = (field: Exclude<keyof Faults, 'repeat'>): string | undefined => (shown[field] ? t(`booking.${shown[field]}`) : undefined);
  const rooms = useEndpointOptions(choices.endpoints);
  const hosts = useMemo(() => [...choices.tree.byCode.values()].map((n) => ({ value: n.code, label: n.name })), [choices.tree]);
  const times = timesOf(draft, new Date());
  return (
    <>
      <TemplateSelect templates={choices.templates} onPick={(x) => change((old) => applyTemplate(old, x, choices.tree, choices.endpoints, new Date()))} />
      <TextInput
        ref={titleRef}
        label={t('booking.name')}
        size="md"
        value={draft.title}
        onChange={(e) => change({ title: e.currentTarget.value })}
        error={fault('title')}
        maxLength={200}
        autoFocus
      />
      <Radio.Group label={t('booking.kind')} value={draft.kind} onChange={(kind) => change({ kind: kind as MeetingKind })}>
        <div className="booking-kinds">
          {KINDS.map((kind) => (
            <Radio key={kind} value={kind} label={t(`kind.${kind}`)} description={t(`kind.${kind}Help`)} />
          ))}
        </div>
      </Radio.Group>
      <div className="booking-times">
        <DateField
          label={t('booking.date')}
          pickLabel={t('booking.pickDate')}
          value={draft.date}
          onChange={(date) => change({ date })}
          error={fault('date')}
        />
        <TextInput label={t('booking.from')} value={draft.from} onChange={(e) => change({ from: e.currentTarget.value })} error={fault('from')} inputMode="numeric" placeholder="08:30" />
        <TextInput
          label={draft.plusDays > 0 ? t('booking.toLater', { count: draft.plusDays }) : t('booking.to')}
          value={draft.to}
          onChange={(e) => change({ to: e.currentTarget.value, plusDays: 0 })}
          error={fault('to')}
          inputMode="numeric"
          placeholder="11:00"
        />
        <RepeatSelect repeat={draft.repeat} onChange={(repeat) => change({ repeat })} />
      </div>
      {times && <RepeatDetails repeat={draft.repeat} start={times.from} fault={shown.repeat} onChange={(repeat) => change({ repeat })} />}
      <div className="booking-three">
        <Pick label={t('booking.host')} data={hosts} value={draft.host} onChange={(host) => change({ host })} error={fault('host')} />
        <Pick label={t('booking.chair')} data={rooms} value={draft.chair} onChange={(chair) => change({ chair })} error={fault('chair')} />
        <PickMany
          label={t('booking.coChairs')}
          placeholder={draft.coChairs.length === 0 ? t('booking.coChairsPick') : ''}
          data={rooms.filter((r) => r.value !== draft.chair)}
          value={draft.coChairs}
          onChange={(coChairs) => change({ coChairs })}
          maxValues={8}
        />
      </div>
    </>
  );
}

interface PartsProps extends PartProps {
  tried: boolean;
  sender: ReturnType<typeof useSender>;
  onPaper: (row: AgendaRow, files: File[]) => void;
}

function BookingParts({ booking, choices, shown, tried, sender, onPaper }: PartsProps): ReactNode {
  const { t } = useTranslation();
  const { draft, change } = booking;
  const rooms = useEndpointOptions(choices.endpoints);
  const times = timesOf(draft, new Date());
  const length = times && times.to > times.from ? Math.round((times.to.getTime() - times.from.getTime()) / 60_000) : null;
  return (
    <>
      <BookingWho draft={draft} choices={choices} rooms={rooms} fault={shown.who ? t(`booking.${shown.who}`) : undefined} onChange={change} />
      <BookingAgenda draft={draft} rooms={rooms} papers={booking.papers} length={length} tried={tried} onChange={change} onPaper={onPaper} />
      <BookingPapers meeting={booking.id} papers={booking.papers} agenda={draft.agenda} sender={sender} onChange={booking.setPapers} />
      <PickMany
        label={t('booking.resources')}
        placeholder={draft.resources.length === 0 ? t(choices.resources.length > 0 ? 'booking.resourcesPick' : 'booking.resourcesNone') : ''}
        disabled={choices.resources.length === 0}
        data={choices.resources.map((r) => ({ value: r.id, label: `${r.name} (${t(`resource.${r.kind}`)})` }))}
        value={draft.resources}
        onChange={(resources) => change({ resources })}
      />
      <EntryFields entry={draft.entry} onChange={(part) => change((old) => ({ entry: { ...old.entry, ...part } }))} />
      <Textarea
        label={t('booking.note')}
        description={t('booking.noteHelp')}
        value={draft.note}
        onChange={(e) => change({ note: e.currentTarget.value })}
        maxLength={4000}
        autosize
        minRows={3}
        maxRows={12}
      />
    </>
  );
}

function EntryFields({ entry, onChange }: { entry: Entry; onChange: (part: Partial<Entry>) => void }): ReactNode {
  const { t } = useTranslation();
  const options = (field: string, values: readonly string[]): { value: string; label: string }[] => values.map((v) => ({ value: v, label: t(`entry.${field}.${v}`) }));
  const checks = ['waiting_room', 'chat', 'floor_gather', 'auto_end'] as const;
  return (
    <section aria-label={t('entry.title')} className="booking-part">
      <Text fw={600}>{t('entry.title')}</Text>
      <div className="booking-three">
        <Select label={t('entry.micLabel')} data={options('mic', ['off', 'on'])} value={entry.mic} allowDeselect={false} onChange={(v) => onChange({ mic: v === 'on' ? 'on' : 'off' })} />
        <Select label={t('entry.cameraLabel')} data={options('camera', ['on', 'off'])} value={entry.camera} allowDeselect={false} onChange={(v) => onChange({ camera: v === 'off' ? 'off' : 'on' })} />
        <Select
          label={t('entry.recordingLabel')}
          data={options('recording', ['allowed', 'forbidden'])}
          value={entry.recording}
          allowDeselect={false}
          onChange={(v) => onChange({ recording: v === 'forbidden' ? 'forbidden' : 'allowed' })}
        />
      </div>
      <div className="booking-checks">
        {checks.map((field) => (
          <Checkbox key={field} label={t(`entry.${field}`)} checked={entry[field]} onChange={(e) => onChange({ [field]: e.currentTarget.checked })} />
        ))}
      </div>
      <div className="booking-three">
        <NumberInput
          label={t('entry.minutes_per_speaker')}
          description={t('entry.zeroNone')}
          value={entry.minutes_per_speaker}
          min={0}
          max={240}
          clampBehavior="strict"
          onChange={(n) => onChange({ minutes_per_speaker: Math.round(Number(n) || 0) })}
        />
        <NumberInput
          label={t('entry.quorum_percent')}
          description={t('entry.zeroNone')}
          value={entry.quorum_percent}
          min={0}
          max={100}
          clampBehavior="strict"
          suffix=" %"
          onChange={(n) => onChange({ quorum_percent: Math.round(Number(n) || 0) })}
        />
      </div>
    </section>
  );
}
