import { Button, Group, Text, TextInput } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router-dom';
import { get } from '../api/client';
import { ApiError } from '../api/client';
import type { AuditEvent } from '../api/types';
import { DateField } from '../components/date-field';
import { Empty, Failed, Loading } from '../components/states';
import { formatDate, formatTime, parseDate, addDays } from '../lib/time';
import './admin.css';
import './statistics.css';

const PAGE = 100;
const FIELDS = ['actor', 'action', 'meeting', 'from', 'to'] as const;
type Filters = Record<(typeof FIELDS)[number], string>;

/** Days as typed become the stretch of time that is asked for, the last day included. */
function queryOf(filters: Filters, after: string | null): string {
  const now = new Date();
  const from = filters.from ? parseDate(filters.from, now) : null;
  const to = filters.to ? parseDate(filters.to, now) : null;
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const field of ['actor', 'action', 'meeting'] as const) if (filters[field].trim()) query.set(field, filters[field].trim());
  if (from) query.set('from', from.toISOString());
  if (to) query.set('to', addDays(to, 1).toISOString());
  if (after) query.set('after', after);
  return query.toString();
}

/** Who did what, when, from where; newest first, page by page. */
export default function AdminAudit(): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => Object.fromEntries(FIELDS.map((f) => [f, params.get(f) ?? ''])) as Filters, [params]);
  const [typed, setTyped] = useState(filters);
  const [events, setEvents] = useState<AuditEvent[] | null>(null);
  const [more, setMore] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const read = useCallback(
    async (after: string | null): Promise<void> => {
      try {
        const answer = await get<{ events: AuditEvent[] }>(`/audit?${queryOf(filters, after)}`);
        setEvents((old) => (after && old ? [...old, ...answer.events] : answer.events));
        setMore(answer.events.length >= PAGE);
        setError(null);
      } catch (failure) {
        setError(failure instanceof ApiError ? failure : new ApiError(0, null));
      }
    },
    [filters],
  );
  useEffect(() => void read(null), [read]);
  const set = (field: keyof Filters) => (value: string) => setTyped((old) => ({ ...old, [field]: value }));
  return (
    <>
      <form
        className="filters"
        onSubmit={(e) => {
          e.preventDefault();
          setParams(Object.fromEntries(Object.entries(typed).filter(([, v]) => v.trim() !== '')));
        }}
      >
        <TextInput label={t('admin.actor')} value={typed.actor} onChange={(e) => set('actor')(e.currentTarget.value)} maxLength={64} w={170} />
        <TextInput label={t('admin.action')} placeholder="meeting.change" value={typed.action} onChange={(e) => set('action')(e.currentTarget.value)} maxLength={64} w={190} />
        <TextInput label={t('admin.meetingId')} value={typed.meeting} onChange={(e) => set('meeting')(e.currentTarget.value)} maxLength={64} w={190} />
        <DateField label={t('admin.fromDay')} pickLabel={t('admin.pickFrom')} value={typed.from} onChange={set('from')} w={170} />
        <DateField label={t('admin.toDay')} pickLabel={t('admin.pickTo')} value={typed.to} onChange={set('to')} w={170} />
        <Button type="submit">{t('admin.filter')}</Button>
        {Object.values(filters).some((v) => v !== '') && (
          <Button
            variant="subtle"
            onClick={() => {
              setTyped({ actor: '', action: '', meeting: '', from: '', to: '' });
              setParams({});
            }}
          >
            {t('admin.clearFilter')}
          </Button>
        )}
      </form>
      {error && !events && <Failed error={error} onRetry={() => void read(null)} />}
      {!error && !events && <Loading />}
      {events && events.length === 0 && <Empty title={t('admin.noAudit')} />}
      {events && events.length > 0 && (
        <div className="panel statistics" tabIndex={0} role="region" aria-label={t('admin.audit')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('admin.at')}</th>
                <th scope="col">{t('admin.actor')}</th>
                <th scope="col">{t('admin.action')}</th>
                <th scope="col">{t('admin.subject')}</th>
                <th scope="col">{t('admin.source')}</th>
              </tr>
            </thead>
            <tbody>
              {events.map((e) => (
                <AuditRow key={e.id} event={e} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {events && more && (
        <Group justify="center" mt="md">
          <Button variant="default" onClick={() => void read(String(events.at(-1)!.id))}>
            {t('admin.older')}
          </Button>
        </Group>
      )}
      {events && error && <Text role="alert">{t('app.unknownError')}</Text>}
    </>
  );
}

function AuditRow({ event }: { event: AuditEvent }): ReactNode {
  const { t } = useTranslation();
  const at = new Date(event.at);
  return (
    <tr data-event={event.id}>
      <td>
        {formatDate(at)} {formatTime(at)}
      </td>
      <td>{event.actor ?? t('admin.system')}</td>
      <td>
        <code>{event.action}</code>
      </td>
      <td>
        {event.meeting ? <Link to={`/meetings/${event.meeting}`}>{event.subject || event.meeting}</Link> : event.subject} {event.detail && <span className="quiet">{event.detail}</span>}
      </td>
      <td>{event.source}</td>
    </tr>
  );
}
