import { Group, NumberInput, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** kbit/s; null: as much as there is. */
export interface LineKbps {
  down: number | null;
  up: number | null;
}

export const lineOf = (of: { down_kbps?: number; up_kbps?: number } | null): LineKbps => ({
  down: of?.down_kbps || null,
  up: of?.up_kbps || null,
});

export const lineBody = (line: LineKbps): { down_kbps: number; up_kbps: number } => ({ down_kbps: line.down ?? 0, up_kbps: line.up ?? 0 });

const MAX_KBPS = 4_000_000;

/** What a line may carry, both ways. */
export function LineFields({ line, onChange, help }: { line: LineKbps; onChange: (line: LineKbps) => void; help: string }): ReactNode {
  const { t } = useTranslation();
  const field = (way: keyof LineKbps): ReactNode => (
    <NumberInput
      label={t(way === 'down' ? 'admin.lineDown' : 'admin.lineUp')}
      placeholder={t('admin.lineNone')}
      suffix=" kbit/s"
      min={0}
      max={MAX_KBPS}
      step={100}
      allowDecimal={false}
      allowNegative={false}
      value={line[way] ?? ''}
      onChange={(value) => onChange({ ...line, [way]: typeof value === 'number' && value > 0 ? value : null })}
    />
  );
  return (
    <fieldset className="line-fields">
      <legend>{t('admin.line')}</legend>
      <Text size="sm" c="dimmed" mb={6}>
        {help}
      </Text>
      <Group grow align="start">
        {field('down')}
        {field('up')}
      </Group>
    </fieldset>
  );
}
