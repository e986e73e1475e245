const dayMs = 86_400_000;

/** A moment as every format writes it: in UTC, without parts of a second. */
export const toSecond = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

/** A moment so many days later. */
export const hoursAfter = (moment: Date, hours: number): Date => new Date(moment.getTime() + hours * (dayMs / 24));
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);
