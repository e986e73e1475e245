/**
 * Compares by UTF-16 code units, so that the order does not depend on the machine's language. For `sort` and
 * `toSorted`.
 */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
