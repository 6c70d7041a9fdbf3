import { Button, Group, Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PickMany, type Option } from '../components/picks';
import { UnitTree } from '../components/unit-tree';
import { quickPicks, type Draft, type QuickPick } from '../lib/draft';
import type { Choices } from './use-booking';

interface WhoProps {
  draft: Draft;
  choices: Choices;
  rooms: Option[];
  fault: string | undefined;
  onChange: (part: Partial<Draft>) => void;
}

/** Who takes part: whole levels, groups, branches of the tree, single rooms. */
export function BookingWho({ draft, choices, rooms, fault, onChange }: WhoProps): ReactNode {
  const { t, i18n } = useTranslation();
  const { tree, groups } = choices;
  const picks = useMemo(() => quickPicks(tree), [tree]);
  const selection = useMemo(() => new Set(draft.units), [draft.units]);
  const isOn = (pick: QuickPick): boolean => pick.units.every((code) => selection.has(code));
  const toggle = (pick: QuickPick): void => {
    const next = new Set(selection);
    const on = isOn(pick);
    for (const code of pick.units) {
      if (on) next.delete(code);
      else next.add(code);
    }
    onChange({ units: [...next] });
  };
  const label = (pick: QuickPick): string => {
    if (pick.kind === 'word') return pick.label;
    return i18n.exists(`level.${pick.label}`) ? t(`level.${pick.label}`) : pick.label;
  };
  const any = draft.units.length + draft.groups.length + draft.rooms.length > 0;
  return (
    <section aria-label={t('booking.who')} className="booking-part" data-part="who">
      <div className="booking-part-head">
        <Text fw={600}>{t('booking.who')}</Text>
        {any && (
          <Button variant="subtle" size="compact-sm" onClick={() => onChange({ units: [], groups: [], rooms: [] })}>
            {t('booking.clear')}
          </Button>
        )}
      </div>
      <Text className="quiet">{t('booking.whoHelp')}</Text>
      {fault && (
        <Text className="light-bad" role="alert">
          {fault}
        </Text>
      )}
      {picks.length > 0 && (
        <Group gap={8} role="group" aria-label={t('booking.quick')}>
          {picks.map((pick) => (
            <Button key={pick.key} size="compact-md" variant={isOn(pick) ? 'filled' : 'default'} aria-pressed={isOn(pick)} onClick={() => toggle(pick)}>
              {t('booking.pick', { name: label(pick), count: pick.rooms })}
            </Button>
          ))}
        </Group>
      )}
      <UnitTree tree={tree} selection={selection} onChange={(next) => onChange({ units: [...next] })} />
      <div className="booking-two">
        <PickMany
          label={t('booking.groups')}
          placeholder={draft.groups.length === 0 ? t(groups.length > 0 ? 'booking.groupsPick' : 'booking.groupsNone') : ''}
          disabled={groups.length === 0}
          data={groups.map((g) => ({ value: g.id, label: `${g.name} (${g.endpoints.length})` }))}
          value={draft.groups}
          onChange={(ids) => onChange({ groups: ids })}
        />
        <PickMany
          label={t('booking.singleRooms')}
          placeholder={draft.rooms.length === 0 ? t('booking.singleRoomsPick') : ''}
          data={rooms}
          value={draft.rooms}
          onChange={(ids) => onChange({ rooms: ids })}
        />
      </div>
    </section>
  );
}
