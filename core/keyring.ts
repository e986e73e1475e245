import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { ApprovalKey, Keyring } from '../schemas/types.ts';
import { Refusal } from './refusal.ts';

/**
 * A keyring whose keys were read: each is an ECDSA key on P-256 and has the hint that belongs to it.
 * `openRegistryState` proves that the offline keys signed the keyring.
 */
export interface OpenKeyring {
  readonly registry: string;
  readonly environment: Keyring['environment'];
  /** By hint. */
  readonly keys: ReadonlyMap<string, OpenKey>;
}

export interface OpenKey {
  readonly hint: string;
  readonly publicKey: KeyObject;
  readonly validFrom: Date;
  /** Absent if no end is set. */
  readonly validUntil?: Date;
  /** Set if the key was stolen: since when, what happened, and the SHA-256 of each bundle that stays valid. */
  readonly revoked?: { readonly since: string; readonly reason: string; readonly stillCount: ReadonlySet<string> };
}

/**
 * Whether a bundle that a key signed is still valid. A thief can sign with any time in the past, so the time in a
 * bundle does not prove that it is older than the theft. Of a stolen key, only the bundles that the keyring lists stay
 * valid.
 */
export const countsStill = ({ revoked }: OpenKey, bundleDigest: string): boolean =>
  revoked === undefined || revoked.stillCount.has(bundleDigest);

/** A key as it was before it was revoked. The signer uses it to read what it signed itself. */
export function withoutRevocation(key: OpenKey): OpenKey {
  const { revoked: _, ...rest } = key;
  return rest;
}

/** base64(sha256(SubjectPublicKeyInfo in DER)): what cosign 3 writes into a bundle as the key's hint. */
export const keyHint = (spki: Uint8Array): string => createHash('sha256').update(spki).digest('base64');

/** @throws Refusal E_KEY if a key is there twice, does not belong to its hint, or is not an ECDSA key on P-256 */
export function openKeyring(keyring: Keyring): OpenKeyring {
  const keys = new Map<string, OpenKey>();
  for (const key of keyring.keys) {
    if (keys.has(key.hint)) throw badKey(key, 'is in the keyring twice');
    keys.set(key.hint, openKey(key));
  }
  return { registry: keyring.registry, environment: keyring.environment, keys };
}

function openKey(key: ApprovalKey): OpenKey {
  const spki = Buffer.from(key.publicKey, 'base64');
  if (keyHint(spki) !== key.hint) throw badKey(key, 'has another hint than its public key');
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (cause) {
    throw badKey(key, 'is no public key', { cause });
  }
  if (publicKey.asymmetricKeyType !== 'ec' || publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw badKey(key, 'is no ECDSA key on P-256');
  return {
    hint: key.hint,
    publicKey,
    validFrom: new Date(key.validFrom),
    ...(key.validUntil !== undefined && { validUntil: new Date(key.validUntil) }),
    ...(key.revoked !== undefined && {
      revoked: {
        since: key.revoked.since,
        reason: key.revoked.reason,
        stillCount: new Set(key.revoked.stillCount),
      },
    }),
  };
}

const badKey = (key: ApprovalKey, why: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_KEY', `the key ${key.hint} ${why}`, 'deploy the keyring again', options);
