import { Alert, Button, Group, Modal, Select, Text, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, post } from '../api/client';
import type { ClashReport, Template } from '../api/types';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import { inLanguage } from '../lib/desk';
import { timesOf, toRequest, toTemplateBody, type Draft } from '../lib/draft';
import { errorText } from '../lib/error-text';
import { formatDate, formatTime } from '../lib/time';
import { ClashList } from './clash-list';
import type { Booking, Choices, Kept } from './use-booking';

/** Asked for while typing, this long after the last key. */
const CLASH_MS = 300;

export interface Consequences {
  report: ClashReport | null;
  asking: boolean;
  error: ApiError | null;
}

/** What the server says the meeting would mean, anew whenever that may have changed. */
export function useConsequences(booking: Booking, choices: Choices): Consequences {
  const { draft, id } = booking;
  const { tree, endpoints } = choices;
  const body = useMemo(() => {
    const times = timesOf(draft, new Date());
    if (!times || times.to <= times.from || !draft.host) return null;
    const request = toRequest(draft, tree, endpoints, new Date())!;
    const { host_unit, starts_at, ends_at, chair_endpoint, co_chairs, units, endpoints: rooms, groups, resources, recurrence } = request;
    return JSON.stringify({
      host_unit,
      starts_at,
      ends_at,
      ...(chair_endpoint ? { chair_endpoint } : {}),
      co_chairs,
      units,
      endpoints: rooms,
      groups,
      resources,
      ...(recurrence && !booking.series ? { recurrence } : {}),
      ...(id ? { ignore: id } : {}),
    });
  }, [draft, tree, endpoints, id, booking.series]);
  const [state, setState] = useState<Consequences>({ report: null, asking: false, error: null });
  const round = useRef(0);
  useEffect(() => {
    const mine = (round.current += 1);
    if (body === null) {
      setState({ report: null, asking: false, error: null });
      return;
    }
    setState((old) => ({ ...old, asking: true }));
    const timer = setTimeout(() => {
      post<ClashReport>('/meetings/clash', JSON.parse(body)).then(
        (report) => mine === round.current && setState({ report, asking: false, error: null }),
        (error: unknown) =>
          mine === round.current && setState((old) => ({ ...old, asking: false, error: error instanceof ApiError ? error : new ApiError(0, null) })),
      );
    }, CLASH_MS);
    return () => clearTimeout(timer);
  }, [body]);
  return state;
}

interface SideProps {
  booking: Booking;
  choices: Choices;
  consequences: Consequences;
  busy: boolean;
  error: unknown;
  onMove: (start: Date) => void;
  onSaveDraft: () => void;
  onPublish: () => void;
}

/** The right column: how many rooms, what is taken at that time, what will be sent to whom; and the two buttons. */
export function BookingSide({ booking, choices, consequences, busy, error, onMove, onSaveDraft, onPublish }: SideProps): ReactNode {
  const { t } = useTranslation();
  const { draft, rooms, published, dirty } = booking;
  const [saving, setSaving] = useState(false);
  return (
    <aside className="panel booking-side" aria-label={t('booking.summary')}>
      <div className="booking-side-body" tabIndex={0} role="region" aria-label={t('booking.consequences')}>
        <Text className="booking-count" aria-live="polite">
          {t('booking.rooms', { count: rooms })}
        </Text>
        <Clashes consequences={consequences} onMove={onMove} />
        <LightMark light={draft.entry.recording === 'allowed' ? 'good' : 'absent'}>{t(`booking.recording.${draft.entry.recording}`)}</LightMark>
        <Text className="quiet">{t(published ? 'booking.changesSent' : 'booking.invitationSent')}</Text>
      </div>
      <div className="booking-side-foot">
        {error !== null && <Alert color="red" variant="light" role="alert" title={errorText(error, t)} />}
        {published ? (
          <Button size="md" loading={busy} disabled={!dirty} onClick={onPublish}>
            {t('booking.saveChanges')}
          </Button>
        ) : (
          <Group gap="sm" grow>
            <Button variant="default" size="md" onClick={onSaveDraft}>
              {t('booking.saveDraft')}
            </Button>
            <Button size="md" loading={busy} onClick={onPublish}>
              {t('booking.publish')}
            </Button>
          </Group>
        )}
        <KeptLine kept={booking.kept} published={published} dirty={dirty} named={draft.title.trim() !== ''} />
        <Group gap={4} justify="space-between">
          <Button variant="subtle" size="compact-md" onClick={() => setSaving(true)}>
            {t('templates.saveAs')}
          </Button>
          {(booking.id === null || (published && dirty)) && (
            <Button variant="subtle" size="compact-md" onClick={booking.discard}>
              {t(published ? 'booking.discardChanges' : 'booking.discard')}
            </Button>
          )}
        </Group>
      </div>
      {saving && <TemplateForm draft={draft} choices={choices} onClose={() => setSaving(false)} />}
    </aside>
  );
}

function Clashes({ consequences, onMove }: { consequences: Consequences; onMove: (start: Date) => void }): ReactNode {
  const { t } = useTranslation();
  const { report, asking, error } = consequences;
  if (error) return <Text className="quiet">{t('clash.unknown', { why: errorText(error, t) })}</Text>;
  if (!report) return <Text className="quiet">{t(asking ? 'clash.asking' : 'clash.noTimes')}</Text>;
  const free = report.free_at ? new Date(report.free_at) : null;
  return (
    <div className="booking-clash" aria-live="polite" data-clashes={report.clash_count} data-asking={asking}>
      {report.clash_count === 0 ? (
        <LightMark light="good">{t('clash.none')}</LightMark>
      ) : (
        <>
          <LightMark light="fair">{t('clash.some', { count: report.clash_count })}</LightMark>
          <ClashList report={report} />
          {free && (
            <Button variant="light" onClick={() => onMove(free)}>
              {t('clash.moveTo', { date: formatDate(free), time: formatTime(free) })}
            </Button>
          )}
        </>
      )}
      {report.warnings.map((w) => (
        <LightMark key={w.code} light="fair">
          {inLanguage(w.text, currentLanguage())}
        </LightMark>
      ))}
      <Text className={report.capacity_ok ? 'quiet' : 'light-bad'}>
        {t(report.capacity_ok ? 'booking.lineOk' : 'booking.lineShort', { gbps: formatGbps(report.bandwidth_mbps) })}
      </Text>
    </div>
  );
}

function formatGbps(mbps: number): string {
  const locale = currentLanguage() === 'en' ? 'en-GB' : 'vi-VN';
  if (mbps >= 100) return `${(mbps / 1000).toLocaleString(locale, { maximumFractionDigits: 2 })} Gb/s`;
  return `${mbps.toLocaleString(locale, { maximumFractionDigits: 1 })} Mb/s`;
}

function KeptLine({ kept, published, dirty, named }: { kept: Kept; published: boolean; dirty: boolean; named: boolean }): ReactNode {
  const { t } = useTranslation();
  const time = formatTime(new Date(kept.at));
  if (published) return <Text className="quiet">{t(dirty ? 'booking.kept.changes' : 'booking.kept.none')}</Text>;
  if (kept.kind === 'failed') {
    return (
      <Text className="light-fair" role="status">
        ▲ {t('booking.kept.failed', { why: errorText(kept.error, t) })}
      </Text>
    );
  }
  const key = kept.kind === 'local' ? (named ? 'local' : 'unnamed') : kept.kind;
  return (
    <Text className="quiet" role="status" data-kept={kept.kind === 'saved' && dirty ? 'dirty' : kept.kind}>
      {t(`booking.kept.${key}`, { time })}
    </Text>
  );
}

function TemplateForm({ draft, choices, onClose }: { draft: Draft; choices: Choices; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState(draft.title);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (name.trim() === '' || !draft.host) return;
    setBusy(true);
    try {
      const body = toTemplateBody(draft, choices.tree, choices.endpoints, new Date());
      await post<Template>('/templates', { unit: draft.host, name: name.trim(), body });
      tell(t('templates.saved', { name: name.trim() }));
      onClose();
    } catch (error) {
      tellError(error, t);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<strong>{t('templates.saveAs')}</strong>} centered closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className="call"
        onSubmit={(e) => {
          e.preventDefault();
          // The dialogue stands inside the booking form as React sees it.
          e.stopPropagation();
          void save();
        }}
      >
        <TextInput label={t('templates.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={200} data-autofocus />
        <Text className="quiet">{t('templates.help')}</Text>
        <Button type="submit" loading={busy} disabled={name.trim() === '' || !draft.host}>
          {t('app.save')}
        </Button>
      </form>
    </Modal>
  );
}

/** Fills the form from a template. */
export function TemplateSelect({ templates, onPick }: { templates: readonly Template[]; onPick: (template: Template) => void }): ReactNode {
  const { t } = useTranslation();
  if (templates.length === 0) return null;
  return (
    <Select
      label={t('templates.use')}
      placeholder={t('templates.pick')}
      data={templates.map((x) => ({ value: x.id, label: x.name }))}
      value={null}
      onChange={(id) => {
        const found = templates.find((x) => x.id === id);
        if (found) onPick(found);
      }}
    />
  );
}
