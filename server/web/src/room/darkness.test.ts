import { describe, expect, it } from 'vitest';
import { isBlack, judge, BRIGHT, brightnessOf, LOOK_HEIGHT, LOOK_WIDTH, type Darkness } from './darkness';

type Rgb = readonly [number, number, number];

/** As a canvas would give it: whole numbers of 0 to 255. */
function picture(pixel: (x: number, y: number) => Rgb): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(LOOK_WIDTH * LOOK_HEIGHT * 4);
  for (let y = 0; y < LOOK_HEIGHT; y++) {
    for (let x = 0; x < LOOK_WIDTH; x++) rgba.set([...pixel(x, y), 255], (y * LOOK_WIDTH + x) * 4);
  }
  return rgba;
}

const grey = (level: number): Rgb => [level, level, level];
const black = (rgba: Uint8ClampedArray): boolean => isBlack(brightnessOf(rgba));

/** 0..1, the same at each run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a picture', () => {
  it('that is black, is', () => {
    expect(brightnessOf(picture(() => grey(0)))).toEqual({ mean: 0, spread: 0 });
    expect(black(picture(() => grey(0)))).toBe(true);
    // A camera that sends the black of television, not stretched.
    expect(black(picture(() => grey(16)))).toBe(true);
  });

  it('of a closed lens is black, with its noise and a tint', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = noise(seed);
      expect(black(picture(() => [next() * 26, next() * 20, next() * 30]))).toBe(true);
    }
  });

  it('of a dim room is not black', () => {
    // Little light everywhere.
    const next = noise(7);
    expect(black(picture(() => grey(24 + next() * 12)))).toBe(false);
    // As good as none, and a lamp in the corner.
    expect(black(picture((x, y) => (x >= 14 && y <= 1 ? grey(160) : grey(5))))).toBe(false);
    // A face before a screen.
    expect(black(picture((x, y) => (x >= 6 && x <= 8 && y >= 3 && y <= 5 ? grey(60) : grey(8))))).toBe(false);
    // A window's edge.
    expect(black(picture((x) => (x === 0 ? grey(70) : grey(6))))).toBe(false);
  });

  it('of one grey is not black', () => {
    for (const level of [30, 64, 128, 255]) expect(black(picture(() => grey(level)))).toBe(false);
  });

  it('weighs colours as the eye does', () => {
    expect(brightnessOf(picture(() => [0, 255, 0])).mean).toBeCloseTo(149.7, 1);
    expect(brightnessOf(picture(() => [255, 0, 0])).mean).toBeCloseTo(76.2, 1);
    expect(brightnessOf([])).toEqual({ mean: 0, spread: 0 });
  });
});

describe('judge', () => {
  const after = (looks: (boolean | null)[]): Darkness => looks.reduce<Darkness>(judge, BRIGHT);

  it('takes two looks in a row for dark, one for light', () => {
    expect(after([true]).dark).toBe(false);
    expect(after([true, true]).dark).toBe(true);
    expect(after([true, true, true, true]).dark).toBe(true);
    expect(after([true, false, true]).dark).toBe(false);
    expect(after([true, true, false])).toEqual(BRIGHT);
  });

  it('learns nothing where there was nothing to be seen', () => {
    expect(after([true, null, true]).dark).toBe(true);
    expect(after([true, true, null]).dark).toBe(true);
    expect(after([null, null])).toEqual(BRIGHT);
  });
});
