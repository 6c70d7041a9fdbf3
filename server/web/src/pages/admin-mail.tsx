import { Button, Select, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { post } from '../api/client';
import type { Mail } from '../api/types';
import { useQuery } from '../api/use-query';
import { DataTable } from '../components/data-table';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { formatDate, formatTime } from '../lib/time';
import type { Light } from '../room/state';
import './admin.css';

const mailText = (m: Mail): string => `${m.to} ${m.subject}`;
const LIGHTS: Record<Mail['state'], Light> = { waiting: 'fair', sent: 'good', failed: 'bad' };
const STATES = ['', 'waiting', 'failed', 'sent'] as const;

/** What was mailed to whom, what waits and what failed; a failed one is sent again. */
export default function AdminMail(): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? '';
  const query = useQuery<{ mail: Mail[] }>(`/mail${state ? `?state=${encodeURIComponent(state)}` : ''}`, 10_000);
  const [to, setTo] = useState('');
  const [busy, setBusy] = useState(false);
  const act = async (path: string, body: unknown, said: string): Promise<void> => {
    setBusy(true);
    try {
      await post(path, body);
      tell(said);
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
      query.reload();
    }
  };
  return (
    <>
      <form
        className="filters"
        onSubmit={(e) => {
          e.preventDefault();
          if (to.trim()) void act('/mail/test', { to: to.trim() }, t('admin.testSent', { to: to.trim() }));
        }}
      >
        <Select
          label={t('admin.status')}
          data={STATES.map((s) => ({ value: s, label: t(`admin.mailState.${s || 'all'}`) }))}
          value={state}
          allowDeselect={false}
          onChange={(value) => setParams(value ? { state: value } : {})}
          w={180}
        />
        <TextInput label={t('admin.testTo')} type="email" value={to} onChange={(e) => setTo(e.currentTarget.value)} maxLength={200} w={280} />
        <Button type="submit" variant="default" loading={busy} disabled={to.trim() === ''}>
          {t('admin.test')}
        </Button>
      </form>
      <DataTable
        query={query}
        rows={query.data?.mail ?? null}
        label={t('admin.mail')}
        keyOf={(m) => m.id}
        textOf={mailText}
        none={t('admin.noMail')}
        rowHeight={64}
        columns={[
          { head: t('admin.at'), width: '175px', cell: (m) => `${formatDate(new Date(m.at))} ${formatTime(new Date(m.at))}` },
          { head: t('admin.to'), width: 'minmax(0, 1.3fr)', cell: (m) => <span title={m.to}>{m.to}</span> },
          { head: t('admin.subjectLine'), width: 'minmax(0, 1.6fr)', cell: (m) => <span title={m.subject}>{m.subject}</span> },
          { head: t('admin.status'), width: '150px', cell: (m) => <LightMark light={LIGHTS[m.state]}>{t(`admin.mailState.${m.state}`)}</LightMark> },
          {
            head: t('admin.attempts'),
            width: 'minmax(0, 1.2fr)',
            cell: (m) => (
              <Text span className="quiet" title={m.error}>
                {t('admin.attemptsN', { count: m.attempts })} {m.error}
              </Text>
            ),
          },
          {
            head: '',
            width: '110px',
            cell: (m) =>
              m.state !== 'sent' && (
                <Button size="compact-md" variant="default" onClick={() => void act(`/mail/${m.id}/retry`, {}, t('admin.retried'))} aria-label={`${t('admin.retry')}: ${m.to}`}>
                  {t('admin.retry')}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}
