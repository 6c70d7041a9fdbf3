import { Button, Group, Select, Text, Title } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router-dom';
import type { Statistics, StatisticsRow } from '../api/types';
import { useQuery } from '../api/use-query';
import { Pick, useUnitOptions } from '../components/picks';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { currentLanguage } from '../i18n';
import './statistics.css';

const YEARS_BACK = 6;

/** Meetings by host unit in a month or a year, measured: how many, how large, how long, how punctual. */
export default function StatisticsPage(): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const now = new Date();
  const year = /^\d{4}$/.test(params.get('year') ?? '') ? params.get('year')! : String(now.getFullYear());
  const month = params.get('month') ?? (params.has('year') ? '' : String(now.getMonth() + 1));
  const unit = params.get('unit');
  const units = useUnitOptions();
  const search = new URLSearchParams({ year, ...(month ? { month } : {}), ...(unit ? { unit } : {}) }).toString();
  const query = useQuery<Statistics>(`/statistics?${search}`);
  const set = (part: Record<string, string | null>): void => {
    const next = new URLSearchParams({ year, month, ...(unit ? { unit } : {}) });
    for (const [key, value] of Object.entries(part)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    setParams(next, { replace: true });
  };
  useTitle(`${t('statistics.title')} – ${t('app.name')}`);
  return (
    <>
      <Title order={1} size="h2" mb="md">
        {t('statistics.title')}
      </Title>
      <Group align="end" mb="md" gap="md">
        <Select
          label={t('statistics.year')}
          w={120}
          data={Array.from({ length: YEARS_BACK }, (_, i) => String(now.getFullYear() + 1 - i))}
          value={year}
          allowDeselect={false}
          onChange={(value) => set({ year: value })}
        />
        <Select
          label={t('statistics.month')}
          w={160}
          data={[
            { value: '', label: t('statistics.wholeYear') },
            ...Array.from({ length: 12 }, (_, i) => ({ value: String(i + 1), label: t('statistics.monthN', { n: i + 1 }) })),
          ]}
          value={month}
          allowDeselect={false}
          onChange={(value) => set({ month: value ?? '' })}
        />
        <Pick
          label={t('statistics.unit')}
          placeholder={t('statistics.allUnits')}
          data={units}
          value={unit}
          onChange={(value) => set({ unit: value })}
          clearable
          w={280}
        />
        <Button component="a" href={`/api/v1/statistics.xlsx?${search}&lang=${currentLanguage()}`} download variant="default">
          {t('statistics.xlsx')}
        </Button>
        <Button component={Link} to="/line-reports" variant="default">
          {t('lines.many')}
        </Button>
      </Group>
      {query.error && !query.data && <Failed error={query.error} onRetry={query.reload} />}
      {query.loading && <Loading />}
      {query.data && query.data.rows.length === 0 && <Empty title={t('statistics.none')} text={t('statistics.noneText')} />}
      {query.data && query.data.rows.length > 0 && <Table statistics={query.data} />}
    </>
  );
}

function Table({ statistics }: { statistics: Statistics }): ReactNode {
  const { t } = useTranslation();
  const { rows, total } = statistics;
  const most = useMemo(() => Math.max(1, ...rows.map((r) => r.meetings)), [rows]);
  const sorted = useMemo(() => [...rows].sort((a, b) => b.meetings - a.meetings || a.unit_name.localeCompare(b.unit_name, 'vi')), [rows]);
  return (
    <div className="panel statistics" tabIndex={0} role="region" aria-label={t('statistics.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('statistics.unit')}</th>
            <th scope="col">{t('statistics.meetings')}</th>
            <th scope="col" className="number">
              {t('statistics.sites')}
            </th>
            <th scope="col" className="number">
              {t('statistics.perMeeting')}
            </th>
            <th scope="col" className="number">
              {t('statistics.hours')}
            </th>
            <th scope="col" className="number">
              {t('statistics.onTime')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Row key={row.unit} row={row} most={most} />
          ))}
        </tbody>
        <tfoot>
          <Row row={{ ...total, unit_name: t('statistics.total') }} most={0} />
        </tfoot>
      </table>
      <Text className="quiet" p="sm">
        {t('statistics.onTimeHelp')}
      </Text>
    </div>
  );
}

function Row({ row, most }: { row: StatisticsRow; most: number }): ReactNode {
  const { t } = useTranslation();
  const locale = currentLanguage() === 'en' ? 'en-GB' : 'vi-VN';
  const n = (value: number, digits = 0): string => value.toLocaleString(locale, { maximumFractionDigits: digits });
  const minutes = Math.round(row.minutes);
  return (
    <tr>
      <th scope="row">{row.unit_name}</th>
      <td>
        <span className="statistics-bar">
          {most > 0 && <span aria-hidden style={{ width: `${Math.round((row.meetings / most) * 100)}%` }} />}
          <b>{n(row.meetings)}</b>
        </span>
      </td>
      <td className="number">{n(row.sites)}</td>
      <td className="number">{n(row.sites_per_meeting, 1)}</td>
      <td className="number">{t('statistics.hm', { h: n(Math.floor(minutes / 60)), m: minutes % 60 })}</td>
      <td className="number">{n(row.on_time_percent)} %</td>
    </tr>
  );
}
