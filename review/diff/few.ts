/** The first entries of a list and the number of others; undefined for an empty list. */
export function few(list: readonly string[], shown = 3): string | undefined {
  if (list.length === 0) return undefined;
  const more = list.length - shown;
  return list.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
