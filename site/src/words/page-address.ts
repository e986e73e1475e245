/** Where the pages of a list are, whose first is below `base`: `/calendar/`, `/calendar/2/` and so on. */
export const numbered =
  (base: string) =>
  (number: number): string =>
    number === 1 ? base : `${base}${number}/`;
