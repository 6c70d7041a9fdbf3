import { Button, NumberInput, Popover, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listSites } from '../lib/wall';
import { nameOf } from '../room/state';
import { useBranches } from './control-branches';
import { useDesk, useMay, usePending, useRoomState, useSites, useUi } from './control-desk';

const SECONDS_MIN = 3;
const SECONDS_MAX = 600;
const SECONDS = 10;

/** Sites on screen in turn: how long, which ones in which order, who is on and who comes. */
export function ScanMenu(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const scan = useRoomState((s) => s.meeting?.autoscan ?? null);
  const pending = usePending('autoscan.start');
  const state = !scan?.running ? 'off' : scan.paused ? 'paused' : 'on';
  const words = state === 'off' ? t('control.scan.name') : `${t('control.scan.name')} ▸ ${scan?.seconds ?? SECONDS}s`;
  if (!may.run) return state === 'off' ? null : <span className="quiet">{words}</span>;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={360} trapFocus withinPortal>
      <Popover.Target>
        <Button
          size="compact-md"
          variant={state === 'on' ? 'filled' : state === 'paused' ? 'light' : 'default'}
          loading={pending}
          data-scan={state}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {words}
          {state === 'paused' ? ` (${t('control.scan.paused')})` : ''} ▾
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="control-form" role="group" aria-label={t('control.scan.name')}>
          {scan?.running ? <Running /> : null}
          <Settings onDone={() => setOpen(false)} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Running(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const scan = useRoomState((s) => s.meeting?.autoscan ?? null);
  const current = useRoomState((s) => (s.meeting?.autoscan?.current ? nameOf(s, s.meeting.autoscan.current) : '–'));
  const next = useRoomState((s) => (s.meeting?.autoscan?.next ? nameOf(s, s.meeting.autoscan.next) : '–'));
  const skipping = usePending('autoscan.skip');
  const stopping = usePending('autoscan.stop');
  return (
    <>
      <dl className="control-scan-now">
        <div>
          <dt>{t('control.scan.current')}</dt>
          <dd data-scan-current={scan?.current ?? ''}>{current}</dd>
        </div>
        <div>
          <dt>{t('control.scan.next')}</dt>
          <dd data-scan-next={scan?.next ?? ''}>{next}</dd>
        </div>
      </dl>
      {scan?.paused && <p className="quiet control-none">{t('control.scan.pausedWhy')}</p>}
      <div className="control-buttons">
        <Button size="compact-md" variant="default" loading={skipping} onClick={() => void desk.run({ type: 'autoscan.skip' })}>
          {t('control.scan.skip')}
        </Button>
        <Button size="compact-md" variant="outline" color="var(--bad)" loading={stopping} onClick={() => void desk.run({ type: 'autoscan.stop' })}>
          {t('control.scan.stop')}
        </Button>
      </div>
    </>
  );
}

function Settings({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const sites = useSites();
  const running = useRoomState((s) => s.meeting?.autoscan?.running === true);
  const before = useRoomState((s) => s.meeting?.autoscan?.seconds ?? SECONDS);
  const branches = useBranches();
  const [seconds, setSeconds] = useState<number | string>(before);
  const [which, setWhich] = useState('all');
  const query = useUi((ui) => ui.query);
  const filter = useUi((ui) => ui.filter);
  const listed = listSites(sites, query, filter).map((s) => s.seat.endpoint);
  const options = [
    { value: 'all', label: t('control.scan.all') },
    { value: 'listed', label: t('control.scan.listed', { n: listed.length }) },
    ...branches.map((b) => ({ value: `b:${b.code}`, label: t('control.scan.branch', { name: b.name, n: b.total }) })),
  ];
  const valid = typeof seconds === 'number' && seconds >= SECONDS_MIN && seconds <= SECONDS_MAX;
  const start = async (): Promise<void> => {
    if (!valid) return;
    const part = which === 'listed' ? { endpoints: listed } : which.startsWith('b:') ? { branch: which.slice(2) } : {};
    if (await desk.run({ type: 'autoscan.start', seconds, ...part })) onDone();
  };
  return (
    <>
      <NumberInput
        label={t('control.scan.seconds')}
        value={seconds}
        onChange={setSeconds}
        min={SECONDS_MIN}
        max={SECONDS_MAX}
        clampBehavior="blur"
        data-autofocus
      />
      <Select
        label={t('control.scan.which')}
        description={which === 'listed' ? t('control.scan.listedHelp') : undefined}
        data={options}
        value={which}
        onChange={(v) => setWhich(v ?? 'all')}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      <Button disabled={!valid || (which === 'listed' && listed.length === 0)} onClick={() => void start()}>
        {t(running ? 'control.scan.restart' : 'control.scan.start')}
      </Button>
    </>
  );
}
