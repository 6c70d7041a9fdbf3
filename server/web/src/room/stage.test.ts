import { describe, expect, it } from 'vitest';
import type { LayoutKind, RoomMeeting, SlotContent, SlotLine } from './protocol';
import { gridColumns, presented, stageOf, stripLength, TILES_OF, tileSlotsFor, type Pane, type ScreenSize } from './stage';
import { initialRoomState, type RoomState } from './state';

const DESK: ScreenSize = { width: 1366, height: 768, hall: false };
const PHONE: ScreenSize = { width: 390, height: 844, hall: false };
const HALL: ScreenSize = { width: 1920, height: 1080, hall: true };

interface Scene {
  layout?: LayoutKind;
  main?: string;
  content?: string;
  tiles?: string[];
  paper?: boolean;
  floor?: string;
  self?: string | null;
}

function scene({ layout, main, content, tiles = [], paper = false, floor, self = 'me' }: Scene): RoomState {
  const slotLines: SlotLine[] = [
    { mid: 'm', role: 'main', index: 0 },
    { mid: 'c', role: 'content', index: 0 },
    ...tiles.map((_, i) => ({ mid: `t${i}`, role: 'tile' as const, index: i })),
  ];
  const contents: SlotContent[] = [
    { mid: 'm', endpoint: main ?? null, source: 'camera' },
    { mid: 'c', endpoint: content ?? null, source: 'content' },
    ...tiles.map((endpoint, i) => ({ mid: `t${i}`, endpoint, source: 'camera' as const })),
  ];
  const meeting = {
    id: '1',
    chair_endpoint: 'chair',
    ...(layout ? { layout } : {}),
    paper: paper ? { paper: 'p', page: 3, by: 'x' } : null,
    floor: floor ? { endpoint: floor } : null,
  } as unknown as RoomMeeting;
  return { ...initialRoomState, self, meeting, slotLines, slots: new Map(contents.map((s) => [s.mid, s])) };
}

const word = (pane: Pane): string =>
  pane.kind === 'own' ? 'own' : pane.kind === 'paper' ? `paper ${pane.page}` : `${pane.kind} ${pane.shown?.endpoint ?? '-'}`;
const draw = (state: RoomState, size = DESK): string => {
  const { large, strip, columns } = stageOf(state, size);
  return `${large.map(word).join('+')} | ${strip.map(word).join('+')} | ${columns}`;
};
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `s${i}`);

describe('stageOf', () => {
  it.each([
    ['nobody yet', {}, 'main - | own | 0'],
    ['the chair and a strip', { main: 'chair', tiles: names(9) }, 'main chair | own+tile s0+tile s1+tile s2 | 0'],
    ['the chair beside slides', { main: 'chair', content: 'chair', tiles: ['s0'] }, 'content chair+main chair | own+tile s0 | 0'],
    ['a paper goes before a screen', { main: 'chair', content: 'x', paper: true }, 'paper 3+main chair | own | 0'],
    ['speaker and strip', { layout: 'speaker_strip', main: 's5', tiles: ['s0'] }, 'main s5 | own+tile s0 | 0'],
    ['speaker, strip and slides', { layout: 'speaker_strip', main: 's5', content: 'x', tiles: ['s0'] }, 'content x | main s5+own+tile s0 | 0'],
    ['a grid of four', { layout: 'grid4', main: 'chair', tiles: names(8) }, 'main chair+tile s0+tile s1+tile s2 |  | 2'],
    ['a grid that is not full', { layout: 'grid9', main: 'chair', tiles: ['s0'] }, 'main chair+tile s0 |  | 2'],
    ['a grid beside slides', { layout: 'grid4', main: 'chair', tiles: ['s0'], content: 'x' }, 'content x | main chair+tile s0 | 0'],
    ['two talk', { layout: 'two_way', main: 's5', tiles: ['chair'], floor: 's5' }, 'main s5+tile chair | own | 0'],
    ['this room talks with the chair', { layout: 'two_way', main: 'chair', tiles: [], floor: 'me' }, 'main chair+own |  | 0'],
    ['two-way before anyone speaks', { layout: 'two_way', main: 'chair' }, 'main chair | own | 0'],
    ['two-way with slides', { layout: 'two_way', main: 's5', tiles: ['chair'], content: 'x' }, 'content x | main s5+tile chair+own | 0'],
    ['a screen without a room of its own', { self: null, main: 'chair' }, 'main chair |  | 0'],
  ] as [string, Scene, string][])('%s', (_, what, expected) => expect(draw(scene(what))).toBe(expected));

  it('shows as many cells as the layout has, whatever the server fills', () => {
    const state = scene({ layout: 'grid16', main: 'chair', tiles: names(20) });
    expect(stageOf(state, HALL)).toMatchObject({ columns: 4 });
    expect(stageOf(state, HALL).large).toHaveLength(TILES_OF.grid16 + 1);
    expect(stageOf(state, PHONE).columns).toBe(2);
  });

  it('knows what is presented', () => {
    expect(presented(scene({}))).toBeNull();
    expect(presented(scene({ paper: true }))).toEqual({ kind: 'paper', paper: 'p', page: 3 });
  });
});

describe('sizes', () => {
  it.each([
    [PHONE, 3, 2],
    [DESK, 8, 3],
    [{ width: 1920, height: 1080, hall: false }, 15, 4],
    [HALL, 15, 4],
    [{ width: 1280, height: 720, hall: true }, 15, 4],
  ] as [ScreenSize, number, number][])('%o', (size, slots, strip) => {
    expect([tileSlotsFor(size), stripLength(size)]).toEqual([slots, strip]);
  });

  it.each([
    [1, 1366, 1],
    [2, 1366, 2],
    [4, 1366, 2],
    [5, 1366, 3],
    [9, 1366, 3],
    [16, 1366, 4],
    [30, 1366, 4],
    [9, 390, 2],
    [0, 1366, 1],
  ])('%i cells at %i px stand in %i columns', (cells, width, columns) => expect(gridColumns(cells, width)).toBe(columns));
});
