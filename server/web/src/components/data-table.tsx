import { CloseButton, Group, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../api/use-query';
import { fold, search } from '../lib/fold';
import { SearchIcon } from './icons';
import { Empty, Failed, Loading } from './states';
import { VirtualList } from './virtual-list';
import './data-table.css';

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  width: string;
}

interface TableProps<T> {
  query: Query<unknown>;
  rows: readonly T[] | null;
  columns: Column<T>[];
  keyOf: (row: T) => string;
  textOf: (row: T) => string;
  label: string;
  /** Said while there is no row at all. */
  none?: string;
  action?: ReactNode;
  rowHeight?: number;
}

/** A table that searches without diacritics; only the rows in sight are in the document. */
export function DataTable<T>({ query, rows, columns, keyOf, textOf, label, none, action, rowHeight = 52 }: TableProps<T>): ReactNode {
  const { t } = useTranslation();
  const [find, setFind] = useState('');
  const folded = useMemo(() => (rows ?? []).map((row) => ({ row, folded: fold(textOf(row)) })), [rows, textOf]);
  const found = useMemo(() => search(folded, find), [folded, find]);
  if (!rows) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  const grid = { gridTemplateColumns: columns.map((c) => c.width).join(' ') };
  return (
    <>
      <Group mb="sm" gap="sm">
        <TextInput
          flex={1}
          miw={200}
          maw={420}
          aria-label={t('admin.find')}
          placeholder={t('admin.find')}
          leftSection={<SearchIcon size={18} />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
          rightSection={find !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setFind('')} />}
        />
        <Text className="quiet" role="status">
          {t('admin.total', { n: found.length })}
        </Text>
        {action}
      </Group>
      {rows.length === 0 ? (
        <div className="panel">
          <Empty title={none ?? t('admin.none')} />
        </div>
      ) : (
        <div className="panel data-table">
          <div role="table" aria-label={label} aria-rowcount={found.length + 1} className="data-table-inner">
            <div role="rowgroup">
              <div className="data-row data-head" role="row" style={grid}>
                {columns.map((c, i) => (
                  <span key={c.head || i} role="columnheader">
                    {c.head || <span className="visually-hidden">{t('admin.acts')}</span>}
                  </span>
                ))}
              </div>
            </div>
            {found.length === 0 && <p className="quiet data-none">{t('admin.noneFound', { query: find })}</p>}
            <VirtualList
              className="data-rows"
              label={label}
              role="rowgroup"
              itemRole="presentation"
              items={found}
              rowHeight={rowHeight}
              keyOf={({ row }) => keyOf(row)}
              render={({ row }) => (
                <div className="data-row" role="row" style={grid} data-row={keyOf(row)}>
                  {columns.map((c, i) => (
                    <span key={c.head || i} role="cell" className="clip">
                      {c.cell(row)}
                    </span>
                  ))}
                </div>
              )}
            />
          </div>
        </div>
      )}
    </>
  );
}
