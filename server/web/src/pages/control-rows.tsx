import { ActionIcon, Button } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlackPictureIcon, CameraOffIcon, ChevronIcon, HandIcon, LockIcon, MicIcon, MicOffIcon, ScreenIcon } from '../components/icons';
import { LightMark, LightShape } from '../components/light';
import type { GroupCount, SiteGroup } from '../lib/site-tree';
import type { Site } from '../lib/wall';
import type { Seat } from '../room/protocol';
import { lightOf, seatName, showsBlack } from '../room/state';
import { BranchMenu } from './control-branch-menu';
import { useDesk, useMay, usePending, useRoomState } from './control-desk';
import { useSpeaking } from './use-speaking';

interface GroupRowProps {
  group: SiteGroup;
  count: GroupCount;
  open: boolean;
  onToggle: () => void;
}

/** A branch: how many of it are here, how many are ill. */
export function GroupRow({ group, count, open, onToggle }: GroupRowProps): ReactNode {
  const { t } = useTranslation();
  const name = group.name || t('control.allSites');
  return (
    <div className="control-row control-group" data-group={group.code} style={{ paddingLeft: 6 + group.depth * 16 }}>
      <button type="button" className="control-row-name" aria-expanded={open} onClick={onToggle}>
        <ChevronIcon size={18} open={open} />
        <span className="clip control-row-title">{name}</span>
        <span className="control-group-counts">
          <LightMark light="good">{`${count.present}/${count.invited}`}</LightMark>
          {count.bad > 0 && <LightMark light="bad">{count.bad}</LightMark>}
          {count.fair > 0 && <LightMark light="fair">{count.fair}</LightMark>}
          {count.hands > 0 && (
            <span className="light">
              <HandIcon size={16} />
              {count.hands}
            </span>
          )}
        </span>
      </button>
      <BranchMenu group={group} count={count} />
    </div>
  );
}

interface SiteLineProps {
  site: Site;
  depth: number;
  chosen: boolean;
}

/** One site in a line: its light, its name, and in words what is so about it. Drawn anew only when its seat changed. */
export const SiteLine = memo(function SiteLine({ site, depth, chosen }: SiteLineProps): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const { seat } = site;
  const light = lightOf(seat);
  return (
    <div
      className={`control-row${chosen ? ' control-row-chosen' : ''}${seat.spotlight ? ' control-row-spot' : ''}`}
      data-site={seat.endpoint}
      data-state={seat.state}
      style={{ paddingLeft: 6 + depth * 16 }}
    >
      <button
        type="button"
        className="control-row-name"
        // A click leaves the focus where it is, so that typing goes on searching.
        onMouseDown={(e) => e.preventDefault()}
        onClick={() => desk.select(seat.endpoint)}
        onDoubleClick={() => desk.onScreen(seat.endpoint)}
        aria-pressed={chosen}
      >
        <span className={`light light-${light}`}>
          <LightShape light={light} />
        </span>
        {showsBlack(seat) && <BlackPictureIcon size={16} />}
        <span className="control-row-text">
          <span className="clip control-row-title">{seatName(seat)}</span>
          <Words seat={seat} />
        </span>
        {seat.hand_at ? <HandIcon size={18} /> : null}
        {seat.content && <ScreenIcon size={18} />}
        {seat.camera_locked && <CameraOffIcon size={18} />}
      </button>
      <RowActs seat={seat} name={seatName(seat)} t={t} />
    </div>
  );
});

function Words({ seat }: { seat: Seat }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const micOn = seat.mic_open && !seat.mic_locked;
  const here = seat.state === 'connected';
  const speaking = useSpeaking(desk.client, seat.endpoint) && micOn && here;
  const floor = useRoomState((s) => s.meeting?.floor?.endpoint === seat.endpoint);
  const light = lightOf(seat);
  const words = [
    floor ? t('control.hasFloor') : '',
    seat.role === 'chair' ? t('control.isChair') : seat.role === 'cochair' ? t('control.isCochair') : '',
    seat.spotlight ? t('control.isOnScreen') : '',
    seat.content ? t('control.isContent') : '',
    showsBlack(seat) ? t('control.blackPicture') : '',
    here ? '' : t(`control.seat.${seat.state}`),
    here && seat.survival ? t('control.survival') : light === 'fair' || (light === 'bad' && here) ? t(`light.${light}`) : '',
    here && seat.mic_locked ? t('control.micLocked') : '',
    here && micOn ? t(speaking ? 'control.speaking' : 'control.micOpen') : '',
    here && !seat.camera_on ? t('control.cameraIsOff') : '',
    here && seat.paused ? t('control.cameraRests') : '',
    seat.barred ? t('control.isBarred') : '',
    here && seat.head_count ? t('control.heads', { n: seat.head_count }) : '',
  ].filter(Boolean);
  return <span className="clip quiet control-row-words">{words.length > 0 ? words.join(' · ') : t('control.seat.connected')}</span>;
}

function RowActs({ seat, name, t }: { seat: Seat; name: string; t: ReturnType<typeof useTranslation>['t'] }): ReactNode {
  const desk = useDesk();
  const may = useMay();
  const showing = usePending(`spotlight:${seat.endpoint}`);
  const muting = usePending(`seat.mute:${seat.endpoint}`);
  const admitting = usePending(`lobby.admit:${seat.endpoint}`);
  if (seat.state === 'waiting' && may.branch) {
    return (
      <Button
        size="compact-md"
        loading={admitting}
        tabIndex={-1}
        onClick={() => void desk.run({ type: 'lobby.admit', endpoints: [seat.endpoint] })}
      >
        {t('control.admit')}
      </Button>
    );
  }
  if (!may.run) return null;
  const micOn = seat.mic_open && !seat.mic_locked;
  return (
    <>
      <Button
        size="compact-md"
        tabIndex={-1}
        variant={seat.spotlight ? 'light' : 'default'}
        disabled={seat.state === 'absent' && !seat.spotlight}
        loading={showing}
        onClick={() => desk.onScreen(seat.spotlight ? null : seat.endpoint)}
      >
        {t(seat.spotlight ? 'control.offScreen' : 'control.onScreen')}
      </Button>
      <ActionIcon
        variant={seat.mic_locked ? 'light' : 'default'}
        size={30}
        tabIndex={-1}
        loading={muting}
        disabled={seat.state === 'absent'}
        aria-label={t(seat.mic_locked ? 'control.unlockOf' : 'control.lockOf', { name })}
        title={t(seat.mic_locked ? 'control.unlock' : 'control.lock')}
        data-mic={seat.mic_locked ? 'locked' : micOn ? 'open' : 'shut'}
        onClick={() => desk.toggleMic(seat.endpoint)}
      >
        {seat.mic_locked ? <LockIcon size={18} /> : micOn ? <MicIcon size={18} /> : <MicOffIcon size={18} />}
      </ActionIcon>
    </>
  );
}
