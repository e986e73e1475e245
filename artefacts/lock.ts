/** The lock: reading it, and whether it is about a manifest. */
import type { Lock, Manifest } from '../schemas/types.ts';
import { checkPlaces } from './kinds.ts';
import { lockFormat } from '../core/formats.ts';
import { openFormat } from '../core/open-format.ts';
import { Refusal } from '../core/refusal.ts';

/** Reads a lock. @throws Refusal E_FORMAT, E_TOO_LARGE, E_SCHEMA_VERSION */
export const parseLock = (bytes: Uint8Array, what: string): Lock => openFormat(lockFormat, bytes, what);

/**
 * Reads a lock that a host is about to use. It does not check again that the dependencies fit and the tools have the
 * right hashes: the signer computed both.
 * @throws Refusal, E_LOCK among others
 */
export function openLock(bytes: Uint8Array, what: string): Lock {
  const lock = parseLock(bytes, what);
  const [fault] = checkPlaces(lock);
  if (fault !== undefined)
    throw new Refusal('E_LOCK', `${what}: ${fault.message}`, 'tell the operator of the registry: the lock is broken');
  return lock;
}

/** A field in which a lock and a manifest differ. */
export interface Disagreement {
  readonly field: readonly string[];
  readonly locked: string;
  readonly declared: string;
}

/** Every field in which a lock differs from its manifest. */
export function disagreements(lock: Lock, { name, version, artefact, remote }: Manifest): Disagreement[] {
  const endpoint = lock.closure.kind === 'remote' ? lock.closure : undefined;
  return [
    { field: ['name'], locked: lock.name, declared: name },
    { field: ['version'], locked: lock.version, declared: version },
    { field: ['artefact', 'url'], locked: lock.artefact?.url, declared: artefact?.url },
    { field: ['artefact', 'sha256'], locked: lock.artefact?.sha256, declared: artefact?.sha256 },
    { field: ['remote', 'url'], locked: endpoint?.url, declared: remote?.url },
    { field: ['remote', 'transport'], locked: endpoint?.transport, declared: remote?.transport },
  ].flatMap(({ field, locked = 'absent', declared = 'absent' }) =>
    locked === declared ? [] : [{ field, locked, declared }],
  );
}
