import type { Change } from './types.ts';

/** How much of what both have stands before the first difference, where they are cut. */
const context = 20;

/** Two values, of bounded length, so that their first difference is seen. */
export function contrast(was: string | undefined, now: string | undefined, maxLength: number): Change {
  let from = 0;
  if (was !== undefined && now !== undefined && Math.max(was.length, now.length) > maxLength) {
    while (from < was.length && was[from] === now[from]) from++;
    from = Math.max(0, from - context);
  }
  const cut = (text: string): string => {
    const rest = from === 0 ? text : `…${text.slice(from)}`;
    return rest.length <= maxLength ? rest : `${rest.slice(0, maxLength - 1)}…`;
  };
  return { ...(was !== undefined && { was: cut(was) }), ...(now !== undefined && { now: cut(now) }) };
}
