const dayMs = 86_400_000;

/** A moment as every format writes it: in UTC, without parts of a second. */
export const toSecond = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

/** The day of a moment, in UTC: `2026-04-15`. */
export const dayOf = (moment: Date): string => toSecond(moment).slice(0, 10);

/** A moment so much later. */
export const hoursAfter = (moment: Date, hours: number): Date => new Date(moment.getTime() + hours * (dayMs / 24));
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);
