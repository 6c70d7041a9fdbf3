import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Question } from '../components/confirm';
import { CameraIcon, CameraOffIcon, HandIcon, LeaveIcon, LockIcon, MicIcon, MicOffIcon, ScreenIcon } from '../components/icons';
import { useKeys } from '../components/use-keys';
import type { RoomClient } from '../room/client';
import { micWord, queuePlaceOf } from '../room/moment';
import { selfSeat } from '../room/state';

interface RoomButtonsProps {
  client: RoomClient;
  onAsk: (question: Question) => void;
}

const ICON = 34;

/** The five large buttons. Each shows what the server confirmed; while an act is under way it says so. */
export function RoomButtons({ client, onAsk }: RoomButtonsProps): ReactNode {
  const { t } = useTranslation();
  const seat = useStore(client.store, selfSeat);
  const place = useStore(client.store, queuePlaceOf);
  const asked = useStore(client.store, (s) => s.meeting?.floor?.endpoint === s.self && s.meeting?.floor?.state === 'asked');
  const pending = useStore(client.store, (s) => s.pending);
  const ready = useStore(client.store, (s) => s.phase === 'in');
  const chair = seat?.role === 'chair';
  const micOn = seat !== null && seat.mic_open && !seat.mic_locked;
  const locked = seat !== null && seat.mic_locked;
  const cameraOn = seat?.camera_on ?? false;
  const handUp = seat !== null && seat.hand_at !== null;
  const sharing = seat?.content ?? false;
  const cameraLocked = seat?.camera_locked ?? false;

  const can = (act: string): boolean => ready && seat !== null && !pending.has(act);
  const mic = (): void => void (can('mic') && !locked && client.setMic(!micOn));
  const camera = (): void => void (can('camera') && !cameraLocked && client.setCamera(!cameraOn));
  const hand = (): void => void (can('hand') && client.setHand(!handUp));
  const share = (): void => void (can('content') && (sharing ? client.stopContent() : client.shareContent()));
  const leave = (): void =>
    onAsk({ ask: t('room.leaveAsk'), yes: t('room.leaveYes'), act: () => client.leave() });
  useKeys({ m: mic, c: camera, x: hand, t: share });

  return (
    <footer className="room-foot" aria-label={t('room.keys')}>
      <BigButton
        name="mic"
        icon={locked ? <LockIcon size={ICON} /> : micOn ? <MicIcon size={ICON} /> : <MicOffIcon size={ICON} />}
        word={t('room.mic')}
        state={t(asked ? 'room.micAsk' : `room.${micWord(seat)}`)}
        tone={micOn ? 'on' : 'off'}
        disabled={!ready || locked}
        busy={pending.has('mic')}
        pressed={micOn}
        shortcut="M"
        onClick={mic}
      />
      <BigButton
        name="camera"
        icon={cameraLocked ? <LockIcon size={ICON} /> : cameraOn ? <CameraIcon size={ICON} /> : <CameraOffIcon size={ICON} />}
        word={t('room.camera')}
        state={t(cameraLocked ? 'room.cameraLocked' : cameraOn ? 'room.cameraOn' : 'room.cameraOff')}
        tone={cameraOn ? 'on' : 'off'}
        disabled={!ready || cameraLocked}
        busy={pending.has('camera')}
        pressed={cameraOn}
        shortcut="C"
        onClick={camera}
      />
      {!chair && (
        <BigButton
          name="hand"
          icon={<HandIcon size={ICON} />}
          word={t(handUp ? 'room.handDown' : 'room.hand')}
          state={handUp ? (place > 0 ? t('room.handUp', { n: place }) : t('room.placeUnknown')) : ''}
          tone={handUp ? 'on' : 'plain'}
          disabled={!ready}
          busy={pending.has('hand')}
          pressed={handUp}
          shortcut="X"
          onClick={hand}
        />
      )}
      <BigButton
        name="share"
        icon={<ScreenIcon size={ICON} />}
        word={t(sharing ? 'room.shareOff' : 'room.share')}
        state={sharing ? t('room.sharing') : ''}
        tone={sharing ? 'on' : 'plain'}
        disabled={!ready}
        busy={pending.has('content')}
        pressed={sharing}
        shortcut="T"
        onClick={share}
      />
      <BigButton
        name="leave"
        icon={<LeaveIcon size={ICON} />}
        word={t('room.leave')}
        state=""
        tone="leave"
        disabled={false}
        busy={pending.has('leave')}
        onClick={leave}
      />
    </footer>
  );
}

interface BigButtonProps {
  name: string;
  icon: ReactNode;
  word: string;
  state: string;
  tone: 'on' | 'off' | 'plain' | 'leave';
  disabled: boolean;
  busy: boolean;
  pressed?: boolean;
  shortcut?: string;
  onClick: () => void;
}

function BigButton(props: BigButtonProps): ReactNode {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={`room-button room-button-${props.tone}`}
      data-button={props.name}
      disabled={props.disabled}
      aria-busy={props.busy}
      {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      {...(props.shortcut ? { 'aria-keyshortcuts': props.shortcut } : {})}
      onClick={props.onClick}
    >
      {props.icon}
      <span className="room-button-word">{props.word}</span>
      <span className="room-button-state">{props.busy ? `${t('room.pending')}…` : props.state}</span>
    </button>
  );
}
