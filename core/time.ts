const dayMs = 86_400_000;

/** A moment as every format writes it: UTC, to the second. */
export const toSecond = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

/** Some whole days later. */
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);
