/** Changes of a keyring: a key is added, retired or revoked. */
import { keyHint } from '../../core/keyring.ts';
import { toSecond } from '../../core/time.ts';
import type { ApprovalKey, Keyring } from '../../schemas/types.ts';

/**
 * The default start of a new key's validity is the first commit of the registry. The time in an approval is the time of
 * the merge, and a new key also approves what was merged before the key was made.
 *
 * This does not help a thief. A thief who has a key can write any time of its validity into an approval, also the
 * present, and can choose the end of the approval. A stolen key is stopped by its revocation, which does not depend on
 * times: it lists the bundles that stay valid. And because the time in an approval stays the time of the merge, a new
 * key makes no approval valid for longer, and no approval newer than a revocation.
 */
export const keyStart = (firstCommit: Date | undefined, now: Date): string =>
  toSecond(firstCommit !== undefined && firstCommit < now ? firstCommit : now);

/** A new key of a keyring. `spki` is its SubjectPublicKeyInfo in DER. */
export const approvalKey = (spki: Uint8Array, validFrom: string): ApprovalKey => ({
  hint: keyHint(spki),
  algorithm: 'ecdsa-p256-sha256',
  publicKey: Buffer.from(spki).toString('base64'),
  validFrom,
});

/** The keyring with one of its keys changed. */
export const withKeyChanged = (
  keyring: Keyring,
  hint: string,
  change: Partial<Pick<ApprovalKey, 'validUntil' | 'revoked'>>,
): Keyring => ({ ...keyring, keys: keyring.keys.map((key) => (key.hint === hint ? { ...key, ...change } : key)) });
