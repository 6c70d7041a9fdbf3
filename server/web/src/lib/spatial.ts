/** Moving a focus with the arrows of a remote control: the nearest thing in that direction. Pure. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

export const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** What stands aside counts more than what stands further on. */
const ASIDE_WEIGHT = 3;

const middle = (box: Box): { x: number; y: number } => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });

function distance(from: Box, to: Box, direction: Direction): number | null {
  const a = middle(from);
  const b = middle(to);
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const [along, aside] =
    direction === 'left' ? [-dx, dy] : direction === 'right' ? [dx, dy] : direction === 'up' ? [-dy, dx] : [dy, dx];
  return along > 1 ? along + Math.abs(aside) * ASIDE_WEIGHT : null;
}

/** Index of the box to go to; the present one when there is none that way; 0 when nothing has the focus yet; -1 of none. */
export function nearest(boxes: readonly Box[], from: number, direction: Direction): number {
  if (boxes.length === 0) return -1;
  const start = boxes[from];
  if (!start) return 0;
  let best = from;
  let least = Infinity;
  boxes.forEach((box, i) => {
    if (i === from) return;
    const far = distance(start, box, direction);
    if (far !== null && far < least) {
      least = far;
      best = i;
    }
  });
  return best;
}
