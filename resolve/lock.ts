/** Makes the lock of a manifest: fetches the artefact, resolves and hashes its closure, captures what the server offers. */
import { parseArtefactUrl, type ArtefactReference } from '../core/artefact.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { reviewableJson } from '../core/canonical.ts';
import { Failure } from '../core/failure.ts';
import { lockFormat } from '../core/formats.ts';
import { ofFormat } from '../core/open-format.ts';
import { checkLock } from '../artefacts/lock-check.ts';
import { maxLockBytes } from '../core/limits.ts';
import type { OpenSources } from '../artefacts/open-sources.ts';
import { daysAfter, toSecond } from '../core/time.ts';
import type { Artefact, Lock, Manifest, Policy } from '../schemas/types.ts';
import { captureOffers } from './capture.ts';
import { lockedOffers } from './captured.ts';
import { resolveArtefact } from '../artefacts/resolvers.ts';

/** What resolving needs. */
export interface Resolver extends OpenSources {
  readonly blobs: BlobStore;
  readonly onFetched?: (done: number, of: number) => void;
}

/** The moment that the cooldown of the policy allows: only packages published before it are used. */
export const cooledDown = (now: Date, policy: Policy | undefined): Date =>
  daysAfter(now, -(policy?.packages.cooldown_days ?? 0));

/** A manifest with its artefact. @throws Failure `not-lockable` where it has none, or one of no known kind */
export function lockableArtefact(manifest: Manifest): {
  readonly reference: ArtefactReference;
  readonly locked: Manifest & { readonly artefact: Artefact };
} {
  const { artefact } = manifest;
  const reference = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  if (artefact !== undefined && reference !== undefined) return { reference, locked: { ...manifest, artefact } };
  throw new Failure(
    'not-lockable',
    `${manifest.name} is a remote endpoint; only artefacts can be locked so far`,
    'leave it out for now, or find the same server as a package',
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
  const { reference, locked } = lockableArtefact(manifest);
  const resolved = await resolveArtefact(reference, locked, asOf, resolver);
  const lock: Lock = {
    schemaVersion: 1,
    name: manifest.name,
    version: manifest.version,
    artefact: resolved.artefact,
    resolvedAsOf: toSecond(asOf),
    closure: resolved.closure,
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
      `the registry contradicts the packages: ${fault.message}`,
      'do not use this version until you know why; ask its publisher',
    );
  ofFormat(lockFormat, complete, `the lock of ${manifest.name}`);
  if (reviewableJson(complete).byteLength > maxLockBytes)
    throw new Failure('too-large', `the lock would have more than ${maxLockBytes} bytes`, 'choose a smaller server');
  return complete;
}
