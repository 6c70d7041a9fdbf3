import { Button, Group, Select } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { DateField } from '../components/date-field';
import { Pick, useUnitOptions } from '../components/picks';
import { isoDay } from '../lib/calendar';
import { LINE_GROUPS, PRESETS, presetOf, presetPeriod, type LineGroup, type Period, type Preset } from '../lib/line-report';
import { formatDate, parseDate } from '../lib/time';

const typed = (iso: string): string => formatDate(new Date(`${iso}T00:00:00`));

interface ControlsProps {
  period: Period;
  group: LineGroup;
  siteName: string;
}

/** Which time, which rooms, summed up by what; all of it stands in the address. */
export function LineControls({ period, group, siteName }: ControlsProps): ReactNode {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const units = useUnitOptions();
  const [own, setOwn] = useState(false);
  const now = new Date();
  const preset = own ? null : presetOf(period, now);
  const set = (part: Record<string, string | null>): void => {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries({ ...part, branch: null, sort: null, desc: null })) {
      if (value === null || value === '') next.delete(key);
      else next.set(key, value);
    }
    setParams(next, { replace: true });
  };
  return (
    <Group align="end" mb="md" gap="sm" className="lines-controls">
      <Select
        label={t('lines.period')}
        w={160}
        value={preset ?? 'own'}
        allowDeselect={false}
        data={[...PRESETS, 'own' as const].map((name) => ({ value: name, label: t(`lines.preset.${name}`) }))}
        onChange={(value) => {
          setOwn(value === 'own');
          if (value !== 'own') set({ ...presetPeriod(value as Preset, now) });
        }}
      />
      {preset === null && <Days period={period} onChange={(next) => set({ ...next })} />}
      <Select
        label={t('lines.groupBy')}
        w={150}
        value={group}
        allowDeselect={false}
        data={LINE_GROUPS.map((name) => ({ value: name, label: t(`lines.group.${name}`) }))}
        onChange={(value) => set({ group: value })}
      />
      <Pick
        label={t('lines.unit')}
        placeholder={t('lines.allUnits')}
        data={units}
        value={params.get('unit')}
        onChange={(value) => set({ unit: value })}
        clearable
        w={240}
      />
      {params.has('endpoint') && (
        <Button variant="default" onClick={() => set({ endpoint: null, group: 'site' })}>
          {t('lines.onlySite', { name: siteName || params.get('endpoint') })} ×
        </Button>
      )}
    </Group>
  );
}

/** A day counts once it is one, and the last is not before the first. */
function Days({ period, onChange }: { period: Period; onChange: (period: Period) => void }): ReactNode {
  const { t } = useTranslation();
  const [from, setFrom] = useState(typed(period.from));
  const [to, setTo] = useState(typed(period.to));
  useEffect(() => {
    setFrom(typed(period.from));
    setTo(typed(period.to));
  }, [period.from, period.to]);
  const change = (nextFrom: string, nextTo: string): void => {
    const first = parseDate(nextFrom, new Date());
    const last = parseDate(nextTo, new Date());
    setFrom(nextFrom);
    setTo(nextTo);
    if (first && last && first <= last && nextFrom.length >= 10 && nextTo.length >= 10) onChange({ from: isoDay(first), to: isoDay(last) });
  };
  const wrong = (text: string): string | null => (parseDate(text, new Date()) ? null : t('lines.wrongDay'));
  return (
    <>
      <DateField label={t('lines.from')} pickLabel={t('lines.pickFrom')} w={170} value={from} error={wrong(from)} onChange={(text) => change(text, to)} />
      <DateField label={t('lines.to')} pickLabel={t('lines.pickTo')} w={170} value={to} error={wrong(to)} onChange={(text) => change(from, text)} />
    </>
  );
}
