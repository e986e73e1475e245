/**
 * Proves a lock: everything in it must match the packages themselves. The proof works on every day and with every mirror that has
 * the packages, because nothing is resolved again: mirrors are often late, or hide new versions for some time.
 */
import { packagesOf } from '../artefacts/loaded.ts';
import { checkClosure } from '../artefacts/npm/dependencies.ts';
import { bundledDifference } from '../artefacts/npm/bundled.ts';
import { sameJson } from '../core/canonical.ts';
import { mapConcurrently } from '../core/concurrency.ts';
import { sha256 } from '../core/digest.ts';
import { maxConcurrentDownloads } from '../core/limits.ts';
import { NoSuchPackage } from '../artefacts/npm/registry.ts';
import { offerKinds, offersOf, type Offered } from '../core/offers.ts';
import { describePackage } from '../artefacts/npm/describe.ts';
import type { Packument } from '../artefacts/npm/packument.ts';
import type { Fault, Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import { readTarball, type PackageFile } from '../artefacts/archives/tarball.ts';
import { toSecond } from '../core/time.ts';
import { treeDigest } from '../core/tree.ts';
import type { Lock, LockedOffer, LockedPackage, Manifest } from '../schemas/types.ts';
import { captureOffers } from './capture.ts';
import { lockedOffers } from './captured.ts';
import { fetchPackuments, type Packuments } from '../artefacts/npm/packuments.ts';
import type { Resolver } from './lock.ts';

/** Something that is wrong with a lock. */
export interface LockFault extends Fault {
  /** The package, as `name@version`, or `closure`. */
  readonly subject: string;
}

/**
 * Everything in a lock that is wrong: a dependency that is not satisfied, an entry that its tarball contradicts, a package that is
 * newer than the lock's date. Tools are proved separately.
 * @throws Failure if the registry does not answer
 */
export async function proveLock(lock: Lock, resolver: Resolver, packuments?: Packuments): Promise<LockFault[]> {
  const entries = Object.entries(lock.closure.packages);
  const known = packuments ?? (await fetchPackuments(packagesOf(lock), resolver.registry));
  let done = 0;
  const faults = await mapConcurrently(entries, maxConcurrentDownloads, async ([path, locked]) => {
    const packument = known.get(locked.name);
    const found = await provePackage(path, lock, locked, packument, resolver);
    resolver.onFetched?.(++done, entries.length);
    return [...found, ...proveAge(locked, packument, new Date(lock.resolvedAsOf))];
  });
  return withoutRepeats([...checkClosure(lock).map((fault) => ({ ...fault, subject: 'closure' })), ...faults.flat()]);
}

/** A package may be at many paths of a lock. */
const withoutRepeats = (faults: readonly LockFault[]): LockFault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify([fault.code, fault.subject, fault.message]), fault])).values(),
];

async function provePackage(
  path: string,
  lock: Lock,
  locked: LockedPackage,
  packument: Packument | undefined,
  resolver: Resolver,
): Promise<LockFault[]> {
  const subject = `${locked.name}@${locked.version}`;
  const stated = sha512Of(packument?.versions[locked.version]?.integrity);
  if (stated !== undefined && stated !== locked.integrity) return [otherBytes(subject, locked.integrity, stated)];
  try {
    const tarball = await tarballOf(locked, stated, resolver);
    const faults = compareEntry(locked, readTarball(tarball, subject));
    const digest = sha256(tarball);
    if (path === lock.closure.root && digest !== lock.artefact.sha256)
      faults.push({
        code: 'lock-digest',
        subject,
        message: `the tarball of ${subject} has the sha256 ${digest}, but the lock says ${lock.artefact.sha256}`,
        remedy: lockAgain,
      });
    return faults;
  } catch (error) {
    if (error instanceof NoSuchPackage)
      return [
        {
          code: 'lock-vanished',
          subject,
          message: `the npm registry has no tarball of ${subject}`,
          remedy: 'ask the operator of the mirror; if its publisher removed it, find out why before you choose another',
        },
      ];
    if (!(error instanceof Refusal)) throw error;
    const { message, remedy } = error;
    return [{ code: error.code === 'E_DIGEST' ? 'lock-digest' : 'lock-entry', subject, message, remedy }];
  }
}

/**
 * A stored blob has the right bytes, but does not say under which name the registry has them. So it is used only if
 * the registry states the same integrity for this name and version; otherwise the tarball is fetched by its name.
 */
const tarballOf = (
  { name, version, integrity }: LockedPackage,
  stated: string | undefined,
  { blobs, registry }: Resolver,
): Promise<Buffer> =>
  stated === undefined
    ? registry.tarball(name, version, integrity)
    : blobs.readOr(integrity, () => registry.tarball(name, version, integrity));

const sha512Of = (integrity: string | undefined): string | undefined =>
  integrity?.split(/\s+/u).find((hash) => hash.startsWith('sha512-'));

/** Every field that the tarball decides. Whether a package is optional depends on the dependencies. */
function compareEntry(locked: LockedPackage, files: readonly PackageFile[]): LockFault[] {
  const subject = `${locked.name}@${locked.version}`;
  const { optional: _, integrity: __, bundled: listed, ...said } = locked;
  const { bundled, ...described } = describePackage(files, subject);
  const found: Record<string, unknown> = { ...described, tree: treeDigest(files) };
  const stated: Record<string, unknown> = said;
  const difference = bundledDifference(subject, listed, bundled);
  const otherwise = [...new Set([...Object.keys(stated), ...Object.keys(found)])]
    .sort()
    .filter((field) => !sameJson(stated[field] ?? null, found[field] ?? null))
    .map((field) => ({
      code: 'lock-entry',
      subject,
      message: `the tarball of ${subject} gives the ${field} ${inWords(found[field])}, but the lock says ${inWords(stated[field])}`,
      remedy: lockAgain,
    }));
  return [
    ...otherwise,
    ...(difference === undefined ? [] : [{ code: 'lock-bundled', subject, message: difference, remedy: lockAgain }]),
  ];
}

/** Nothing in a lock may be newer than its date. If the registry gives no date of a version, nothing is reported. */
function proveAge({ name, version }: LockedPackage, packument: Packument | undefined, resolvedAsOf: Date): LockFault[] {
  const published = new Date(packument?.time?.[version] ?? Number.NaN);
  // A comparison with an invalid date is always false, so it is not reported.
  if (!(published > resolvedAsOf)) return [];
  return [
    {
      code: 'lock-younger-package',
      subject: `${name}@${version}`,
      message: `${name}@${version} was published at ${toSecond(published)}, and the lock was made as of ${toSecond(resolvedAsOf)}`,
      remedy: 'run `registry lock` again: it uses only versions that were published by then',
    },
  ];
}

const otherBytes = (subject: string, locked: string, stated: string): LockFault => ({
  code: 'lock-digest',
  subject,
  message: `the npm registry has ${subject} with the integrity ${stated}, but the lock says ${locked}`,
  remedy: 'find out who changed it before you do anything else: a version that was published never changes',
});

const lockAgain = 'run `registry lock` again; if this stays, ask who changed the lock';

/** The maximum length of a value in a message. */
const maxShown = 100;

function inWords(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= maxShown ? text : `${text.slice(0, maxShown - 1).toWellFormed()}…`;
}

/**
 * The same proof, and also of the tools: they are captured again if this machine can do it; otherwise there is a warning.
 * @throws Failure, Refusal
 */
export async function proveLockAndTools(
  manifest: Manifest,
  lock: Lock,
  capture: boolean,
  resolver: Resolver,
): Promise<(Fault & Pick<Problem, 'severity'>)[]> {
  const faults = await proveLock(lock, resolver);
  // A wrong closure has other tools, so there is nothing to compare.
  if (faults.length > 0) return faults.map(({ code, message, remedy }) => ({ code, message, remedy }));
  if (capture) return differentCapture(lock, lockedOffers(await captureOffers(manifest, lock, resolver)));
  return [
    {
      code: 'tools-not-checked',
      message: `the ${lock.tools.length} tools in the lock were not captured again`,
      remedy: 'run this on Linux with bubblewrap, as CI does',
      severity: 'warning',
    },
  ];
}

/** Tools and the like that a message names. */
const maxNamed = 20;

/** The faults if a lock differs from what the server showed. */
export function differentCapture(lock: Lock, shown: Offered): Fault[] {
  const different = [
    ...offerKinds.flatMap((kind) => {
      const names = differentNames(offersOf(lock, kind), offersOf(shown, kind));
      const more = names.length - maxNamed;
      const named = [...names.slice(0, maxNamed), ...(more > 0 ? [`${more} more`] : [])];
      return names.length === 0 ? [] : [`${kind.one}s ${named.join(', ')}`];
    }),
    ...(sameJson(lock.unpinned ?? [], shown.unpinned ?? []) ? [] : ['which lists can be pinned']),
    ...(sameJson(lock.instructions, shown.instructions) ? [] : ['its instructions']),
  ];
  if (different.length === 0) return [];
  return [
    {
      code: 'tools-differ',
      message: `the server shows something else than the lock: ${different.join('; ')}`,
      remedy: 'run `registry lock` again; if they still differ, find out what they depend on',
    },
  ];
}

const differentNames = (locked: readonly LockedOffer[], again: readonly LockedOffer[]): string[] =>
  [...new Set([...locked, ...again].map(({ name }) => name))].filter(
    (name) =>
      !sameJson(
        locked.find((offer) => offer.name === name),
        again.find((offer) => offer.name === name),
      ),
  );
