/** Makes the lock of a manifest: fetches the artefact, resolves and hashes its closure, captures what the server offers. */
import { parseArtefactUrl } from '../core/artefact.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { reviewableJson } from '../core/canonical.ts';
import { integrityOf, sha256, sha512 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import { lockFormat } from '../core/formats.ts';
import { ofFormat } from '../core/open-format.ts';
import { checkLock } from '../artefacts/lock-check.ts';
import { maxLockBytes } from '../core/limits.ts';
import type { NpmRegistry } from '../artefacts/npm/registry.ts';
import { Refusal } from '../core/refusal.ts';
import { daysAfter, toSecond } from '../core/time.ts';
import type { Lock, Manifest, Policy } from '../schemas/types.ts';
import { captureOffers } from './capture.ts';
import { lockedOffers } from './captured.ts';
import { hashClosure, placeClosure, type Placement } from '../artefacts/npm/resolve.ts';

/** What resolving needs. */
export interface Resolver {
  readonly registry: NpmRegistry;
  readonly blobs: BlobStore;
  readonly onFetched?: (done: number, of: number) => void;
}

/** The moment that the cooldown of the policy allows: only packages published before it are used. */
export const cooledDown = (now: Date, policy: Policy | undefined): Date =>
  daysAfter(now, -(policy?.packages.cooldown_days ?? 0));

/** The name and version of an npm artefact. @throws Failure `not-lockable` for every other kind */
export function npmArtefact(manifest: Manifest): { readonly name: string; readonly version: string } {
  const reference = manifest.artefact === undefined ? undefined : parseArtefactUrl(manifest.artefact.url);
  if (reference?.kind === 'npm') return reference;
  throw new Failure(
    'not-lockable',
    `${manifest.name} is ${reference === undefined ? 'a remote endpoint' : `an artefact of kind ${reference.kind}`}; only npm packages can be locked so far`,
    'leave it out for now, or find the same server as an npm package',
  );
}

/** How a server is captured: in a sandbox without a network, in one with it, or not at all. */
export type CaptureMode = 'sandbox' | NonNullable<Lock['capture']>;

/**
 * Locks a manifest as of a date. If `capture` is false, the tools stay empty, because the caller needs only the closure.
 * @throws Failure, Refusal E_DIGEST if the artefact is not the one that the manifest names
 */
export async function makeLock(
  manifest: Manifest,
  asOf: Date,
  capture: false | CaptureMode,
  resolver: Resolver,
): Promise<Lock> {
  const { name, version } = npmArtefact(manifest);
  const tarball = await resolver.registry.tarball(name, version);
  const declared = manifest.artefact?.sha256;
  if (sha256(tarball) !== declared)
    throw new Refusal(
      'E_DIGEST',
      `npm:${name}@${version} has the sha256 ${sha256(tarball)}, but the manifest says ${declared ?? 'nothing'}`,
      'find out which of the two is right before you change the manifest',
    );
  // Stored, so that it is not fetched again with the rest of the closure.
  await resolver.blobs.readOr(integrityOf(tarball), async () => tarball);
  const placement = await placeClosure(name, version, asOf, resolver.registry);
  const root = rootOf(placement, name, integrityOf(tarball));
  const lock: Lock = {
    schemaVersion: 1,
    name: manifest.name,
    version: manifest.version,
    artefact: { url: `npm:${name}@${version}`, sha256: sha256(tarball), sha512: sha512(tarball) },
    resolvedAsOf: toSecond(asOf),
    closure: await hashClosure(root, placement, resolver),
    ...((capture === 'network' || capture === 'none') && { capture }),
    tools: [],
    instructions: [],
  };
  const captures = capture === 'sandbox' || capture === 'network';
  const complete = captures ? { ...lock, ...lockedOffers(await captureOffers(manifest, lock, resolver)) } : lock;
  const [fault] = checkLock(complete);
  if (fault !== undefined)
    throw new Failure(
      fault.code,
      `the registry contradicts the tarballs: ${fault.message}`,
      'do not use this version until you know why; ask its publisher',
    );
  ofFormat(lockFormat, complete, `the lock of ${manifest.name}`);
  if (reviewableJson(complete).byteLength > maxLockBytes)
    throw new Failure('too-large', `the lock would have more than ${maxLockBytes} bytes`, 'choose a smaller server');
  return complete;
}

function rootOf(placement: Placement, name: string, integrity: string): string {
  const root = `node_modules/${name}`;
  if (placement.get(root)?.integrity === integrity) return root;
  throw new Failure(
    'unresolvable',
    `${name} resolves to another artefact than its address gives`,
    'check the registry or mirror',
  );
}
