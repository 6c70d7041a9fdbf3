import type { WithSingular } from './types';

export const controlVi = {};

export const controlEn: WithSingular<typeof controlVi> = {};
