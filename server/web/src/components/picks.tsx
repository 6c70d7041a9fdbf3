import { MultiSelect, Select, type ComboboxItem, type MultiSelectProps, type OptionsFilter, type SelectProps } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Endpoint, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { fold, search } from '../lib/fold';

export interface Option {
  value: string;
  label: string;
}

/** Searches labels without diacritics, best first; only so many are drawn. */
export const foldedFilter: OptionsFilter = ({ options, search: query, limit }) => {
  const items = (options as ComboboxItem[]).map((o) => ({ ...o, folded: fold(o.label) }));
  return search(items, query).slice(0, limit);
};

const LIMIT = 50;

export function Pick(props: SelectProps): ReactNode {
  const { t } = useTranslation();
  return <Select searchable limit={LIMIT} filter={foldedFilter} nothingFoundMessage={t('app.none')} {...props} />;
}

export function PickMany(props: MultiSelectProps): ReactNode {
  const { t } = useTranslation();
  return <MultiSelect searchable limit={LIMIT} filter={foldedFilter} nothingFoundMessage={t('app.none')} {...props} />;
}

export const endpointLabel = (e: Endpoint): string => (e.name === e.unit_name ? `${e.name} (${e.id})` : `${e.name}, ${e.unit_name}`);

export function useUnitOptions(): Option[] {
  const { data } = useQuery<{ units: Unit[] }>('/units');
  return useMemo(() => (data?.units ?? []).map((u) => ({ value: u.code, label: u.name })), [data]);
}

export function useEndpointOptions(endpoints: readonly Endpoint[]): Option[] {
  return useMemo(() => endpoints.map((e) => ({ value: e.id, label: endpointLabel(e) })), [endpoints]);
}
