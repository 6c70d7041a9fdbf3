import { ActionIcon } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlackPictureIcon, ChevronIcon } from '../components/icons';
import { LightShape } from '../components/light';
import { VideoView } from '../components/video-view';
import { listSites, shortName, wallPage } from '../lib/wall';
import { cameraSlotOf, lightOf, seatName, showsBlack } from '../room/state';
import { useDesk, useMay, useRoomState, useSites, useUi } from './control-desk';
import { useSpeaking } from './use-speaking';

/** The wall as a column of its own, on wide screens. */
export function WallBeside(): ReactNode {
  const { isWide } = useDesk();
  if (!isWide) return null;
  return (
    <section className="panel control-wall-beside">
      <Wall />
    </section>
  );
}

/** Live pictures of the sites that are here, a page at a time. */
export function Wall(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const sites = useSites();
  const page = useUi((ui) => ui.page);
  const filter = useUi((ui) => ui.filter);
  const shown = wallPage(listSites(sites, '', filter), page, desk.perPage);
  return (
    <div className="control-wall" role="group" aria-label={t('control.wall')}>
      <Pager page={shown.page} pages={shown.pages} />
      {shown.endpoints.length === 0 && <p className="quiet control-none">{t('control.wallEmpty')}</p>}
      <div className="control-tiles">
        {shown.endpoints.map((endpoint) => (
          <Tile key={endpoint} endpoint={endpoint} />
        ))}
      </div>
    </div>
  );
}

function Pager({ page, pages }: { page: number; pages: number }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <div className="control-pager">
      <h2>{t('control.wall')}</h2>
      {pages > 1 && (
        <>
          <ActionIcon variant="default" aria-label={t('control.prev')} disabled={page === 0} onClick={() => desk.set({ page: page - 1 })}>
            <span className="control-flip">
              <ChevronIcon size={18} />
            </span>
          </ActionIcon>
          <span>{t('control.page', { n: page + 1, of: pages })}</span>
          <ActionIcon variant="default" aria-label={t('control.next')} disabled={page + 1 >= pages} onClick={() => desk.set({ page: page + 1 })}>
            <ChevronIcon size={18} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}

const Tile = memo(function Tile({ endpoint }: { endpoint: string }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const seat = useRoomState((s) => s.seats.get(endpoint));
  const mid = useRoomState((s) => cameraSlotOf(s, endpoint));
  const epoch = useRoomState((s) => s.mediaEpoch);
  const chosen = useUi((ui) => ui.selected === endpoint);
  const speaking = useSpeaking(desk.client, endpoint);
  if (!seat) return null;
  const shows = mid !== null && seat.camera_on && seat.state === 'connected';
  const words = [chosen && 'control-chosen', speaking && 'control-speaking', seat.spotlight && 'control-spot'];
  return (
    <button
      type="button"
      className={`control-tile ${words.filter(Boolean).join(' ')}`}
      data-tile={endpoint}
      aria-pressed={chosen}
      onClick={() => desk.select(endpoint)}
      onDoubleClick={() => may.run && desk.onScreen(endpoint)}
    >
      {shows ? (
        <VideoView key={`${epoch}.${mid}`} stream={desk.client.stream(mid)} label={seatName(seat)} fit="cover" />
      ) : (
        <span className="control-tile-none">
          {t(seat.state === 'reconnecting' ? 'control.seat.reconnecting' : seat.camera_on ? 'room.noPicture' : 'room.cameraOffTile')}
        </span>
      )}
      <span className="control-tile-name">
        <span className={`light light-${lightOf(seat)}`}>
          <LightShape light={lightOf(seat)} size={11} />
        </span>
        {showsBlack(seat) && (
          <span className="light control-tile-black">
            <BlackPictureIcon size={14} />
            {t('control.blackPicture')}
          </span>
        )}
        <span className="clip">{shortName(seatName(seat))}</span>
      </span>
    </button>
  );
});
