import type { WithSingular } from './types';

export const deskVi = {};

export const deskEn: WithSingular<typeof deskVi> = {};
