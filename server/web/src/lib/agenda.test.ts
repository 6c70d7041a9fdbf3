import { describe, expect, it } from 'vitest';
import type { AgendaItem, RoomMeeting } from '../room/protocol';
import { agendaNow, minutesLeft } from './agenda';

const item = (id: string, minutes: number): AgendaItem => ({ id, title: id, speaker: '', endpoint: null, minutes, papers: [] });
const agenda = [item('a', 10), item('b', 0), item('c', 30)];
const running = (id: string, minutes = 0): RoomMeeting => ({ agenda: { item: id, since: 1_000, minutes } }) as RoomMeeting;
const MINUTE = 60_000;

describe('agenda', () => {
  it.each([
    [running('a'), 1_000, 0, 10 * MINUTE],
    [running('a', 15), 1_000, 0, 15 * MINUTE],
    [running('a'), 1_000 + 12 * MINUTE, 0, -2 * MINUTE],
    [running('b'), 5_000, 1, null],
    [running('gone'), 5_000, -1, null],
    [null, 5_000, -1, null],
  ])('%#: item %i', (meeting, now, index, left) => {
    expect(agendaNow(agenda, meeting, now)).toEqual({ index, item: agenda[index] ?? null, leftMs: left });
  });

  it.each([
    [12 * MINUTE, "12'"],
    [11 * MINUTE + 1, "12'"],
    [0, "0'"],
    [-1, "+1'"],
    [-2 * MINUTE, "+2'"],
  ])('%i ms is %s', (ms, words) => expect(minutesLeft(ms)).toBe(words));
});
