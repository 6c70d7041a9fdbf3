import { useCallback, useMemo, useState, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { PaperView } from '../components/paper-view';
import { VideoView } from '../components/video-view';
import { formatSpan } from '../lib/time';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { floorClock } from '../room/moment';
import type { Paper } from '../room/protocol';
import type { Pane, StageView } from '../room/stage';
import { mayRun, nameOf, selfSeat, type RoomState, type Shown } from '../room/state';
import { useSpeaking } from './use-speaking';

interface StageProps {
  client: RoomClient;
  state: RoomState;
  devices: LocalDevices;
  view: StageView;
  /** Server clock. */
  now: number;
  hall?: boolean;
}

/** Where a pane stands. All panes are children of one grid, so that a change of layout moves pictures instead of making them anew. */
function placeOf(view: StageView, index: number): CSSProperties {
  const { large, columns } = view;
  if (columns > 0) return {};
  if (index < large.length) return { gridColumn: index + 1, gridRow: '1 / -1' };
  return { gridColumn: large.length + 1, gridRow: index - large.length + 1 };
}

function gridOf(view: StageView): CSSProperties {
  const { large, strip, columns } = view;
  if (columns > 0) return { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: 'minmax(0, 1fr)' };
  const beside = large.length === 2 && (large[0]!.kind === 'content' || large[0]!.kind === 'paper');
  const wide = large.map((_, i) => `minmax(0, ${beside && i === 0 ? 1.35 : 1}fr)`);
  return {
    gridTemplateColumns: [...wide, ...(strip.length > 0 ? ['var(--strip)'] : [])].join(' '),
    gridTemplateRows: `repeat(${Math.max(1, strip.length)}, minmax(0, calc(var(--strip) * 9 / 16))) 1fr`,
  };
}

const keyOf = (pane: Pane): string =>
  pane.kind === 'own' || pane.kind === 'main' || pane.kind === 'paper' ? pane.kind : `${pane.kind} ${pane.shown.mid}`;

/** The pictures of the meeting as the layout wants them. */
export function Stage({ client, state, devices, view, now, hall = false }: StageProps): ReactNode {
  const panes = [...view.large, ...view.strip];
  return (
    <div className={`stage${view.columns > 0 ? ' stage-grid' : ''}`} data-layout={view.layout} style={gridOf(view)}>
      {panes.map((pane, i) => {
        const large = i < view.large.length;
        const place = { style: placeOf(view, i), size: large ? ('large' as const) : ('small' as const) };
        switch (pane.kind) {
          case 'main':
            return <MainPicture key={`main.${state.mediaEpoch}`} client={client} state={state} shown={pane.shown} now={now} {...place} />;
          case 'own':
            return <OwnPicture key="own" devices={devices} on={selfSeat(state)?.camera_on ?? true} {...place} />;
          case 'paper':
            return <PaperPane key="paper" client={client} state={state} paper={pane.paper} page={pane.page} hall={hall} {...place} />;
          case 'content':
            return <ContentPicture key={`${keyOf(pane)}.${state.mediaEpoch}`} client={client} state={state} shown={pane.shown} {...place} />;
          case 'tile':
            return <Tile key={`${keyOf(pane)}.${state.mediaEpoch}`} client={client} state={state} shown={pane.shown} {...place} />;
        }
      })}
    </div>
  );
}

interface Place {
  style: CSSProperties;
  size: 'large' | 'small';
}

interface PictureProps extends Place {
  client: RoomClient;
  state: RoomState;
  shown: Shown;
}

function MainPicture(props: Omit<PictureProps, 'shown'> & { shown: Shown | null; now: number }): ReactNode {
  const { client, state, shown, now, style, size } = props;
  const { t } = useTranslation();
  const seat = shown ? state.seats.get(shown.endpoint) : undefined;
  const chair = shown !== null && (seat?.role === 'chair' || shown.endpoint === state.meeting?.chair_endpoint);
  return (
    <figure className={`room-picture room-main stage-${size}`} style={style} data-slot="main" data-endpoint={shown?.endpoint ?? ''}>
      {shown ? (
        <>
          <VideoView stream={client.stream(shown.mid)} label={nameOf(state, shown.endpoint)} />
          {seat && !seat.camera_on && <div className="room-cover">{t('room.cameraOffTile')}</div>}
          <figcaption>
            {chair && <span className="room-tag">{t('room.chair')}</span>}
            {!chair && <SpeakerTag state={state} endpoint={shown.endpoint} now={now} onScreen={seat?.spotlight ?? false} />}
            {nameOf(state, shown.endpoint)}
          </figcaption>
        </>
      ) : (
        <div className="room-cover">{waitingWords(state, t)}</div>
      )}
    </figure>
  );
}

function waitingWords(state: RoomState, t: ReturnType<typeof useTranslation>['t']): string {
  if (state.phase === 'connecting') return t('room.connecting');
  if (state.media === 'connecting') return t('room.mediaConnecting');
  return t(state.meeting?.state === 'open' ? 'room.notStarted' : 'room.waiting');
}

/** Who speaks, and how long yet. */
function SpeakerTag({ state, endpoint, now, onScreen }: { state: RoomState; endpoint: string; now: number; onScreen: boolean }): ReactNode {
  const { t } = useTranslation();
  const floor = state.meeting?.floor;
  if (floor?.endpoint === endpoint && floor.state === 'speaking') {
    const clock = floorClock(state.meeting, now);
    return (
      <span className="room-tag room-tag-air">
        {t('room.otherSpeaks')}
        {clock && clock.left > 0 && ` ${formatSpan(clock.left * 1000)}`}
      </span>
    );
  }
  return onScreen ? <span className="room-tag">{t('room.onScreen')}</span> : null;
}

function ContentPicture({ client, state, shown, style, size }: PictureProps): ReactNode {
  const { t } = useTranslation();
  const label = t('room.content', { name: nameOf(state, shown.endpoint) });
  return (
    <figure className={`room-picture room-content stage-${size}`} style={style} data-slot="content" data-endpoint={shown.endpoint}>
      <VideoView stream={client.stream(shown.mid)} label={label} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}

interface PaperPaneProps extends Place {
  client: RoomClient;
  state: RoomState;
  paper: string;
  page: number;
  hall: boolean;
}

/** A paper that is not in the list yet: the list comes with the welcome, a file may have been added since. */
const unknownPaper = (id: string): Paper => ({ id, name: '', bytes: 0, type: 'application/pdf', item: null, pages: null });

function PaperPane({ client, state, paper, page, hall, style, size }: PaperPaneProps): ReactNode {
  const { t } = useTranslation();
  const [pages, setPages] = useState(0);
  const onPages = useCallback((n: number) => setPages(n), []);
  const found = useMemo(() => state.papers.find((p) => p.id === paper) ?? unknownPaper(paper), [state.papers, paper]);
  const holder = state.self !== null && state.meeting?.floor?.endpoint === state.self && state.meeting.floor.state === 'speaking';
  const turns = !hall && (mayRun(state.role) || holder);
  const busy = state.pending.has('paper');
  return (
    <figure className={`room-picture room-paper stage-${size}`} style={style} data-slot="paper">
      <PaperView meeting={state.meeting?.id ?? ''} paper={found} page={page} bare={hall} onPages={onPages} />
      <figcaption className="clip">
        {found.name} {pages > 0 && `${page}/${pages}`}
      </figcaption>
      {turns && (
        <div className="paper-turn">
          <button type="button" disabled={busy || page <= 1} onClick={() => void client.turnPaper(page - 1)}>
            ◀ {t('room.papers.prev')}
          </button>
          <button type="button" disabled={busy || (pages > 0 && page >= pages)} onClick={() => void client.turnPaper(page + 1)}>
            {t('room.papers.next')} ▶
          </button>
        </div>
      )}
    </figure>
  );
}

function Tile({ client, state, shown, style, size }: PictureProps): ReactNode {
  const { t } = useTranslation();
  const seat = state.seats.get(shown.endpoint);
  const speaking = useSpeaking(client, shown.endpoint);
  return (
    <figure
      className={`room-picture room-tile stage-${size}${speaking ? ' room-speaking' : ''}`}
      style={style}
      data-slot="tile"
      data-endpoint={shown.endpoint}
    >
      <VideoView stream={client.stream(shown.mid)} label={nameOf(state, shown.endpoint)} fit="cover" />
      {seat && !seat.camera_on && <div className="room-cover">{t('room.cameraOffTile')}</div>}
      <figcaption className="clip">{nameOf(state, shown.endpoint)}</figcaption>
    </figure>
  );
}

/** One's own camera, as the others see it, mirrored. */
export function OwnPicture({ devices, on, style, size }: { devices: LocalDevices; on: boolean } & Partial<Place>): ReactNode {
  const { t } = useTranslation();
  const camera = useStore(devices.store, (s) => s.camera);
  const problem = useStore(devices.store, (s) => s.cameraProblem);
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return (
    <figure className={`room-picture room-tile room-own stage-${size ?? 'small'}`} style={style}>
      {stream && on ? (
        <VideoView stream={stream} label={t('room.own')} mirrored watch={false} fit="cover" />
      ) : (
        <div className="room-cover">{t(problem ? 'room.noPicture' : 'room.cameraOffTile')}</div>
      )}
      <figcaption>{t('room.own')}</figcaption>
    </figure>
  );
}
