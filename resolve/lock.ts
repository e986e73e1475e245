/** Makes the lock of a manifest: fetches the artefact, resolves and hashes its closure, captures what the server offers. */
import { parseArtefactUrl, type ArtefactReference } from '../core/artefact.ts';
import { reviewableJson } from '../core/canonical.ts';
import { Failure } from '../core/failure.ts';
import { lockFormat } from '../core/formats.ts';
import { ofFormat } from '../core/open-format.ts';
import { checkLock } from '../artefacts/lock-check.ts';
import { maxLockBytes } from '../core/limits.ts';
import type { OpenSources } from '../artefacts/open-sources.ts';
import { daysAfter, toSecond } from '../core/time.ts';
import type { Artefact, Lock, Manifest, Policy } from '../schemas/types.ts';
import { captureOffers, type CaptureSources } from './capture.ts';
import { lockedOffers } from './captured.ts';
import { resolveArtefact } from '../artefacts/resolvers.ts';

/** What resolving needs. */
export interface Resolver extends OpenSources, Pick<CaptureSources, 'blobs' | 'endpoints'> {
  readonly onFetched?: (done: number, of: number) => void;
}

/** The moment that the cooldown of the policy allows: only packages published before it are used. */
export const cooledDown = (now: Date, policy: Policy | undefined): Date =>
  daysAfter(now, -(policy?.packages.cooldown_days ?? 0));

/** A manifest with its artefact. @throws Failure `no-artefact` where it has none, or one of no known kind */
export function lockableArtefact(manifest: Manifest): {
  readonly reference: ArtefactReference;
  readonly locked: Manifest & { readonly artefact: Artefact };
} {
  const { artefact } = manifest;
  const reference = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  if (artefact !== undefined && reference !== undefined) return { reference, locked: { ...manifest, artefact } };
  throw new Failure(
    'no-artefact',
    `${manifest.name} is an endpoint, and no registry publishes versions of it`,
    'change its address and its version in the manifest yourself',
  );
}

/** What a manifest loads. Nothing is fetched of an endpoint. */
async function resolved(
  manifest: Manifest,
  asOf: Date,
  resolver: Resolver,
): Promise<Pick<Lock, 'artefact' | 'closure'>> {
  const { remote } = manifest;
  if (remote !== undefined) return { closure: { kind: 'remote', url: remote.url, transport: remote.transport } };
  const { reference, locked } = lockableArtefact(manifest);
  return resolveArtefact(reference, locked, asOf, resolver);
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
  const { artefact, closure } = await resolved(manifest, asOf, resolver);
  const lock: Lock = {
    schemaVersion: 1,
    name: manifest.name,
    version: manifest.version,
    ...(artefact !== undefined && { artefact }),
    resolvedAsOf: toSecond(asOf),
    closure,
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
