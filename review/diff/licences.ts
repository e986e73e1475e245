import type { Lock, Manifest } from '../../schemas/types.ts';
import { loadedPackages } from '../../artefacts/loaded.ts';
import { few } from './few.ts';
import type { LicenceChange } from './types.ts';

/** The licence of the server, changed licences of packages, and licences that the closure gained or lost. */
export function licenceChanges(
  was: { readonly manifest?: Manifest; readonly lock?: Lock },
  now: { readonly manifest?: Manifest; readonly lock?: Lock },
): LicenceChange[] {
  const [own, ownNow] = [was.manifest?.license, now.manifest?.license];
  const [before, after] = [licencesOf(was.lock), licencesOf(now.lock)];
  const changed = new Set([...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name)));
  return [
    ...(own === ownNow ? [] : [change('the server', own, ownNow)]),
    ...[...changed].map((name) => change(name, before.get(name), after.get(name))),
    // Changed packages are already listed.
    ...onlyIn(after, before, changed).map(([licence, users]) => change(users, undefined, licence)),
    ...onlyIn(before, after, changed).map(([licence, users]) => change(users, licence, undefined)),
  ];
}

type Licences = ReadonlyMap<string, string>;

/** The licences that only one side has, each with the packages under it. */
function onlyIn(side: Licences, other: Licences, but: ReadonlySet<string>): [licence: string, users: string][] {
  const known = new Set(other.values());
  const names = [...side.keys()].filter((name) => !but.has(name));
  return [...Map.groupBy(names, (name) => side.get(name) ?? '')]
    .filter(([licence]) => !known.has(licence))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, users]) => [licence, few(users, 1) ?? '']);
}

const change = (subject: string, was: string | undefined, now: string | undefined): LicenceChange => ({
  subject,
  ...(was !== undefined && { was }),
  ...(now !== undefined && { now }),
});

/** The licences by package. A package with several versions has all of them, in order. */
function licencesOf(lock: Lock | undefined): Licences {
  const found = new Map<string, Set<string>>();
  for (const { name, license } of lock === undefined ? [] : loadedPackages(lock))
    if (license !== undefined) found.set(name, (found.get(name) ?? new Set()).add(license));
  return new Map(
    [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, set]) => [name, [...set].sort().join(' and ')]),
  );
}
