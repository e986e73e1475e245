/** Names of tools that are those of others, or pass for them. */
import type { Level } from '../../../schemas/types.ts';
import { plain } from './fold.ts';
import type { Found } from './rules.ts';
import { quoted, visible } from './visible.ts';

/** Another server, as far as names go. */
export interface OtherServer {
  readonly name: string;
  readonly tools: readonly string[];
}

/** A name without case and separators, which clients may change: `readFile` is `read_file`. */
const bare = (name: string): string => name.toLowerCase().replace(/[\s._/:-]/gu, '');

/** What a reader takes a name for: letters and digits that look alike are the same. */
const looks = (name: string): string =>
  bare(plain(name))
    .replace(/[0o]/gu, 'o')
    .replace(/[1il|]/gu, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

interface Owner {
  readonly server: string;
  readonly tool: string;
}

/** Compares the names of a server's tools with each other and with those of other servers. */
export function nameChecker(own: readonly string[], others: readonly OtherServer[]): (name: string) => Found[] {
  const byBare = new Map<string, Owner[]>();
  const byLooks = new Map<string, Owner>();
  for (const { name: server, tools } of others)
    for (const tool of tools) {
      const owner = { server, tool };
      byBare.set(bare(tool), [...(byBare.get(bare(tool)) ?? []).slice(0, 9), owner]);
      if (!byLooks.has(looks(tool))) byLooks.set(looks(tool), owner);
    }
  const ownLooks = Map.groupBy(own, looks);
  return (name) => {
    const same = byBare.get(bare(name)) ?? [];
    const [first] = same;
    if (first !== undefined) return [collision(name, same, first)];
    const alike = byLooks.get(looks(name));
    if (alike !== undefined) return [confusable('block', `can be taken for ${quoted(alike.tool)} of ${alike.server}`)];
    const sibling = ownLooks.get(looks(name))?.find((other) => bare(other) !== bare(name));
    if (sibling !== undefined) return [confusable('review', `can be taken for ${quoted(sibling)} of the same server`)];
    return /[^\0-\x7f]/u.test(name) && /^[\0-\x7f]*$/u.test(plain(name))
      ? [confusable('review', `looks like ${quoted(plain(name))}, but is written ${visible(name)}`)]
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
