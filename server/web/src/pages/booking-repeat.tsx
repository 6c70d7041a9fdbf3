import { Checkbox, Chip, Group, NumberInput, Radio, Select, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DateField } from '../components/date-field';
import { datesOf, dayKey, daysOf, MAX_COUNT, MAX_INTERVAL, repeatWords, WEEKDAYS, type Frequency, type Repeat, type RepeatFault, type Weekday } from '../lib/repeat';
import { formatDate } from '../lib/time';

const FREQUENCIES: Frequency[] = ['none', 'daily', 'weekly', 'monthly', 'custom'];
/** Dates that can be left out one by one; of a longer series the later ones are left out in the calendar. */
const DATES_SHOWN = 12;

interface RepeatProps {
  repeat: Repeat;
  start: Date;
  fault: RepeatFault | undefined;
  onChange: (repeat: Repeat) => void;
}

export function RepeatSelect({ repeat, onChange }: Pick<RepeatProps, 'repeat' | 'onChange'>): ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      label={t('repeat.label')}
      data={FREQUENCIES.map((f) => ({ value: f, label: t(`repeat.${f}`) }))}
      value={repeat.frequency}
      allowDeselect={false}
      onChange={(value) => onChange({ ...repeat, frequency: value as Frequency, exceptions: [] })}
    />
  );
}

/** How it repeats, in words, with the dates it falls on: a date unticked is an exception. */
export function RepeatDetails({ repeat, start, fault, onChange }: RepeatProps): ReactNode {
  const { t } = useTranslation();
  if (repeat.frequency === 'none') return null;
  const set = (part: Partial<Repeat>): void => onChange({ ...repeat, ...part });
  return (
    <fieldset className="panel booking-repeat">
      <legend className="visually-hidden">{t('repeat.label')}</legend>
      {repeat.frequency === 'custom' ? (
        <TextInput
          label={t('repeat.rule')}
          description={t('repeat.ruleHelp')}
          placeholder="FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=12"
          value={repeat.custom}
          onChange={(e) => set({ custom: e.currentTarget.value })}
          error={fault === 'custom' ? t('repeat.fault.custom') : undefined}
          maxLength={500}
        />
      ) : (
        <Simple repeat={repeat} start={start} fault={fault} onChange={onChange} />
      )}
      <Text role="status" fw={600}>
        {repeatWords(repeat, start, (key, values) => t(key, values ?? {}))}
      </Text>
      <Dates repeat={repeat} start={start} onChange={set} />
      {fault === 'allOut' && (
        <Text className="light-bad" role="alert">
          {t('repeat.fault.allOut')}
        </Text>
      )}
    </fieldset>
  );
}

function Simple({ repeat, start, fault, onChange }: RepeatProps): ReactNode {
  const { t } = useTranslation();
  const set = (part: Partial<Repeat>): void => onChange({ ...repeat, ...part });
  const error = (f: RepeatFault): string | undefined => (fault === f ? t(`repeat.fault.${f}`, { most: f === 'interval' ? MAX_INTERVAL : MAX_COUNT }) : undefined);
  return (
    <>
      <Group align="flex-start" gap="md">
        <NumberInput
          label={t(`repeat.every.${repeat.frequency}`)}
          value={repeat.interval}
          min={1}
          max={MAX_INTERVAL}
          w={130}
          onChange={(n) => set({ interval: Number(n) })}
          error={error('interval')}
        />
        <Select
          label={t('repeat.end')}
          w={200}
          data={[
            { value: 'count', label: t('repeat.afterCount') },
            { value: 'until', label: t('repeat.untilDay') },
          ]}
          value={repeat.end}
          allowDeselect={false}
          onChange={(value) => set({ end: value === 'until' ? 'until' : 'count' })}
        />
        {repeat.end === 'count' ? (
          <NumberInput label={t('repeat.count')} value={repeat.count} min={1} max={MAX_COUNT} w={130} onChange={(n) => set({ count: Number(n) })} error={error('count')} />
        ) : (
          <DateField
            label={t('repeat.last')}
            pickLabel={t('repeat.pickLast')}
            value={repeat.until}
            w={180}
            onChange={(until) => set({ until })}
            error={error('until') ?? error('untilEarly')}
          />
        )}
      </Group>
      {repeat.frequency === 'weekly' && (
        <Chip.Group multiple value={daysOf(repeat, start)} onChange={(days) => set({ days: days as Weekday[] })}>
          <Group gap={6} role="group" aria-label={t('repeat.days')}>
            {WEEKDAYS.map((d) => (
              <Chip key={d} value={d} radius="md">
                {t(`repeat.day.${d}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {repeat.frequency === 'monthly' && (
        <Radio.Group label={t('repeat.monthlyBy')} value={repeat.monthly} onChange={(value) => set({ monthly: value === 'weekday' ? 'weekday' : 'date' })}>
          <Group mt={4}>
            <Radio value="date" label={t('repeat.sameDate', { day: start.getDate() })} />
            <Radio value="weekday" label={t('repeat.sameWeekday')} />
          </Group>
        </Radio.Group>
      )}
    </>
  );
}

function Dates({ repeat, start, onChange }: { repeat: Repeat; start: Date; onChange: (part: Partial<Repeat>) => void }): ReactNode {
  const { t } = useTranslation();
  const dates = datesOf(repeat, start, MAX_COUNT);
  if (dates.length === 0) return null;
  const out = new Set(repeat.exceptions);
  const toggle = (key: string): void => {
    const next = new Set(out);
    if (!next.delete(key)) next.add(key);
    onChange({ exceptions: [...next].sort() });
  };
  return (
    <div role="group" aria-label={t('repeat.dates')}>
      <Text className="quiet">{t('repeat.datesHelp')}</Text>
      <div className="booking-dates">
        {dates.slice(0, DATES_SHOWN).map((d) => (
          <Checkbox key={dayKey(d)} label={formatDate(d)} checked={!out.has(dayKey(d))} onChange={() => toggle(dayKey(d))} />
        ))}
        {dates.length > DATES_SHOWN && <Text className="quiet">{t('repeat.moreDates', { count: dates.length - DATES_SHOWN })}</Text>}
      </div>
    </div>
  );
}
