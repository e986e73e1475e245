import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { SigningKey } from './signing-key.ts';

/** Signs bytes: ECDSA over their SHA-256, in DER, with the lower of the two valid values of s (`core/ecdsa.ts`). */
export async function signBytes(key: SigningKey, bytes: Uint8Array): Promise<Uint8Array> {
  const der = await key.signDigest(createHash('sha256').update(bytes).digest());
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  const order = p256.Point.Fn.ORDER;
  // Key services may return either value.
  return new p256.Signature(r, s > order / 2n ? order - s : s).toBytes('der');
}
