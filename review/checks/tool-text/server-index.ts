/**
 * An index of the names of all servers of a registry and their tools. It is made once; each server is compared with all
 * others.
 */
import type { Manifest } from '../../../schemas/types.ts';
import { plain } from './fold.ts';
import { legsOf, type Leg } from './legs.ts';

/** The names of a server and its tools. */
export interface NamedServer {
  readonly name: string;
  readonly tools: readonly string[];
  /** Groups; absent for everyone. */
  readonly audience?: readonly string[];
  readonly gives?: readonly Leg[];
}

export const namedServer = (manifest: Manifest, tools: readonly string[]): NamedServer => ({
  name: manifest.name,
  tools,
  gives: legsOf(manifest),
  ...(manifest.audience !== undefined && { audience: manifest.audience }),
});

/** The group of every user. No group has this name. */
export const everyone = '';

/** A tool of some server. */
export interface Owner {
  readonly server: string;
  readonly tool: string;
}

export interface ServerIndex {
  readonly names: ReadonlySet<string>;
  /** By bare name, in the order of the servers. */
  readonly byBare: ReadonlyMap<string, readonly Owner[]>;
  /** By appearance: the first tool, and the first tool of another server. */
  readonly byAppearance: ReadonlyMap<string, readonly Owner[]>;
  /**
   * By a tool's name in lower case, for names that can hardly mean anything else: the last two different servers that
   * have it, the last one at the end.
   */
  readonly distinctive: ReadonlyMap<string, readonly string[]>;
  /** The same for names that are also common words. */
  readonly common: ReadonlyMap<string, readonly string[]>;
  /** By group: the first two servers that give each thing to its users. `everyone` is a group too, also without servers. */
  readonly givers: ReadonlyMap<string, ReadonlyMap<Leg, readonly string[]>>;
}

/** Indexes servers in their order. A server that is given twice counts once. */
export function indexServers(servers: Iterable<NamedServer>): ServerIndex {
  const names = new Set<string>();
  const [byBare, byAppearance] = [new Map<string, Owner[]>(), new Map<string, Owner[]>()];
  const [distinctive, common] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const givers = new Map<string, Map<Leg, string[]>>([[everyone, new Map()]]);
  for (const { name: server, tools, audience = [everyone], gives = [] } of servers) {
    names.add(server);
    for (const group of audience) {
      const ofGroup = givers.get(group) ?? new Map<Leg, string[]>();
      givers.set(group, ofGroup);
      for (const leg of gives) {
        const known = listOf(ofGroup, leg);
        if (known.length < 2 && !known.includes(server)) known.push(server);
      }
    }
    for (const tool of tools) {
      const owner = { server, tool };
      listOf(byBare, bare(tool)).push(owner);
      const alike = listOf(byAppearance, appearance(tool));
      if (alike.length === 0 || (alike.length === 1 && alike[0]?.server !== server)) alike.push(owner);
      const users = listOf(isDistinctive(tool) ? distinctive : common, tool.toLowerCase());
      if (users.at(-1) !== server && users.push(server) > 2) users.shift();
    }
  }
  return { names, byBare, byAppearance, distinctive, common, givers };
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

/** A name without case and separators, which clients may change: `readFile` is `read_file`. */
export const bare = (name: string): string => name.toLowerCase().replace(/[\s._/:-]/gu, '');

/** A name as it appears to a reader: letters and digits that look alike are the same. */
export const appearance = (name: string): string =>
  bare(plain(name))
    .replace(/[0o]/gu, 'o')
    .replace(/[1il|]/gu, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

/** Whether a name can hardly mean anything except the tool: `read_file` and `readFile`, but not `search`. */
const isDistinctive = (name: string): boolean =>
  name.length >= 5 && (/[A-Za-z0-9][_./-][A-Za-z0-9]/u.test(name) || /[a-z][A-Z]/u.test(name));
