/** English has a singular where Vietnamese has none: `x_one` may stand beside `x_other`. */
export type WithSingular<T> = {
  [K in keyof T]: T[K] extends string ? string : WithSingular<T[K]>;
} & { [K in keyof T as K extends `${infer Stem}_other` ? `${Stem}_one` : never]?: string };
