import type { WithSingular } from './types';

export const afterVi = {};

export const afterEn: WithSingular<typeof afterVi> = {};
