/** Changes of a keyring: a key comes, is retired, or is revoked. */
import { keyHint } from '../../core/keyring.ts';
import type { ApprovalKey, Keyring } from '../../schemas/types.ts';

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
