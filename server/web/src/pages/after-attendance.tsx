import { CloseButton, Group, Select, Text, TextInput } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import type { Attendance, RollMark } from '../api/report';
import { SearchIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { VirtualList } from '../components/virtual-list';
import {
  attendanceRows,
  countByFilter,
  FILTERS,
  nextSort,
  readView,
  writeView,
  type AttendanceFilter,
  type AttendanceKey,
  type AttendanceView,
} from '../lib/report';
import { formatTime } from '../lib/time';
import type { Light } from '../room/state';

const COLUMNS: readonly AttendanceKey[] = ['order', 'name', 'branch', 'mark', 'first', 'minutes', 'late', 'heads'];
const MARK_LIGHT: Record<RollMark, Light> = { present: 'good', excused: 'fair', absent: 'bad', not_called: 'absent' };

/** One row per invited site; its view stands in the address. */
export function AttendanceTable({ rows }: { rows: readonly Attendance[] }): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const view = readView(params);
  const set = (next: AttendanceView): void => setParams(writeView(params, next), { replace: true });
  const counts = useMemo(() => countByFilter(rows), [rows]);
  const order = useMemo(() => new Map(rows.map((row, i) => [row.endpoint, i + 1])), [rows]);
  const shown = useMemo(() => attendanceRows(rows, view), [rows, view.filter, view.query, view.key, view.descending]);
  return (
    <>
      <Group mb="sm" gap="sm">
        <TextInput
          flex="1 1 260px"
          maw={420}
          size="md"
          aria-label={t('after.find')}
          placeholder={t('after.find')}
          leftSection={<SearchIcon size={18} />}
          value={view.query}
          onChange={(e) => set({ ...view, query: e.currentTarget.value })}
          rightSection={view.query !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => set({ ...view, query: '' })} />}
        />
        <Select
          size="md"
          w={280}
          aria-label={t('after.filterLabel')}
          allowDeselect={false}
          value={view.filter}
          onChange={(filter) => set({ ...view, filter: filter as AttendanceFilter })}
          data={FILTERS.map((f) => ({ value: f, label: t(`after.filter.${f}`, { n: counts[f] }) }))}
        />
        <Text className="quiet" role="status">
          {t('after.shown', { n: shown.length })}
        </Text>
      </Group>
      <div className="panel after-table" role="table" aria-label={t('after.tab.attendance')} aria-rowcount={shown.length + 1}>
        <div className="after-row after-table-head" role="row">
          {COLUMNS.map((key) => (
            <Head key={key} column={key} view={view} onSort={() => set(nextSort(view, key))} />
          ))}
          <span role="columnheader">{t('after.column.reason')}</span>
        </div>
        {shown.length === 0 && <p className="quiet after-none">{t('after.noneFound')}</p>}
        <VirtualList
          className="after-rows"
          label={t('after.tab.attendance')}
          role="rowgroup"
          itemRole="presentation"
          items={shown}
          rowHeight={52}
          keyOf={(row) => row.endpoint}
          render={(row) => <Row row={row} order={order.get(row.endpoint) ?? 0} />}
        />
      </div>
    </>
  );
}

function Head({ column, view, onSort }: { column: AttendanceKey; view: AttendanceView; onSort: () => void }): ReactNode {
  const { t } = useTranslation();
  const sorted = view.key === column;
  const name = t(`after.column.${column}`);
  return (
    <span role="columnheader" aria-sort={sorted ? (view.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="after-sort" aria-label={t('after.sortBy', { column: name })} onClick={onSort}>
        {name}
        <span aria-hidden="true">{sorted && column !== 'order' ? (view.descending ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </span>
  );
}

function Row({ row, order }: { row: Attendance; order: number }): ReactNode {
  const { t } = useTranslation();
  const spans = row.spans.map(([from, to]) => `${formatTime(new Date(from))}–${formatTime(new Date(to))}`).join(', ');
  const breaks = row.breaks ?? Math.max(0, row.spans.length - 1);
  const remark = [
    row.reason || (row.mark === 'absent' ? t('after.noReason') : ''),
    breaks > 0 ? t('after.breaks', { n: breaks }) : '',
  ].filter(Boolean);
  return (
    <div className="after-row" role="row" data-site={row.endpoint} data-mark={row.mark}>
      <span role="cell" className="after-number">
        {order}
      </span>
      <span role="cell" className="clip" title={row.unit_name}>
        {row.name}
      </span>
      <span role="cell" className="clip">
        {row.branch}
      </span>
      <span role="cell">
        <LightMark light={MARK_LIGHT[row.mark]}>{t(`after.mark.${row.mark}`)}</LightMark>
      </span>
      <span role="cell">{row.first_joined_at ? formatTime(new Date(row.first_joined_at)) : '–'}</span>
      <span role="cell" title={spans}>
        {row.minutes > 0 ? t('after.minutesShort', { n: row.minutes }) : '–'}
      </span>
      <span role="cell">{row.late_minutes > 0 ? t('after.minutesShort', { n: row.late_minutes }) : ''}</span>
      <span role="cell">{headCount(row, t)}</span>
      <span role="cell" className="clip" title={remark.join('; ')}>
        {remark.join('; ')}
      </span>
    </div>
  );
}

function headCount(row: Attendance, t: ReturnType<typeof useTranslation>['t']): string {
  if (row.head_count === null) return '–';
  return row.head_expected === null ? String(row.head_count) : t('after.headsOf', { n: row.head_count, expected: row.head_expected });
}
