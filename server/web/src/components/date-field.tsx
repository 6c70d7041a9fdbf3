import { ActionIcon, Popover, TextInput, type TextInputProps } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import 'dayjs/locale/vi';
import 'dayjs/locale/en';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n';
import { isoDay } from '../lib/calendar';
import { formatDate, parseDate } from '../lib/time';
import { CalendarIcon } from './icons';

interface DateFieldProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string;
  onChange: (text: string) => void;
  /** Says what the button beside the field does. */
  pickLabel: string;
}

/** A day as typed (22/11/2026, 22-11, ...), or picked from a month. */
export function DateField({ value, onChange, pickLabel, ...rest }: DateFieldProps): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const day = parseDate(value, new Date());
  const pick = (iso: string | null): void => {
    setOpen(false);
    if (!iso) return;
    const [y, m, d] = iso.split('-').map(Number) as [number, number, number];
    onChange(formatDate(new Date(y, m - 1, d)));
  };
  const picker = (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal transitionProps={{ duration: 100 }}>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={pickLabel} aria-expanded={open} onClick={() => setOpen(!open)}>
          <CalendarIcon size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={pickLabel}>
        <DatePicker
          value={day ? isoDay(day) : null}
          {...(day ? { defaultDate: isoDay(day) } : {})}
          onChange={pick}
          locale={currentLanguage()}
          firstDayOfWeek={1}
          size="md"
          ariaLabels={{
            previousMonth: t('calendar.prevMonth'),
            nextMonth: t('calendar.nextMonth'),
            previousYear: t('calendar.prevYear'),
            nextYear: t('calendar.nextYear'),
            monthLevelControl: t('calendar.pickMonth'),
            yearLevelControl: t('calendar.pickYear'),
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
  return (
    <TextInput
      inputMode="numeric"
      placeholder="22/11/2026"
      {...rest}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      rightSection={picker}
    />
  );
}
