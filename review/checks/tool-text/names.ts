/** Names of tools that are those of others, or pass for them. */
import type { Level } from '../../../schemas/types.ts';
import { plain } from './fold.ts';
import type { Found } from './rules.ts';
import { bare, looks, type NamedServer, type Owner, type ServerIndex } from './server-index.ts';
import { visibleAscii } from '../../show/visible.ts';
import { quoted } from './quoted.ts';

/** How many tools of other servers a name is compared with, of those that have it: the first ones, and the last. */
const maxFirst = 9;

/** Compares the names of a server's tools with each other and with those of the other servers of an index. */
export function nameChecker(own: NamedServer, { byBare, byLooks }: ServerIndex): (name: string) => Found[] {
  const isOther = ({ server }: Owner): boolean => server !== own.name;
  const ownLooks = Map.groupBy(own.tools, looks);
  return (name) => {
    const all = byBare.get(bare(name)) ?? [];
    const [first, last] = [all.find(isOther), all.findLast(isOther)];
    const same = [...all.values().filter(isOther).take(maxFirst), ...(last === undefined ? [] : [last])];
    if (first !== undefined) return [collision(name, same, first)];
    const alike = byLooks.get(looks(name))?.find(isOther);
    if (alike !== undefined) return [confusable('block', `can be taken for ${quoted(alike.tool)} of ${alike.server}`)];
    const sibling = ownLooks.get(looks(name))?.find((other) => bare(other) !== bare(name));
    if (sibling !== undefined) return [confusable('review', `can be taken for ${quoted(sibling)} of the same server`)];
    return /[^\0-\x7f]/u.test(name) && /^[\0-\x7f]*$/u.test(plain(name))
      ? [confusable('review', `looks like ${quoted(plain(name))}, but is written ${visibleAscii(name)}`)]
      : [];
  };
}

function collision(name: string, same: readonly Owner[], first: Owner): Found {
  // Many servers have a `search`; one that calls a tool `notion_search` beside notion passes for notion.
  const impersonated = same.find(({ server }) => bare(name).includes(bare(server)));
  const { server, tool } = impersonated ?? first;
  return {
    rule: 'tool-name-collision',
    level: impersonated === undefined ? 'note' : 'review',
    what: `is also a tool of ${server}, there as ${quoted(tool)}`,
  };
}

const confusable = (level: Level, what: string): Found => ({ rule: 'tool-name-confusable', level, what });
