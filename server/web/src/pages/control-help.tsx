import { Kbd, Modal } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KEYS, keyAct, ROW_KEYS, type KeyAct } from '../lib/control-keys';
import { PANELS, useDesk, useMay, useUi, type Desk, type May } from './control-desk';
import { muteAllQuestion, writeTo } from './control-acts';
import type { TFunction } from 'i18next';

/** Does this act need the right to run the meeting? The others only change this page. */
const FREE: ReadonlySet<KeyAct> = new Set(['help', 'view', 'pageBack', 'pageOn', 'panel1', 'panel2', 'panel3', 'panel4', 'panel5', 'panel6']);

function act(desk: Desk, t: TFunction, what: KeyAct, may: May): void {
  if (!may.run && !FREE.has(what) && !(may.branch && (what === 'undo' || what === 'message'))) return;
  const ui = desk.ui.getState();
  const { selected } = ui;
  const scan = desk.state.meeting?.autoscan;
  switch (what) {
    case 'help':
      return desk.set({ keys: !ui.keys });
    case 'next':
      return desk.next();
    case 'release':
      return desk.release();
    case 'extendFloor':
      return void (desk.state.meeting?.floor && desk.run({ type: 'floor.extend', seconds: 60 }));
    case 'mic':
      return void (selected && desk.toggleMic(selected));
    case 'camera':
      return void (selected && desk.toggleCamera(selected));
    case 'scan':
      return void desk.run(scan?.running ? { type: 'autoscan.stop' } : { type: 'autoscan.start', seconds: scan?.seconds ?? 10 });
    case 'view':
      return desk.set({ view: ui.view === 'tree' ? 'wall' : 'tree' });
    case 'pageBack':
      return desk.set({ page: Math.max(0, ui.page - 1) });
    case 'pageOn':
      return desk.set({ page: ui.page + 1 });
    case 'muteAll':
      return desk.ask(muteAllQuestion(desk, t, {}));
    case 'message':
      return desk.askText(writeTo(desk, t, selected ? { endpoint: selected } : { all: true }));
    case 'undo':
      return desk.undoLast();
    default:
      return desk.togglePanel(PANELS[Number(what.slice(5)) - 1]!);
  }
}

/** One key, one act, wherever the focus is; not in a dialogue. */
export function useControlKeys(): void {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { run, branch } = may;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.repeat || event.defaultPrevented || target.closest('[role=dialog]')) return;
      if (event.key === 'Escape') return desk.set({ panel: null });
      const typing = /INPUT|TEXTAREA|SELECT/.test(target.tagName) && !target.closest('.control-find');
      const what = keyAct(event, typing);
      if (!what) return;
      event.preventDefault();
      act(desk, t, what, { run, branch });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk, t, run, branch]);
}

const FIXED = ['type', 'arrows', 'enter', 'shiftEnter', 'ctrlEnter', 'esc', 'tab'] as const;
const FIXED_KEYS: Record<(typeof FIXED)[number], string[]> = {
  type: ['a', 'b', 'c'],
  arrows: ['↑', '↓'],
  enter: ['Enter'],
  shiftEnter: ['Shift', 'Enter'],
  ctrlEnter: ['Ctrl', 'Enter'],
  esc: ['Esc'],
  tab: ['Tab'],
};

/** The list of keys that `?` opens. */
export function KeyHelp(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const open = useUi((ui) => ui.keys);
  const rows: [string[], string][] = [
    ...FIXED.map((k): [string[], string] => [FIXED_KEYS[k], t(`control.keyList.${k}`)]),
    ...KEYS.map(([key, what]): [string[], string] => [
      key.length > 1 ? key.split('+') : [key],
      what.startsWith('panel') ? t(`control.panel.${PANELS[Number(what.slice(5)) - 1]!}`) : t(`control.keyList.${what}`),
    ]),
    ...ROW_KEYS.map(([key, what]): [string[], string] => [['Tab', key], t(`control.rowKey.${what}`)]),
  ];
  return (
    <Modal
      opened={open}
      onClose={() => desk.set({ keys: false })}
      size="xl"
      title={t('control.keysTitle')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <dl className="control-key-list">
        {rows.map(([keys, text]) => (
          <div key={keys.join('+') + text}>
            <dt>
              {keys.map((k) => (
                <Kbd key={k} size="md">
                  {k}
                </Kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
