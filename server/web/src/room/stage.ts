/**
 * What stands where on a room's screen: the layout that the chair's side has set, the slots that carry pictures, what is
 * presented, and how large the screen is. Pure; pages only draw what comes out.
 */
import type { LayoutKind } from './protocol';
import { shownSlots, type RoomState, type Shown } from './state';

export type Stage = LayoutKind;

export interface ScreenSize {
  width: number;
  height: number;
  /** A TV in the hall: read from afar, nobody touches it. */
  hall: boolean;
}

/** Panes beside the main one that a layout shows at most. */
export const TILES_OF: Record<Stage, number> = {
  chair_content: 4,
  speaker_strip: 4,
  grid4: 3,
  grid9: 8,
  grid16: 15,
  two_way: 1,
};

export type Pane =
  | { kind: 'main'; shown: Shown | null }
  | { kind: 'tile'; shown: Shown }
  /** This room's own camera. */
  | { kind: 'own' }
  | { kind: 'content'; shown: Shown }
  | { kind: 'paper'; paper: string; page: number };

export interface StageView {
  layout: Stage;
  /** Large: one or two side by side, or the cells of a grid. */
  large: Pane[];
  /** Small, at the edge. */
  strip: Pane[];
  /** Columns of the grid; 0: no grid. */
  columns: number;
}

/** Receive slots to offer once for the whole meeting: the largest layout that this screen can show. */
export function tileSlotsFor(size: ScreenSize): number {
  if (size.width < 700) return 3;
  if (size.hall || size.height >= 900) return TILES_OF.grid16;
  return TILES_OF.grid9;
}

/** Small pictures that the strip holds at a readable size. */
export function stripLength(size: ScreenSize): number {
  if (size.width < 700) return 2;
  return size.height < 900 && !size.hall ? 3 : 4;
}

/** A grid never has more columns than the screen can show names in. */
export function gridColumns(cells: number, width: number): number {
  const wanted = Math.ceil(Math.sqrt(Math.max(1, cells)));
  return Math.max(1, Math.min(wanted, width < 700 ? 2 : 4));
}

const isGrid = (layout: Stage): boolean => layout === 'grid4' || layout === 'grid9' || layout === 'grid16';

/** What is presented: a page of a paper goes before a screen, as it was called for later. */
export function presented(state: RoomState): Pane | null {
  const paper = state.meeting?.paper;
  if (paper) return { kind: 'paper', paper: paper.paper, page: paper.page };
  const content = shownSlots(state, 'content')[0];
  return content ? { kind: 'content', shown: content } : null;
}

export function stageOf(state: RoomState, size: ScreenSize): StageView {
  const layout = state.meeting?.layout ?? 'chair_content';
  const main: Pane = { kind: 'main', shown: shownSlots(state, 'main')[0] ?? null };
  const tiles = shownSlots(state, 'tile')
    .slice(0, TILES_OF[layout])
    .map((shown): Pane => ({ kind: 'tile', shown }));
  const own: Pane[] = state.self === null ? [] : [{ kind: 'own' }];
  const content = presented(state);
  if (layout === 'two_way') return twoWay(state, main, tiles, own, content);
  if (isGrid(layout)) {
    const cells = [main, ...tiles];
    // What is presented is what all came for: the grid then stands beside it.
    if (content) return { layout, large: [content], strip: cells.slice(0, stripLength(size) + 1), columns: 0 };
    return { layout, large: cells, strip: [], columns: gridColumns(cells.length, size.width) };
  }
  const room = stripLength(size);
  if (layout === 'speaker_strip' && content) {
    return { layout, large: [content], strip: [main, ...own, ...tiles].slice(0, room + 1), columns: 0 };
  }
  const strip = [...own, ...tiles].slice(0, room + 1);
  return { layout, large: content ? [content, main] : [main], strip, columns: 0 };
}

/** The two who talk, equally large: the chair and the one who speaks, of whom one may be this room. */
function twoWay(state: RoomState, main: Pane, tiles: Pane[], own: Pane[], content: Pane | null): StageView {
  const floor = state.meeting?.floor?.endpoint ?? null;
  const mine = state.self !== null && (floor === state.self || state.meeting?.chair_endpoint === state.self);
  const second = mine ? own[0] : tiles[0];
  const large = second ? [main, second] : [main];
  const strip = mine ? [] : own;
  if (content) return { layout: 'two_way', large: [content], strip: [...large, ...strip], columns: 0 };
  return { layout: 'two_way', large, strip, columns: 0 };
}
