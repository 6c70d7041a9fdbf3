import { Alert, Button, Select, Text, TextInput, Title, type ComboboxItem, type OptionsFilter } from '@mantine/core';
import { useMemo, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { post } from '../api/client';
import { useSession } from '../api/session';
import type { Endpoint, Meeting, MeetingDetail, MeetingNew, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { tell } from '../components/notify';
import { Failed, Loading } from '../components/states';
import { UnitTree } from '../components/unit-tree';
import { faultsOf, loadDraft, newDraft, saveDraft, timesOf, type Draft, type Faults } from '../lib/draft';
import { errorText } from '../lib/error-text';
import { fold, search } from '../lib/fold';
import { expectedMbps, findClash } from '../lib/meetings';
import { addDays, formatTime, startOfDay } from '../lib/time';
import { buildTree, countRooms, toBranches, type Tree } from '../lib/tree';
import './booking.css';

/** Booking a meeting: one page; the right column always shows the consequences. */
export default function Booking(): ReactNode {
  const units = useQuery<{ units: Unit[] }>('/units');
  const endpoints = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const error = units.error ?? endpoints.error;
  const tree = useMemo(() => (units.data ? buildTree(units.data.units) : null), [units.data]);
  if (error && !(units.data && endpoints.data)) {
    return (
      <Failed
        error={error}
        onRetry={() => {
          units.reload();
          endpoints.reload();
        }}
      />
    );
  }
  if (!tree || !endpoints.data) return <Loading />;
  return <BookingForm tree={tree} endpoints={endpoints.data.endpoints} />;
}

interface FormProps {
  tree: Tree;
  endpoints: Endpoint[];
}

function useDraft(tree: Tree, endpoints: Endpoint[]) {
  const home = useSession((s) => s.user?.unit ?? null);
  const fresh = (): Draft => {
    const draft = newDraft(new Date(), home && tree.byCode.has(home) ? home : null);
    draft.chair = endpoints.find((e) => e.unit === draft.host)?.id ?? null;
    return draft;
  };
  const [draft, setDraft] = useState<Draft>(() => {
    const stored = loadDraft();
    if (!stored) return fresh();
    // What was deleted meanwhile is dropped from the draft.
    return {
      ...stored,
      units: stored.units.filter((code) => tree.byCode.has(code)),
      chair: endpoints.some((e) => e.id === stored.chair) ? stored.chair : null,
    };
  });
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    saveDraft(next);
  };
  const discard = (): void => {
    saveDraft(null);
    setDraft(fresh());
  };
  return { draft, change, discard };
}

/** What to send: whole branches by code, single units by their rooms, and the chair's room in any case. */
function toRequest(draft: Draft, tree: Tree, endpoints: Endpoint[], times: { from: Date; to: Date }): MeetingNew {
  const { branches, single } = toBranches(tree, new Set(draft.units));
  const alone = new Set(single);
  const rooms = endpoints.filter((e) => alone.has(e.unit)).map((e) => e.id);
  if (draft.chair && !rooms.includes(draft.chair)) rooms.push(draft.chair);
  return {
    title: draft.title.trim(),
    host_unit: draft.host ?? '',
    chair_endpoint: draft.chair ?? '',
    starts_at: times.from.toISOString(),
    ends_at: times.to.toISOString(),
    endpoints: rooms,
    units: branches,
  };
}

function BookingForm({ tree, endpoints }: FormProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { draft, change, discard } = useDraft(tree, endpoints);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const selection = useMemo(() => new Set(draft.units), [draft.units]);
  const chair = endpoints.find((e) => e.id === draft.chair) ?? null;
  const rooms = countRooms(tree, selection) + (chair && !selection.has(chair.unit) ? 1 : 0);
  const faults = faultsOf(draft, selection.size === 0 ? 0 : rooms, new Date());
  const shown: Faults = tried ? faults : {};
  const fault = (field: keyof Faults): string | undefined =>
    shown[field] ? t(`booking.${shown[field]}`) : undefined;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const times = timesOf(draft, new Date());
    if (busy || !times || Object.keys(faults).length > 0) return;
    setBusy(true);
    setError(null);
    try {
      const made = await post<MeetingDetail>('/meetings', toRequest(draft, tree, endpoints, times));
      saveDraft(null);
      tell(t('meetings.booked', { title: made.title, count: made.endpoint_count }));
      void navigate('/');
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(e) => void submit(e)} noValidate>
      <Title order={1} size="h2" mb="md">
        {t('booking.title')}
      </Title>
      <div className="booking">
        <div className="booking-main">
          <TextInput
            label={t('booking.name')}
            size="md"
            value={draft.title}
            onChange={(e) => change({ title: e.currentTarget.value })}
            error={fault('title')}
            maxLength={200}
            autoFocus
          />
          <div className="booking-times">
            <TextInput
              label={t('booking.date')}
              value={draft.date}
              onChange={(e) => change({ date: e.currentTarget.value })}
              error={fault('date')}
              inputMode="numeric"
              placeholder="22/11/2026"
            />
            <TextInput
              label={t('booking.from')}
              value={draft.from}
              onChange={(e) => change({ from: e.currentTarget.value })}
              error={fault('from')}
              inputMode="numeric"
              placeholder="08:30"
            />
            <TextInput
              label={t('booking.to')}
              value={draft.to}
              onChange={(e) => change({ to: e.currentTarget.value })}
              error={fault('to')}
              inputMode="numeric"
              placeholder="11:00"
            />
          </div>
          <div className="booking-who">
            <HostSelect tree={tree} value={draft.host} onChange={(host) => change({ host })} error={fault('host')} />
            <ChairSelect
              endpoints={endpoints}
              value={draft.chair}
              onChange={(value) => change({ chair: value })}
              error={fault('chair')}
            />
          </div>
          <div>
            <div className="booking-tree-head">
              <Text fw={600}>{t('booking.who')}</Text>
              {draft.units.length > 0 && (
                <Button variant="subtle" size="compact-sm" onClick={() => change({ units: [] })}>
                  {t('booking.clear')}
                </Button>
              )}
            </div>
            <Text className="quiet" mb={6}>
              {t('booking.whoHelp')}
            </Text>
            {shown.who && (
              <Text c="red" role="alert">
                {fault('who')}
              </Text>
            )}
            <UnitTree tree={tree} selection={selection} onChange={(next) => change({ units: [...next] })} />
          </div>
        </div>
        <aside className="panel booking-side" aria-label={t('booking.summary')} aria-live="polite">
          <Text className="booking-count">
            {t('booking.rooms', { count: rooms })}
          </Text>
          {chair && !selection.has(chair.unit) && selection.size > 0 && (
            <Text className="quiet">{t('booking.chairAdded')}</Text>
          )}
          <ChairClash draft={draft} chair={chair} />
          <Text className="quiet">{t('booking.line', { mbps: expectedMbps(rooms) })}</Text>
          {error !== null && <Alert color="red" variant="light" role="alert" title={errorText(error, t)} />}
          <Button type="submit" size="md" loading={busy}>
            {t('booking.save')}
          </Button>
          <Button variant="subtle" onClick={discard}>
            {t('booking.discard')}
          </Button>
          <Text className="quiet">{t('booking.draft')}</Text>
        </aside>
      </div>
    </form>
  );
}

/** Is the chair's room free at that time? Looks at the meetings of that day. */
function ChairClash({ draft, chair }: { draft: Draft; chair: Endpoint | null }): ReactNode {
  const { t } = useTranslation();
  const times = timesOf(draft, new Date());
  const day = times ? startOfDay(times.from) : null;
  const path = day
    ? `/meetings?from=${encodeURIComponent(addDays(day, -1).toISOString())}&to=${encodeURIComponent(addDays(day, 1).toISOString())}`
    : null;
  const { data } = useQuery<{ meetings: Meeting[] }>(path);
  if (!data || !times || !chair || times.to <= times.from) return null;
  const clash = findClash(data.meetings, chair.id, times.from, times.to);
  if (!clash) return <LightMark light="good">{t('booking.free')}</LightMark>;
  return (
    <Text className="light-fair" role="status">
      ▲{' '}
      {t('booking.busy', {
        name: chair.name,
        from: formatTime(new Date(clash.starts_at)),
        to: formatTime(new Date(clash.ends_at)),
        title: clash.title,
      })}
    </Text>
  );
}

interface PickProps {
  value: string | null;
  onChange: (value: string | null) => void;
  error: string | undefined;
}

/** Searches labels without diacritics, best first. */
const foldedFilter: OptionsFilter = ({ options, search: query, limit }) => {
  const items = (options as ComboboxItem[]).map((o) => ({ ...o, folded: fold(o.label) }));
  return search(items, query).slice(0, limit);
};

function HostSelect({ tree, value, onChange, error }: PickProps & { tree: Tree }): ReactNode {
  const { t } = useTranslation();
  const data = useMemo(() => [...tree.byCode.values()].map((n) => ({ value: n.code, label: n.name })), [tree]);
  return (
    <Select
      label={t('booking.host')}
      data={data}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      limit={50}
      filter={foldedFilter}
      nothingFoundMessage={t('app.none')}
    />
  );
}

function ChairSelect({ endpoints, value, onChange, error }: PickProps & { endpoints: Endpoint[] }): ReactNode {
  const { t } = useTranslation();
  const data = useMemo(
    () =>
      endpoints.map((e) => ({
        value: e.id,
        label: e.name === e.unit_name ? `${e.name} (${e.id})` : `${e.name}, ${e.unit_name}`,
      })),
    [endpoints],
  );
  return (
    <Select
      label={t('booking.chair')}
      data={data}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      limit={50}
      filter={foldedFilter}
      nothingFoundMessage={t('app.none')}
    />
  );
}
