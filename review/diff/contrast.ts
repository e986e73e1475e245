import type { Change } from './types.ts';

/** When texts are cut, so many common characters are kept before the first difference. */
const context = 20;

/** Shortens two values so that their first difference is visible. */
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
