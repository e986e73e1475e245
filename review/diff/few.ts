/** The first of a list and how many more there are; nothing of an empty one. */
export function few(list: readonly string[], shown = 3): string | undefined {
  if (list.length === 0) return undefined;
  const more = list.length - shown;
  return list.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
