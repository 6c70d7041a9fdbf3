import type { Light } from '../lib/health';
import type { Light as Shape } from '../room/state';

const SHAPE: Record<Light, Shape> = { unknown: 'absent', good: 'good', fair: 'fair', poor: 'bad', lost: 'bad', absent: 'absent' };
export const shapeOf = (light: Light): Shape => SHAPE[light];
