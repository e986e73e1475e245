/** Finds names of tools that equal the name of another tool, or look like it. */
import type { Level } from '../../../schemas/types.ts';
import { plain } from './fold.ts';
import type { Found } from './rules.ts';
import { appearance, bare, type NamedServer, type Owner, type ServerIndex } from './server-index.ts';
import { visibleAscii } from '../../show/visible.ts';
import { quoted } from './quoted.ts';

/** A name is compared with at most so many other tools that have it, the first ones, and also with the last one. */
const maxFirst = 9;

/** Compares the names of a server's tools with each other and with those of the other servers of an index. */
export function nameChecker(own: NamedServer, { byBare, byAppearance }: ServerIndex): (name: string) => Found[] {
  const isOther = ({ server }: Owner): boolean => server !== own.name;
  const ownByAppearance = Map.groupBy(own.tools, appearance);
  return (name) => {
    const all = byBare.get(bare(name)) ?? [];
    const [first, last] = [all.find(isOther), all.findLast(isOther)];
    const same = [...all.values().filter(isOther).take(maxFirst), ...(last === undefined ? [] : [last])];
    if (first !== undefined) return [collision(name, same, first)];
    const alike = byAppearance.get(appearance(name))?.find(isOther);
    if (alike !== undefined)
      return [confusable('block', `can be confused with ${quoted(alike.tool)} of ${alike.server}`)];
    const sibling = ownByAppearance.get(appearance(name))?.find((other) => other !== name && areAlike(other, name));
    if (sibling !== undefined)
      return [confusable('review', `can be confused with ${quoted(sibling)} of the same server`)];
    return /[^\0-\x7f]/u.test(name) && /^[\0-\x7f]*$/u.test(plain(name))
      ? [confusable('review', `looks like ${quoted(plain(name))}, but is written ${visibleAscii(name)}`)]
      : [];
  };
}

/** A name with and without separators is a name in two styles; another case or other letters make two names that are read as one. */
const areAlike = (a: string, b: string): boolean => bare(a) !== bare(b) || a.toLowerCase() === b.toLowerCase();

function collision(name: string, same: readonly Owner[], first: Owner): Found {
  // Many servers have a `search`. A server with a tool `notion_search`, in a registry that has notion, pretends to be notion.
  const impersonated = same.find(({ server }) => bare(name).includes(bare(server)));
  const { server, tool } = impersonated ?? first;
  return {
    rule: 'tool-name-collision',
    level: impersonated === undefined ? 'note' : 'review',
    what: `is also a tool of ${server}, which calls it ${quoted(tool)}`,
  };
}

const confusable = (level: Level, what: string): Found => ({ rule: 'tool-name-confusable', level, what });
