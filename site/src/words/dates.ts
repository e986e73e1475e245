const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `15 April 2026`, from a day or a timestamp in UTC. Written out here because ICU's wording changes between versions. */
export function longDay(moment: string): string {
  const [year, month, day] = isoDay(moment).split('-');
  return `${Number(day)} ${months[Number(month) - 1] ?? month} ${year}`;
}

/** `April 2026`. */
export function longMonth(moment: string): string {
  const [year, month] = isoDay(moment).split('-');
  return `${months[Number(month) - 1] ?? month} ${year}`;
}

/** `2026-04-15`, for columns. */
export function isoDay(moment: string): string {
  return moment.slice(0, 10);
}
