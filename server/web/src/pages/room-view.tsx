import { Modal } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Confirm, type Question } from '../components/confirm';
import { DevicePanel } from '../components/device-panel';
import { GearIcon, SoundIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { useNow, useTitle, useWakeLock } from '../components/use-now';
import { VideoView } from '../components/video-view';
import { formatSpan, formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { census, isOnAir, selfSeat, shownSlots, toMs, type Light, type RoomState, type Shown } from '../room/state';
import { RoomButtons } from './room-buttons';
import { ChairPanel } from './room-chair';
import { useSpeaking } from './use-speaking';

interface RoomViewProps {
  client: RoomClient;
  devices: LocalDevices;
}

/** Inside the meeting: the chair large, what is presented beside it, a strip of sites, five buttons. */
export function RoomView({ client, devices }: RoomViewProps): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const [question, setQuestion] = useState<Question | null>(null);
  const [showDevices, setShowDevices] = useState(false);
  useWakeLock();
  useTitle(state.meeting?.title ?? t('app.name'));
  useView(client);

  const self = selfSeat(state);
  const onAir = isOnAir(self);
  const main = shownSlots(state, 'main')[0] ?? null;
  const content = shownSlots(state, 'content')[0] ?? null;
  const tiles = shownSlots(state, 'tile');
  return (
    <main
      className={`room${onAir ? ' room-on-air' : ''}${content ? ' room-with-content' : ''}`}
      data-phase={state.phase}
      data-media={state.media}
    >
      <RoomHead state={state} onDevices={() => setShowDevices(true)} />
      <RoomBanners client={client} state={state} onAir={onAir} />
      <div className="room-stage">
        <MainPicture client={client} state={state} shown={main} />
        {content && (
          <figure className="room-picture room-content" data-slot="content" data-endpoint={content.endpoint}>
            <VideoView
              key={state.mediaEpoch}
              stream={client.stream(content.mid)}
              label={t('room.content', { name: nameOf(state, content.endpoint) })}
            />
            <figcaption>{t('room.content', { name: nameOf(state, content.endpoint) })}</figcaption>
          </figure>
        )}
        <div className="room-strip">
          <OwnPicture devices={devices} on={self?.camera_on ?? true} />
          {tiles.map((tile) => (
            <Tile key={`${state.mediaEpoch}.${tile.mid}`} client={client} state={state} shown={tile} />
          ))}
        </div>
        {state.role === 'chair' && <ChairPanel client={client} state={state} onAsk={setQuestion} />}
      </div>
      <RoomButtons client={client} onAsk={setQuestion} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
      <Modal opened={showDevices} onClose={() => setShowDevices(false)} title={t('room.devicesTitle')} size="xl">
        <DevicePanel devices={devices} />
      </Modal>
    </main>
  );
}

function nameOf(state: RoomState, endpoint: string): string {
  return state.seats.get(endpoint)?.name ?? endpoint;
}

/** Tells the server how large the pictures are shown. */
function useView(client: RoomClient): void {
  useEffect(() => {
    const tell = (): void => {
      const scale = Math.min(window.devicePixelRatio || 1, 2);
      const fit = Math.min(window.innerHeight * 0.8, (window.innerWidth * 9) / 16) * scale;
      client.setView({ main_height: fit > 800 ? 1080 : fit > 420 ? 720 : 360, tile_height: 180 });
    };
    tell();
    window.addEventListener('resize', tell);
    return () => window.removeEventListener('resize', tell);
  }, [client]);
}

const LINE_LIGHT: Record<string, Light> = { good: 'good', fair: 'fair', poor: 'bad', lost: 'bad' };

function RoomHead({ state, onDevices }: { state: RoomState; onDevices: () => void }): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const sum = useMemo(() => census(state.seats.values()), [state.seats]);
  const started = toMs(state.meeting?.started_at);
  const line = state.phase === 'in' ? state.line : null;
  const word = state.phase === 'reconnecting' ? 'lost' : (line?.state ?? 'unknown');
  return (
    <header className="room-head">
      <h1 className="clip">{state.meeting?.title ?? t('room.connecting')}</h1>
      <span className="room-clock">
        {formatTime(new Date(now))}
        {state.meeting?.state === 'live' && started !== null && ` · ${formatSpan(now - started)}`}
      </span>
      <span className="room-present">{t('room.present', { present: sum.present, invited: sum.invited })}</span>
      <span
        className="room-line"
        title={line ? t('room.lineFigures', { up: round(line.up_loss), down: round(line.down_loss), rtt: Math.round(line.rtt_ms ?? 0) }) : ''}
      >
        <LightMark light={LINE_LIGHT[word] ?? 'absent'}>
          {t(`room.line.${word}`)}
        </LightMark>
      </span>
      <button type="button" className="room-gear" onClick={onDevices}>
        <GearIcon size={24} />
        {t('room.devices')}
      </button>
    </header>
  );
}

const round = (n: number): string => (Math.round(n * 10) / 10).toString();

function RoomBanners({ client, state, onAir }: { client: RoomClient; state: RoomState; onAir: boolean }): ReactNode {
  const { t } = useTranslation();
  const blocked = useStore(client.soundBlocked);
  const self = selfSeat(state);
  const micOpen = self !== null && self.mic_open && !self.mic_locked;
  return (
    <div className="room-banners" aria-live="assertive">
      {state.phase === 'reconnecting' && (
        <p className="room-banner room-banner-warn">{t('room.reconnecting', { n: state.attempt })}</p>
      )}
      {state.phase === 'in' && state.media === 'broken' && (
        <p className="room-banner room-banner-warn">{t('room.mediaBroken')}</p>
      )}
      {blocked && (
        <button type="button" className="room-banner room-banner-act" onClick={() => client.unblockSound()}>
          <SoundIcon /> {t('room.soundBlocked')}
        </button>
      )}
      {onAir && (
        <p className="room-banner room-banner-air">
          <strong>{t('room.onAir')}</strong> – {t('room.onAirText')}
        </p>
      )}
      {!onAir && micOpen && <p className="room-banner">{t('room.micOpenAll')}</p>}
    </div>
  );
}

function MainPicture({ client, state, shown }: { client: RoomClient; state: RoomState; shown: Shown | null }): ReactNode {
  const { t } = useTranslation();
  const seat = shown ? state.seats.get(shown.endpoint) : undefined;
  const chair = seat?.role === 'chair';
  const waiting =
    state.phase === 'connecting'
      ? t('room.connecting')
      : state.media === 'connecting'
        ? t('room.mediaConnecting')
        : state.meeting?.state === 'open'
          ? t('room.notStarted')
          : t('room.waiting');
  return (
    <figure className="room-picture room-main" data-slot="main" data-endpoint={shown?.endpoint ?? ''}>
      {shown ? (
        <>
          <VideoView key={state.mediaEpoch} stream={client.stream(shown.mid)} label={nameOf(state, shown.endpoint)} />
          {seat && !seat.camera_on && <div className="room-cover">{t('room.cameraOffTile')}</div>}
          <figcaption>
            {chair && <span className="room-tag">{t('room.chair')}</span>}
            {seat?.spotlight && !chair && <span className="room-tag">{t('room.onScreen')}</span>}
            {nameOf(state, shown.endpoint)}
          </figcaption>
        </>
      ) : (
        <div className="room-cover">{waiting}</div>
      )}
    </figure>
  );
}

function Tile({ client, state, shown }: { client: RoomClient; state: RoomState; shown: Shown }): ReactNode {
  const { t } = useTranslation();
  const seat = state.seats.get(shown.endpoint);
  const speaking = useSpeaking(client, shown.endpoint);
  return (
    <figure
      className={`room-picture room-tile${speaking ? ' room-speaking' : ''}`}
      data-slot="tile"
      data-endpoint={shown.endpoint}
    >
      <VideoView stream={client.stream(shown.mid)} label={nameOf(state, shown.endpoint)} fit="cover" />
      {seat && !seat.camera_on && <div className="room-cover">{t('room.cameraOffTile')}</div>}
      <figcaption className="clip">{nameOf(state, shown.endpoint)}</figcaption>
    </figure>
  );
}

function OwnPicture({ devices, on }: { devices: LocalDevices; on: boolean }): ReactNode {
  const { t } = useTranslation();
  const camera = useStore(devices.store, (s) => s.camera);
  const problem = useStore(devices.store, (s) => s.cameraProblem);
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return (
    <figure className="room-picture room-tile room-own">
      {stream && on ? (
        <VideoView stream={stream} label={t('room.own')} mirrored watch={false} fit="cover" />
      ) : (
        <div className="room-cover">{t(problem ? 'room.noPicture' : 'room.cameraOffTile')}</div>
      )}
      <figcaption>{t('room.own')}</figcaption>
    </figure>
  );
}
