import { describe, expect, it } from 'vitest';
import { peekPlace } from './peek';

const SCREEN = { width: 1366, height: 768 };
const at = (left: number, top: number) => ({ left, top, right: left + 28, bottom: top + 28 });

describe('where the picture of a site stands', () => {
  it.each([
    ['below its square', at(500, 100), { left: 500, top: 134 }],
    ['above it where the screen ends', at(500, 700), { left: 500, top: 490 }],
    ['within the screen at the right', at(1330, 100), { left: 1092, top: 134 }],
    ['within the screen at the left', at(-5, 100), { left: 8, top: 134 }],
  ])('%s', (_, square, place) => {
    expect(peekPlace(square, { width: 266, height: 204 }, SCREEN)).toEqual(place);
  });

  it('begins at the top where neither side has room', () => {
    expect(peekPlace(at(10, 90), { width: 266, height: 204 }, { width: 320, height: 200 })).toEqual({ left: 10, top: 8 });
  });
});
