/**
 * Proves a lock: everything in it must match the packages themselves. The proof works on every day and with every mirror that has
 * the packages, because nothing is resolved again: mirrors are often late, or hide new versions for some time.
 */
import { artefactDigest, differences, otherTree, unpack } from '../artefacts/contents.ts';
import { fieldDifferences, lockAgain } from '../artefacts/differences.ts';
import { checkGraph } from '../artefacts/graphs.ts';
import { partsOf, rootOf } from '../artefacts/kinds.ts';
import { labelOf, type Part } from '../artefacts/part.ts';
import { fetchPart, storedPart } from '../artefacts/sources.ts';
import { proveWhole } from '../artefacts/whole.ts';
import { sameJson } from '../core/canonical.ts';
import { mapConcurrently } from '../core/concurrency.ts';
import { maxConcurrentDownloads } from '../core/limits.ts';
import { offerKinds, offersOf, type Offered } from '../core/offers.ts';
import type { Fault, Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import { toSecond } from '../core/time.ts';
import type { Lock, LockedOffer, Manifest } from '../schemas/types.ts';
import { captureOffers } from './capture.ts';
import { lockedOffers } from './captured.ts';
import { fetchDocuments, isMissing, type Documents } from '../artefacts/documents.ts';
import { publishedAt, statedDigest, type PackageDocument, type StatedDigest } from '../artefacts/package-document.ts';
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
export async function proveLock(lock: Lock, resolver: Resolver, documents?: Documents): Promise<LockFault[]> {
  const parts = partsOf(lock);
  const known = documents ?? (await fetchDocuments(parts, resolver));
  let done = 0;
  const faults = await mapConcurrently(parts, maxConcurrentDownloads, async (part) => {
    const document = known.of(part);
    const found = await provePart(part, lock, document, resolver);
    resolver.onFetched?.(++done, parts.length);
    return [...found, ...proveAge(part, document, new Date(lock.resolvedAsOf))];
  });
  const whole = await wholeFaults(lock, resolver);
  const graph = checkGraph(lock).map((fault) => ({ ...fault, subject: 'closure' }));
  return withoutRepeats([...graph, ...whole, ...faults.flat()]);
}

/** A package may be at many paths of a lock. */
const withoutRepeats = (faults: readonly LockFault[]): LockFault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify([fault.code, fault.subject, fault.message]), fault])).values(),
];

async function wholeFaults(lock: Lock, resolver: Resolver): Promise<LockFault[]> {
  try {
    await proveWhole(lock, resolver);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ ...refusalFault(error), subject: lock.artefact?.url ?? 'closure' }];
  }
}

const refusalFault = ({ code, message, remedy }: Refusal): Fault => ({
  code: code === 'E_DIGEST' ? 'lock-digest' : 'lock-entry',
  message,
  remedy,
});

async function provePart(
  part: Part,
  lock: Lock,
  document: PackageDocument | undefined,
  resolver: Resolver,
): Promise<LockFault[]> {
  const subject = labelOf(part);
  const digest = statedDigest(document, part);
  if (digest !== undefined && digest.stated !== digest.locked) return [otherBytes(subject, digest)];
  try {
    // A stored blob has the right bytes, but does not say under which name the registry has them. So it is used only
    // if the registry states the same digest for this name and version; otherwise the archive is fetched by its name.
    const bytes = await (digest === undefined ? fetchPart : storedPart)(part, resolver);
    const files = await unpack(part, bytes);
    const tree = otherTree(part, files);
    const faults: LockFault[] = [
      ...(tree === undefined ? [] : fieldDifferences(`the archive of ${subject}`, { tree: part.tree }, { tree })),
      ...differences(part, bytes, files),
    ].map((fault) => ({ ...fault, subject }));
    const own = artefactDigest(part, bytes, files);
    if (part.folder === rootOf(lock) && own !== lock.artefact?.sha256)
      faults.push({
        code: 'lock-digest',
        subject,
        message: `the archive of ${subject} has the sha256 ${own}, but the lock says ${lock.artefact?.sha256 ?? 'nothing'}`,
        remedy: lockAgain,
      });
    return faults;
  } catch (error) {
    if (isMissing(error))
      return [
        {
          code: 'lock-vanished',
          subject,
          message: `the registry has no archive of ${subject}`,
          remedy: 'ask the operator of the mirror; if its publisher removed it, find out why before you choose another',
        },
      ];
    if (!(error instanceof Refusal)) throw error;
    return [{ ...refusalFault(error), subject }];
  }
}

/** Nothing in a lock may be newer than its date. If the registry gives no date of a version, nothing is reported. */
function proveAge(part: Part, document: PackageDocument | undefined, resolvedAsOf: Date): LockFault[] {
  const published = publishedAt(document, part);
  // A comparison with an invalid date is always false, so it is not reported.
  if (!(published > resolvedAsOf)) return [];
  return [
    {
      code: 'lock-younger-package',
      subject: labelOf(part),
      message: `${labelOf(part)} was published at ${toSecond(published)}, and the lock was made as of ${toSecond(resolvedAsOf)}`,
      remedy: 'run `registry lock` again: it uses only versions that were published by then',
    },
  ];
}

const otherBytes = (subject: string, { locked, stated }: StatedDigest): LockFault => ({
  code: 'lock-digest',
  subject,
  message: `the registry has ${subject} with the digest ${stated}, but the lock says ${locked}`,
  remedy: 'find out who changed it before you do anything else: a version that was published never changes',
});

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
