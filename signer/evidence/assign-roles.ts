/** Gives each role a person of its own: nobody counts for two. */

/**
 * By role, one of those who may fill it, each of them once; nothing where that is impossible. Whoever has one role only
 * must not lose it to somebody who has several, so earlier choices are changed where that helps (augmenting paths).
 */
export function assignRoles(
  candidates: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> | { readonly unfilled: string } {
  const roleOf = new Map<string, string>();
  const fill = (role: string, tried: Set<string>): boolean => {
    for (const person of candidates.get(role) ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const other = roleOf.get(person);
      if (other !== undefined && !fill(other, tried)) continue;
      roleOf.set(person, role);
      return true;
    }
    return false;
  };
  for (const role of candidates.keys()) if (!fill(role, new Set())) return { unfilled: role };
  return new Map([...roleOf].map(([person, role]) => [role, person]));
}
