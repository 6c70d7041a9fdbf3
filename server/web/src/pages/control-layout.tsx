import { Button, Menu } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from '../components/icons';
import { LAYOUTS, type PinRole } from '../room/protocol';
import { nameOf } from '../room/state';
import { useDesk, useMay, usePending, useRoomState, useUi } from './control-desk';

const PIN_ROLES: readonly PinRole[] = ['site', 'chair', 'cochair'];

/** What all rooms see: the layout, and what each kind of seat keeps large. */
export function LayoutMenu(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const layout = useRoomState((s) => s.meeting?.layout ?? 'chair_content');
  const pending = usePending('layout');
  if (!may.run) return <span className="quiet clip">{t(`control.layouts.${layout}`)}</span>;
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end" width={340}>
      <Menu.Target>
        <Button
          size="compact-md"
          variant="default"
          loading={pending}
          data-layout={layout}
          aria-label={t('control.layoutIs', { name: t(`control.layouts.${layout}`) })}
          title={t('control.layoutIs', { name: t(`control.layouts.${layout}`) })}
        >
          {t('control.layout')} ▾
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('control.layoutFor')}</Menu.Label>
        {LAYOUTS.map((kind) => (
          <Menu.Item
            key={kind}
            aria-current={kind === layout}
            rightSection={kind === layout ? <CheckIcon size={18} /> : null}
            onClick={() => void desk.run({ type: 'layout', kind })}
          >
            {t(`control.layouts.${kind}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('control.pins')}</Menu.Label>
        {PIN_ROLES.map((role) => (
          <PinItem key={role} role={role} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Pins the chosen site for one kind of seat; what is pinned is let go by the same item. */
function PinItem({ role }: { role: PinRole }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const pinned = useRoomState((s) => s.meeting?.pins?.[role] ?? null);
  const pinnedName = useRoomState((s) => (s.meeting?.pins?.[role] ? nameOf(s, s.meeting.pins[role]) : ''));
  const selected = useUi((ui) => ui.selected);
  const selectedName = useRoomState((s) => (selected ? nameOf(s, selected) : ''));
  const put = selected !== null && selected !== pinned ? selected : null;
  const text =
    put !== null
      ? t('control.pinPut', { name: selectedName })
      : pinned !== null
        ? t('control.pinDrop', { name: pinnedName })
        : t('control.pinHow');
  return (
    <Menu.Item
      data-pin={role}
      disabled={put === null && pinned === null}
      onClick={() => void desk.run({ type: 'pin', role, endpoint: put })}
    >
      <strong>{t(`control.pinRole.${role}`)}</strong>
      <br />
      {pinned !== null && put !== null && <span className="quiet">{t('control.pinNow', { name: pinnedName })}. </span>}
      {text}
    </Menu.Item>
  );
}
