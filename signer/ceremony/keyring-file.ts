/** Changes of a keyring: a key comes, is retired, or is revoked. */
import { keyHint } from '../../core/keyring.ts';
import { toSecond } from '../../core/time.ts';
import type { ApprovalKey, Keyring } from '../../schemas/types.ts';

/**
 * From when on a new key is valid, where nothing else is asked for: from the first commit of the registry. An approval
 * bears the time of its merge, and a new key also approves what was merged before the key was made.
 *
 * A thief gains nothing by it. Whoever holds a key writes any time of its window, the present included, and the end of
 * the approval too. What ends a stolen key is its revocation, which looks at no time: it lists what stays valid. And the
 * time in an approval stays that of the merge, so that a new key makes no approval longer, and none newer than a
 * revocation.
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
