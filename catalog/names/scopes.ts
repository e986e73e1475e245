/** Owners of packages and sources that can be taken for those of another server: squatted scopes. */
import { parseArtefactUrl } from '../../core/artefact.ts';
import type { Problem } from '../../core/problem.ts';
import type { Manifest } from '../../schemas/types.ts';
import { wellKnownScopes } from './well-known-packages.ts';
import { isNewValue, type Base } from '../base.ts';
import { skeletonOf } from './confusable.ts';
import { nearPairs } from './near-names.ts';
import type { RegistryFiles, SurveyedServer } from '../registry-files.ts';

/** Where a server's code comes from, by a name that somebody had to register. */
interface Scope {
  readonly kind: 'npm scope' | 'namespace';
  readonly scope: string;
  readonly path: readonly string[];
}

function scopesOf({ artefact, upstream }: Manifest): Scope[] {
  const found: Scope[] = [];
  const add = (kind: Scope['kind'], scope: string | undefined, ...path: string[]): void => {
    if (scope !== undefined) found.push({ kind, scope, path });
  };
  const reference = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  if (reference?.kind === 'npm') add('npm scope', /^@[^/]+/u.exec(reference.name)?.[0], 'artefact', 'url');
  if (reference?.kind === 'oci')
    add('namespace', /^[^/]+\/[^/]+(?=\/)/u.exec(`${reference.host}/${reference.path}`)?.[0], 'artefact', 'url');
  if (reference?.kind === 'git' || reference?.kind === 'tarball' || reference?.kind === 'mcpb')
    add('namespace', /(?<=^https:\/\/)[^/]+\/[^/]+(?=\/)/u.exec(reference.url)?.[0], 'artefact', 'url');
  add('namespace', upstream?.split('/')[0], 'upstream');
  return found;
}

interface Use extends Pick<Scope, 'path'> {
  readonly server: SurveyedServer;
  readonly fresh: boolean;
}

/** Every scope that only new servers use and that is confusable with an older or well-known one. */
export function checkScopes({ servers }: RegistryFiles<SurveyedServer>, base: Base): Problem[] {
  const problems: Problem[] = [];
  const uses = { 'npm scope': new Map<string, Use[]>(), namespace: new Map<string, Use[]>() };
  const packages = new Map<
    string,
    { readonly name: string; readonly server: SurveyedServer; readonly fresh: boolean }
  >();
  const report = ({ manifest: { file, locate } }: SurveyedServer, path: readonly string[], message: string): void =>
    void problems.push({
      code: 'confusable-scope',
      file,
      ...locate(path),
      message,
      remedy: 'check who published it; if that is right, have the security team add an exception to policy.yaml',
    });
  for (const server of servers)
    for (const { kind, scope, path } of scopesOf(server.manifest.value)) {
      const before = (manifest: Manifest): string | undefined =>
        scopesOf(manifest).find((each) => each.path[0] === path[0])?.scope;
      const fresh = isNewValue(base, server, before);
      const others = uses[kind].get(scope) ?? [];
      others.push({ server, path, fresh });
      uses[kind].set(scope, others);
      const name = kind === 'npm scope' ? packageOf(server) : undefined;
      if (name !== undefined && !packages.has(unscoped(name))) packages.set(unscoped(name), { name, server, fresh });
    }
  for (const scope of wellKnownScopes) if (!uses['npm scope'].has(scope)) uses['npm scope'].set(scope, []);
  for (const [kind, scopes] of Object.entries(uses))
    for (const [scope, other] of confusablePairs(scopes))
      for (const { server, path } of scopes.get(scope) ?? []) {
        const user = scopes.get(other)?.[0]?.server.name;
        report(
          server,
          path,
          `the ${kind} ${scope} can be taken for ${other}, which ${user ?? 'many packages'} ${user === undefined ? 'have' : 'uses'}`,
        );
      }
  for (const server of servers) {
    const name = packageOf(server);
    const scoped = name === undefined || name.startsWith('@') ? undefined : packages.get(unscoped(name));
    if (name !== undefined && scoped !== undefined && isNewValue(base, server, (manifest) => manifest.artefact?.url))
      report(
        server,
        ['artefact', 'url'],
        `the package ${name} can be taken for ${scoped.name}, which ${scoped.server.name} is`,
      );
  }
  return problems;
}

function packageOf({ manifest }: SurveyedServer): string | undefined {
  const reference = parseArtefactUrl(manifest.value.artefact?.url ?? '');
  return reference?.kind === 'npm' ? reference.name : undefined;
}

/** `@scope/name` and `scope-name` without what tells them apart. */
const unscoped = (name: string): string => name.replaceAll(/[^a-z0-9]/gu, '');

/** Each scope that only new servers use, with an older one that it can be taken for. */
function confusablePairs(scopes: ReadonlyMap<string, readonly Use[]>): Map<string, string> {
  const isFresh = (scope: string): boolean => {
    const used = scopes.get(scope) ?? [];
    return used.length > 0 && used.every(({ fresh }) => fresh);
  };
  const found = new Map<string, string>();
  // Of two new ones, the one that more servers use is the older.
  const byUse = [...scopes.keys()].toSorted((a, b) => (scopes.get(b)?.length ?? 0) - (scopes.get(a)?.length ?? 0));
  const ordered = byUse.toSorted((a, b) => Number(isFresh(a)) - Number(isFresh(b)));
  for (const group of Map.groupBy(ordered, skeletonOf).values())
    for (const scope of group.slice(1)) if (isFresh(scope)) found.set(scope, group[0] ?? '');
  for (const [older, newer] of nearPairs(ordered, (index) => isFresh(ordered[index] ?? '')))
    if (!found.has(ordered[newer] ?? '')) found.set(ordered[newer] ?? '', ordered[older] ?? '');
  return found;
}
