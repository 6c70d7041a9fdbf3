import { useEffect } from 'react';
import { queueOf, type RoomState } from '../room/state';
import { useDesk, useRoomState, useSites, useUi, type Ui } from './control-desk';
import { listSites, wallPage } from '../lib/wall';

const MAIN_HEIGHT = 360;
const TILE_HEIGHT = 180;

export type NextWhy = 'chosen' | 'scan' | 'queue';

/** Who comes next: the chosen site, else the one that autoscan warms up, else the first of the queue. Nobody who is on screen already. */
export function nextOf(state: RoomState, ui: Pick<Ui, 'selected'>): { endpoint: string; why: NextWhy } | null {
  const holder = state.meeting?.floor?.endpoint;
  const free = (endpoint: string | null | undefined): endpoint is string => Boolean(endpoint) && endpoint !== holder;
  if (free(ui.selected) && ui.selected !== state.meeting?.spotlight) return { endpoint: ui.selected, why: 'chosen' };
  const scan = state.meeting?.autoscan;
  if (scan?.running && !scan.paused && free(scan.next)) return { endpoint: scan.next, why: 'scan' };
  const first = queueOf(state).find((q) => !q.held && free(q.endpoint));
  return first ? { endpoint: first.endpoint, why: 'queue' } : null;
}

export function useNext(): { endpoint: string; why: NextWhy } | null {
  const selected = useUi((ui) => ui.selected);
  const endpoint = useRoomState((s) => nextOf(s, { selected })?.endpoint ?? null);
  const why = useRoomState((s) => nextOf(s, { selected })?.why ?? 'queue');
  return endpoint === null ? null : { endpoint, why };
}

/** Is the wall of pictures in sight: chosen instead of the tree, or beside it on a wide screen. */
export function useWallShown(): boolean {
  const view = useUi((ui) => ui.view);
  const desk = useDesk();
  return view === 'wall' || desk.isWide;
}

/** Tells the server whose pictures this page shows: the next speaker first, then the page of the wall. */
export function useView(): void {
  const desk = useDesk();
  const sites = useSites();
  const page = useUi((ui) => ui.page);
  const filter = useUi((ui) => ui.filter);
  const wall = useWallShown();
  const next = useNext()?.endpoint ?? null;
  const shown = wall ? wallPage(listSites(sites, '', filter), page, desk.perPage).endpoints : [];
  const wanted = [...new Set([...(next ? [next] : []), ...shown])].join(' ');
  useEffect(() => {
    const tiles = wanted === '' ? [] : wanted.split(' ');
    desk.client.setView({ main_height: MAIN_HEIGHT, tile_height: TILE_HEIGHT, tiles });
  }, [desk, wanted]);
}
