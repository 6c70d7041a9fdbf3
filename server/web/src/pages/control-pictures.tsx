import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChevronIcon } from '../components/icons';
import { LightShape } from '../components/light';
import { VideoView } from '../components/video-view';
import { shortName, wallPage, type Site } from '../lib/wall';
import type { RoomClient } from '../room/client';
import { cameraSlotOf, lightOf, shownSlots, type RoomState } from '../room/state';
import type { Acts } from './control';
import { useSpeaking } from './use-speaking';

interface OnAirProps {
  client: RoomClient;
  state: RoomState;
  acts: Acts;
}

const TILE_HEIGHT = 180;

/** What all rooms see now. */
export function OnAir({ client, state, acts }: OnAirProps): ReactNode {
  const { t } = useTranslation();
  const main = shownSlots(state, 'main')[0] ?? null;
  const spotlight = state.meeting?.spotlight ?? null;
  const seat = main ? state.seats.get(main.endpoint) : undefined;
  return (
    <section className="panel control-air" aria-label={t('control.onAirWhat')}>
      <div className="control-air-head">
        <h2>{t('control.onAir')}</h2>
        <span className="clip" data-spotlight={spotlight ?? ''}>
          {spotlight === null ? t('control.chairShown') : (state.seats.get(spotlight)?.name ?? spotlight)}
        </span>
        {spotlight !== null && (
          <Button className="control-act" size="compact-md" variant="light" onClick={() => acts.onScreen(null)}>
            {t('control.offScreen')}
          </Button>
        )}
      </div>
      <figure className="control-picture" data-slot="main" data-endpoint={main?.endpoint ?? ''}>
        {main ? (
          <VideoView key={state.mediaEpoch} stream={client.stream(main.mid)} label={seat?.name ?? main.endpoint} />
        ) : (
          <span>{t(state.media === 'connected' ? 'room.waiting' : 'room.mediaConnecting')}</span>
        )}
        {seat && <figcaption>{seat.name}</figcaption>}
      </figure>
    </section>
  );
}

interface WallProps extends OnAirProps {
  sites: readonly Site[];
  selected: string | null;
  onSelect: (endpoint: string) => void;
}

/** Live pictures of the sites that are present, nine to a page. */
export function Wall({ client, state, sites, selected, onSelect, acts }: WallProps): ReactNode {
  const { t } = useTranslation();
  const [page, setPage] = useState(0);
  const shown = wallPage(sites, page);
  const wanted = shown.endpoints.join(' ');
  useEffect(() => {
    client.setView({ main_height: 360, tile_height: TILE_HEIGHT, tiles: wanted === '' ? [] : wanted.split(' ') });
  }, [client, wanted]);
  return (
    <section className="panel control-wall" aria-label={t('control.wall')}>
      <div className="control-wall-head">
        <h2>{t('control.wall')}</h2>
        {shown.pages > 1 && (
          <span className="control-pager">
            <ActionIcon
              variant="default"
              aria-label={t('control.prev')}
              disabled={shown.page === 0}
              onClick={() => setPage(shown.page - 1)}
            >
              <span style={{ transform: 'scaleX(-1)', display: 'flex' }}>
                <ChevronIcon size={18} />
              </span>
            </ActionIcon>
            {t('control.page', { n: shown.page + 1, of: shown.pages })}
            <ActionIcon
              variant="default"
              aria-label={t('control.next')}
              disabled={shown.page + 1 >= shown.pages}
              onClick={() => setPage(shown.page + 1)}
            >
              <ChevronIcon size={18} />
            </ActionIcon>
          </span>
        )}
      </div>
      {shown.endpoints.length === 0 && <p className="quiet control-none">{t('control.wallEmpty')}</p>}
      <div className="control-tiles">
        {shown.endpoints.map((endpoint) => (
          <WallTile
            key={endpoint}
            client={client}
            state={state}
            endpoint={endpoint}
            chosen={selected === endpoint}
            onSelect={() => onSelect(endpoint)}
            onScreen={() => acts.onScreen(endpoint)}
          />
        ))}
      </div>
    </section>
  );
}

interface WallTileProps {
  client: RoomClient;
  state: RoomState;
  endpoint: string;
  chosen: boolean;
  onSelect: () => void;
  onScreen: () => void;
}

function WallTile({ client, state, endpoint, chosen, onSelect, onScreen }: WallTileProps): ReactNode {
  const { t } = useTranslation();
  const seat = state.seats.get(endpoint);
  const speaking = useSpeaking(client, endpoint);
  const mid = cameraSlotOf(state, endpoint);
  if (!seat) return null;
  const shows = mid !== null && seat.camera_on && seat.state === 'connected';
  const words = [chosen && 'control-chosen', speaking && 'control-speaking', seat.spotlight && 'control-spot'];
  return (
    <button
      type="button"
      className={`control-tile ${words.filter(Boolean).join(' ')}`}
      data-tile={endpoint}
      aria-pressed={chosen}
      onClick={onSelect}
      onDoubleClick={onScreen}
    >
      {shows ? (
        <VideoView
          key={`${state.mediaEpoch}.${mid}`}
          stream={client.stream(mid)}
          label={seat.name}
          fit="cover"
        />
      ) : (
        <span className="control-tile-none">
          {t(seat.state === 'reconnecting' ? 'control.seat.reconnecting' : seat.camera_on ? 'room.noPicture' : 'room.cameraOffTile')}
        </span>
      )}
      <span className="control-tile-name">
        <span className={`light light-${lightOf(seat)}`}>
          <LightShape light={lightOf(seat)} size={11} />
        </span>
        <span className="clip">{shortName(seat.name)}</span>
      </span>
    </button>
  );
}
