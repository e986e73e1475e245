import type { DataClass } from '../schemas/types.ts';

/** The data classifications, the least sensitive first. */
export const dataClasses = ['public', 'internal', 'confidential', 'restricted'] as const satisfies readonly DataClass[];

/** Whether one data classification is less sensitive than another. */
export const isLower = (one: DataClass, other: DataClass): boolean =>
  dataClasses.indexOf(one) < dataClasses.indexOf(other);
