/**
 * Whether a camera's picture is black: a closed lens, a room without light. From a few pixels of it, pure. What counts is what the others
 * would see: a dim room in which a lamp, a window or a face stands out is a picture.
 */

/** A picture is looked at this small: what is left is its light, and whether anything stands out. */
export const LOOK_WIDTH = 16;
export const LOOK_HEIGHT = 9;

/** Luminance (0..255) below which a picture is black, if nothing stands out: a camera's noise with the lens shut is 4 to 14. */
const BLACK_MEAN = 20;
/** Standard deviation from which something stands out. */
const BLACK_SPREAD = 10;
/** So many looks in a row must find it black: a camera that was just opened, or somebody who walks by, is not. */
const DARK_LOOKS = 2;

export interface Brightness {
  mean: number;
  spread: number;
}

/** Of pixels as a canvas gives them, red, green, blue, alpha; Rec. 601 weights. */
export function brightnessOf(rgba: ArrayLike<number>): Brightness {
  const n = Math.floor(rgba.length / 4);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n * 4; i += 4) {
    const luminance = 0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!;
    sum += luminance;
    squares += luminance * luminance;
  }
  const mean = n > 0 ? sum / n : 0;
  return { mean, spread: n > 0 ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : 0 };
}

export function isBlack({ mean, spread }: Brightness): boolean {
  return mean < BLACK_MEAN && spread < BLACK_SPREAD;
}

export interface Darkness {
  dark: boolean;
  /** Black looks in a row. */
  looks: number;
}

export const BRIGHT: Darkness = { dark: false, looks: 0 };

/** After one more look; null: there was no picture to be seen, which says nothing. */
export function judge(before: Darkness, black: boolean | null): Darkness {
  if (black === null) return before;
  if (!black) return BRIGHT;
  const looks = Math.min(before.looks + 1, DARK_LOOKS);
  return { dark: looks >= DARK_LOOKS, looks };
}
