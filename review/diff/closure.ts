/** Compares the packages of two locks, by registry and name. A package at many places makes only one line. */
import { sameJson } from '../../core/canonical.ts';
import { artefactIn, bundlerOf, loadedPackages, type LoadedPackage } from '../../artefacts/loaded.ts';
import { isPackage, registryNames, type Part, type PartName, type PartType } from '../../artefacts/part.ts';
import { compareVersions, isVersion } from '../../artefacts/versions.ts';
import type { Lock } from '../../schemas/types.ts';
import { few } from './few.ts';
import type { Change, ClosureDiff, Known, PackageChange, PackageMove } from './types.ts';

const moves: readonly PackageMove[] = [
  'downgraded',
  'replaced',
  'added',
  'version-added',
  'upgraded',
  'removed',
  'version-removed',
  'same-version',
];

/** The artefact first, then packages with alarms, then by change and name. */
export function closureDiff(was: Lock | undefined, now: Lock | undefined, known: Known = {}): ClosureDiff {
  const [before, after] = [copies(was), copies(now)];
  const context = { isNew: was === undefined, known, roots: { was: rootOf(was), now: rootOf(now) } };
  const packages = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .flatMap((key) => packageChange(before.get(key) ?? [], after.get(key) ?? [], context));
  const rank = ({ root, alarms, change }: PackageChange): number =>
    (root ? 0 : alarms.length > 0 || change === 'downgraded' ? 1 : 2) * moves.length + moves.indexOf(change);
  return {
    places: { was: size(was), now: size(now) },
    counts: Object.fromEntries(
      moves.map((move) => [move, packages.filter(({ change }) => change === move).length]),
    ) as ClosureDiff['counts'],
    packages: packages.toSorted((a, b) => rank(a) - rank(b)),
  };
}

const rootOf = (lock: Lock | undefined): LoadedPackage | undefined =>
  lock === undefined ? undefined : artefactIn(lock);
const loadedBy = (lock: Lock | undefined): LoadedPackage[] => (lock === undefined ? [] : loadedPackages(lock));
const size = (lock: Lock | undefined): number => loadedBy(lock).length;

type Copy = LoadedPackage;

const copies = (lock: Lock | undefined): ReadonlyMap<string, readonly Copy[]> => Map.groupBy(loadedBy(lock), keyOf);

/** Packages of different registries may have the same name. */
const keyOf = ({ name, type }: PartName): string => `${name} ${type}`;

interface Context {
  readonly isNew: boolean;
  readonly known: Known;
  /** The artefacts. */
  readonly roots: { readonly was: PartName | undefined; readonly now: PartName | undefined };
}

function packageChange(was: readonly Copy[], now: readonly Copy[], { isNew, known, roots }: Context): PackageChange[] {
  const [one] = [...was, ...now];
  if (one === undefined) return [];
  const { name } = one;
  const isOne = (root: PartName | undefined): boolean => root !== undefined && keyOf(root) === keyOf(one);
  const [before, after] = [versionsOf(was), versionsOf(now)];
  const change = moveOf(one.type, was, now, before, after);
  const isRenamed = isOne(roots.now) && roots.was !== undefined && !isOne(roots.was);
  const alarms = [
    ...(isRenamed ? [`the artefact was another package: ${nameBeside(roots.was, one)}`] : []),
    ...contentAlarms(partsOf(was), partsOf(now)),
    ...scriptAlarms(partsOf(was), partsOf(now)),
    ...(isNew ? [] : publisherAlarms(name, was.filter(isOwn), now.filter(isOwn), known)),
    ...bundledAlarms(was, now),
  ];
  const platforms = before.length > 0 && after.length > 0 ? platformChange(was, now) : undefined;
  if (
    change === 'same-version' &&
    alarms.length === 0 &&
    platforms === undefined &&
    sameJson(placing(was), placing(now))
  )
    return [];
  return [
    {
      name,
      change,
      ...((isOne(roots.was) || isOne(roots.now)) && { root: true }),
      was: before,
      now: after,
      paths: { was: was.length, now: now.length },
      alarms,
      ...(platforms !== undefined && { platforms }),
    },
  ];
}

const placing = (all: readonly Copy[]): unknown =>
  all.map(({ path, version, holder: { optional = false } }) => [path, version, optional]);

/** A name, with its registry where that is another one. */
const nameBeside = (one: PartName, other: PartName): string => {
  if (one.type === other.type) return one.name;
  return `${one.name} of ${isPackage(one) ? registryNames[one.type] : 'an address'}`;
};

/** Each version of one package once, in the order of its registry. Versions that it cannot order come last. */
const versionsOf = (all: readonly PartName[]): string[] =>
  [...new Map(all.map((each) => [each.version, each])).values()]
    .sort((a, b) => compareVersions(a.type, a.version, b.version))
    .map(({ version }) => version);

/** Undefined when the two versions have no order. */
const compare = (type: PartType, a: string, b: string): number | undefined =>
  isVersion(type, a) && isVersion(type, b) ? compareVersions(type, a, b) : undefined;

function moveOf(
  type: PartType,
  was: readonly Copy[],
  now: readonly Copy[],
  before: readonly string[],
  after: readonly string[],
): PackageMove {
  if (before.length === 0) return 'added';
  if (after.length === 0) return 'removed';
  const [old, young] = [new Set(before), new Set(after)];
  const gained = after.findLast((version) => !old.has(version));
  const gone = before.findLast((version) => !young.has(version));
  // One path may have got an older version, although another path got a newer one.
  const places = new Map(was.map(({ path, version }) => [path, version]));
  if (now.some(({ path, version }) => (compare(type, version, places.get(path) ?? version) ?? 0) < 0))
    return 'downgraded';
  if (gained === undefined) return gone === undefined ? 'same-version' : 'version-removed';
  if (gone === undefined) return 'version-added';
  const order = compare(type, gained, gone);
  return order === undefined ? 'replaced' : order < 0 ? 'downgraded' : 'upgraded';
}

/** Whether it has a tarball of its own, which a registry publishes. */
const isOwn = ({ part }: Copy): boolean => part !== undefined;

const partsOf = (all: readonly Copy[]): Part[] => all.flatMap(({ part }) => part ?? []);

/** No registry publishes what lies inside the tarball of another package, and no update of it arrives from there. */
function bundledAlarms(was: readonly Copy[], now: readonly Copy[]): string[] {
  const bundlers = new Set(now.flatMap((each) => bundlerOf(each) ?? []));
  return bundlers.size === 0 || was.some((each) => !isOwn(each))
    ? []
    : [`bundled in ${few([...bundlers].sort()) ?? ''}`];
}

/** The same version must have the same files, each with the same bytes, and the same bytes must have the same description. */
function contentAlarms(was: readonly Part[], now: readonly Part[]): string[] {
  const versions = new Set(was.map(({ version }) => version));
  const files = new Set(was.map(fileOf));
  const bytes = new Map(was.map((part) => [`${fileOf(part)} ${part.integrity}`, part.entry]));
  const alarms = now.flatMap((part) => {
    const { version, file, integrity, entry } = part;
    if (!versions.has(version)) return [];
    const under = file === undefined ? version : `${version}: ${file}`;
    if (!files.has(fileOf(part))) return [`new file under ${under}`];
    const same = bytes.get(`${fileOf(part)} ${integrity}`);
    if (same === undefined) return [`integrity changed under ${under}`];
    // Whether a package is optional depends on its place, not on its bytes.
    return sameJson({ ...same, optional: true }, { ...entry, optional: true })
      ? []
      : [`the lock describes the same bytes of ${file ?? version} differently`];
  });
  return [...new Set(alarms)];
}

const fileOf = ({ version, file = '' }: Part): string => `${version} ${file}`;

function scriptAlarms(was: readonly Part[], now: readonly Part[]): string[] {
  const has = ({ hasInstallScript }: Part): boolean => hasInstallScript === true;
  const versions = versionsOf(now.filter(has));
  return versions.length === 0 || was.some(has) ? [] : [`install script in ${few(versions) ?? ''}`];
}

/** Compares each new version with the newest older version, or else with the newest known version. */
function publisherAlarms(name: string, was: readonly Copy[], now: readonly Copy[], { publisherOf }: Known): string[] {
  const before = versionsOf(was);
  const newest = before.at(-1);
  if (publisherOf === undefined || newest === undefined) return [];
  const known = new Set(before);
  let last: string | undefined;
  return versionsOf([...was, ...now]).flatMap((version) => {
    if (known.has(version)) {
      last = version;
      return [];
    }
    const [old, young] = [publisherOf(name, last ?? newest), publisherOf(name, version)];
    return old === undefined || young === undefined || old === young
      ? []
      : [`${version} was published by ${young}, ${last ?? newest} by ${old}`];
  });
}

function platformChange(was: readonly Copy[], now: readonly Copy[]): Change | undefined {
  const text = (all: readonly Copy[]): string =>
    [...new Set(all.map(({ holder: { platform = 'all' } }) => platform))].sort().join('; ');
  const [before, after] = [text(was), text(now)];
  return before === after ? undefined : { was: before, now: after };
}
