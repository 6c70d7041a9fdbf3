import { Button, Menu } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LightMark } from '../components/light';
import type { Seat } from '../room/protocol';
import { lightOf, seatName } from '../room/state';
import { muteAllQuestion, removePrompt, renamePrompt, writeTo } from './control-acts';
import { useDesk, useDetail, useMay, usePending, useRoomState, useUi } from './control-desk';

/** The chosen site: how it is, whom to call, and everything that may be done with it. */
export function Chosen(): ReactNode {
  const { t } = useTranslation();
  const selected = useUi((ui) => ui.selected);
  const seat = useRoomState((s) => (selected === null ? undefined : s.seats.get(selected)));
  const phone = usePhone(selected);
  if (!seat) return null;
  return (
    <section className="panel control-chosen-box" aria-label={t('control.selected')} data-selected={seat.endpoint}>
      <div className="control-chosen-head">
        <strong className="clip" title={seatName(seat)}>
          {seatName(seat)}
        </strong>
        <LightMark light={lightOf(seat)}>
          {t(`control.seat.${seat.state}`)}
          {seat.state === 'connected' && seat.line && ` · ${t(`control.line.${seat.line}`)}`}
        </LightMark>
        {phone && (
          <a className="control-phone" href={`tel:${phone.replace(/\s/g, '')}`}>
            ☎ {phone}
          </a>
        )}
      </div>
      <Acts seat={seat} />
    </section>
  );
}

function usePhone(endpoint: string | null): string {
  const detail = useDetail();
  const phones = useMemo(() => new Map(detail?.endpoints?.map((e) => [e.id, e.phone]) ?? []), [detail]);
  return endpoint === null ? '' : (phones.get(endpoint) ?? '');
}

function Acts({ seat }: { seat: Seat }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { endpoint } = seat;
  const granting = usePending(`floor.grant:${endpoint}`);
  const showing = usePending(`spotlight:${endpoint}`);
  const muting = usePending(`seat.mute:${endpoint}`);
  const admitting = usePending(`lobby.admit:${endpoint}`);
  const here = seat.state === 'connected';
  if (!may.branch) return null;
  if (seat.state === 'waiting') {
    return (
      <div className="control-buttons">
        <Button size="compact-md" loading={admitting} onClick={() => void desk.run({ type: 'lobby.admit', endpoints: [endpoint] })}>
          {t('control.admit')}
        </Button>
        <MoreActs seat={seat} />
      </div>
    );
  }
  return (
    <div className="control-buttons">
      {may.run && (
        <>
          <Button size="compact-md" loading={granting} disabled={!here} onClick={() => desk.giveFloor(endpoint)} aria-keyshortcuts="Shift+Enter">
            {t('control.giveFloor')}
          </Button>
          <Button
            size="compact-md"
            variant="default"
            loading={showing}
            disabled={!here && !seat.spotlight}
            onClick={() => desk.onScreen(seat.spotlight ? null : endpoint)}
            aria-keyshortcuts="Enter"
          >
            {t(seat.spotlight ? 'control.offScreen' : 'control.onScreen')}
          </Button>
          <Button size="compact-md" variant="default" loading={muting} onClick={() => desk.toggleMic(endpoint)} aria-keyshortcuts="F4">
            {t(seat.mic_locked ? 'control.unlock' : 'control.lock')}
          </Button>
        </>
      )}
      <MoreActs seat={seat} />
    </div>
  );
}

function MoreActs({ seat }: { seat: Seat }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { endpoint } = seat;
  const here = seat.state === 'connected';
  const write = (): void => desk.askText(writeTo(desk, t, { endpoint }));
  if (!may.run) {
    return (
      <Button size="compact-md" variant="default" onClick={write}>
        {t('control.write')}
      </Button>
    );
  }
  return (
    <Menu withInitialFocusPlaceholder={false} position="top-end" width={300}>
      <Menu.Target>
        <Button size="compact-md" variant="default">
          {t('control.moreActs')} ▾
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={!here} onClick={() => desk.giveFloor(endpoint, false)}>
          {t('control.remark')}
        </Menu.Item>
        <Menu.Item disabled={!here} onClick={() => void desk.run({ type: 'mic.ask', endpoint })}>
          {t('control.askMic')}
        </Menu.Item>
        <Menu.Item disabled={!here} onClick={() => desk.toggleCamera(endpoint)}>
          {t(seat.camera_locked ? 'control.cameraFree' : 'control.cameraOff')}
        </Menu.Item>
        <Menu.Item onClick={() => desk.ask(muteAllQuestion(desk, t, { except: [endpoint] }))}>{t('control.muteBut')}</Menu.Item>
        <Menu.Item onClick={write}>{t('control.write')}</Menu.Item>
        <Menu.Item onClick={() => desk.askText(renamePrompt(desk, t, endpoint))}>{t('control.rename')}</Menu.Item>
        <Menu.Divider />
        {seat.state !== 'waiting' && (
          <Menu.Item disabled={!here} onClick={() => void desk.run({ type: 'lobby.return', endpoint })}>
            {t('control.toLobby')}
          </Menu.Item>
        )}
        {seat.barred ? (
          <Menu.Item onClick={() => void desk.run({ type: 'seat.unbar', endpoint })}>{t('control.unbar')}</Menu.Item>
        ) : (
          <>
            <Menu.Item color="var(--bad)" onClick={() => desk.askText(removePrompt(desk, t, endpoint, false))}>
              {t('control.remove')}
            </Menu.Item>
            <Menu.Item color="var(--bad)" onClick={() => desk.askText(removePrompt(desk, t, endpoint, true))}>
              {t('control.bar')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
