import { describe, expect, it } from 'vitest';
import { nearest, type Box, type Direction } from './spatial';

const at = (left: number, top: number): Box => ({ left, top, width: 100, height: 50 });
// 0 1 2 in a row, 3 below 1, 4 far below 0
const boxes = [at(0, 0), at(120, 0), at(240, 0), at(120, 80), at(0, 400)];

describe('nearest', () => {
  it.each([
    [0, 'right', 1],
    [1, 'right', 2],
    [2, 'right', 2],
    [2, 'left', 1],
    [0, 'left', 0],
    [1, 'down', 3],
    [3, 'up', 1],
    [3, 'down', 4],
    [4, 'up', 0],
    [0, 'up', 0],
    [-1, 'down', 0],
    [9, 'left', 0],
  ] as [number, Direction, number][])('from %i %s to %i', (from, direction, to) => {
    expect(nearest(boxes, from, direction)).toBe(to);
  });

  it('knows nothing to go to', () => expect(nearest([], 0, 'up')).toBe(-1));
});
