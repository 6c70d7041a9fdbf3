import type { WithSingular } from './types';

export const roomVi = {};

export const roomEn: WithSingular<typeof roomVi> = {};
