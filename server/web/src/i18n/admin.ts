import type { WithSingular } from './types';

export const adminVi = {};

export const adminEn: WithSingular<typeof adminVi> = {};
