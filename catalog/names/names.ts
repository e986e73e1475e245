/** Names, titles and scopes that can be taken for those of another server. Of two, the newer one is the problem. */
import type { Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import { isNewServer, type Base } from '../base.ts';
import { differInNumber, skeletonOf } from './confusable.ts';
import { nearPairs } from './near-names.ts';
import type { RegistryFiles, SurveyedServer } from '../registry-files.ts';
import { checkScopes } from './scopes.ts';
import { checkTitles } from './titles.ts';

/**
 * Every new or changed name that is confusable with an older one; of two new ones, the later in the alphabet. What
 * stood so at the base was accepted there.
 */
export function checkNames(repository: RegistryFiles<SurveyedServer>, base: Base): Problem[] {
  if (base.changed.size === 0) return [];
  const byName = new Map(repository.servers.map((server) => [server.name, server]));
  return [
    ...checkServerNames(repository, base, byName),
    ...checkTitles(repository, base),
    ...checkScopes(repository, base),
  ];
}

const otherName =
  'choose a name that is not like another one, or have the security team add an exception to policy.yaml';

function checkServerNames(
  { names }: RegistryFiles<SurveyedServer>,
  base: Base,
  byName: ReadonlyMap<string, SurveyedServer>,
): Problem[] {
  const fresh = new Set([...names].filter((name) => isNewServer(base, name)));
  if (fresh.size === 0) return [];
  const ordered = olderFirst([...names], (name) => fresh.has(name));
  const found = new Map<string, string>();
  for (const group of Map.groupBy(ordered, skeletonOf).values())
    for (const [at, name] of group.entries()) {
      const older = fresh.has(name) ? group.slice(0, at).find((other) => !differInNumber(name, other)) : undefined;
      if (older !== undefined) found.set(name, `${name} can be taken for ${older}: they look alike`);
    }
  for (const [older, newer] of nearPairs(ordered, (index) => fresh.has(ordered[index] ?? ''))) {
    const name = ordered[newer] ?? '';
    if (!found.has(name))
      found.set(name, `${name} can be taken for ${ordered[older] ?? ''}: they differ by one typing mistake`);
  }
  return [...found].map(([name, message]) => ({
    code: 'confusable-name',
    file: manifestPath(name),
    ...byName.get(name)?.manifest.locate(['name']),
    message,
    remedy: otherName,
  }));
}

/** The new ones last, each kind by name. */
const olderFirst = (names: readonly string[], isFresh: (name: string) => boolean): string[] =>
  names.toSorted((a, b) => Number(isFresh(a)) - Number(isFresh(b)) || (a < b ? -1 : 1));
