/** The names of all servers of a registry and of their tools, made once, so that each server can be compared with all others. */
import { plain } from './fold.ts';

/** A server, as far as names go. */
export interface NamedServer {
  readonly name: string;
  readonly tools: readonly string[];
}

/** A tool of some server. */
export interface Owner {
  readonly server: string;
  readonly tool: string;
}

export interface ServerIndex {
  readonly names: ReadonlySet<string>;
  /** By bare name, in the order of the servers. */
  readonly byBare: ReadonlyMap<string, readonly Owner[]>;
  /** By looks, the first tool and the first of another server. */
  readonly byLooks: ReadonlyMap<string, readonly Owner[]>;
  /**
   * By a tool's name in lower case, where it can hardly stand for anything else: the last server that has it, after
   * the last other one.
   */
  readonly distinctive: ReadonlyMap<string, readonly string[]>;
  /** The same of names that can. */
  readonly common: ReadonlyMap<string, readonly string[]>;
}

/** Indexes servers in their order; one that stands there twice is one. */
export function indexServers(servers: Iterable<NamedServer>): ServerIndex {
  const names = new Set<string>();
  const [byBare, byLooks] = [new Map<string, Owner[]>(), new Map<string, Owner[]>()];
  const [distinctive, common] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const { name: server, tools } of servers) {
    names.add(server);
    for (const tool of tools) {
      const owner = { server, tool };
      listOf(byBare, bare(tool)).push(owner);
      const alike = listOf(byLooks, looks(tool));
      if (alike.length === 0 || (alike.length === 1 && alike[0]?.server !== server)) alike.push(owner);
      const users = listOf(isDistinctive(tool) ? distinctive : common, tool.toLowerCase());
      if (users.at(-1) !== server && users.push(server) > 2) users.shift();
    }
  }
  return { names, byBare, byLooks, distinctive, common };
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

/** A name without case and separators, which clients may change: `readFile` is `read_file`. */
export const bare = (name: string): string => name.toLowerCase().replace(/[\s._/:-]/gu, '');

/** What a reader takes a name for: letters and digits that look alike are the same. */
export const looks = (name: string): string =>
  bare(plain(name))
    .replace(/[0o]/gu, 'o')
    .replace(/[1il|]/gu, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

/** Whether a name can hardly stand for anything but the tool: `read_file` and `readFile`, not `search`. */
const isDistinctive = (name: string): boolean =>
  name.length >= 5 && (/[A-Za-z0-9][_./-][A-Za-z0-9]/u.test(name) || /[a-z][A-Z]/u.test(name));
