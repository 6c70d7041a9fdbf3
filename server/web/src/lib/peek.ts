/** Where a small card stands beside what it is of: below, or above where the screen ends, never outside. Pure. */

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Size {
  width: number;
  height: number;
}

const GAP = 6;
const EDGE = 8;

export function peekPlace(of: Box, card: Size, screen: Size): { left: number; top: number } {
  const left = Math.max(EDGE, Math.min(of.left, screen.width - card.width - EDGE));
  const below = of.bottom + GAP;
  const above = of.top - GAP - card.height;
  if (below + card.height <= screen.height - EDGE) return { left, top: below };
  return { left, top: Math.max(EDGE, above) };
}
