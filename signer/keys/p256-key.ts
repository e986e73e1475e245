/** What every kind of key must be: ECDSA on P-256. */
import { createPublicKey, KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { Failure } from '../../core/failure.ts';
import type { SigningKey } from './signing-key.ts';

/** SubjectPublicKeyInfo of an uncompressed point of 65 bytes on P-256 (RFC 5480, 2), up to the point. */
const spkiHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

const curves = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
]);

/** Describes a key: `an RSA key of 2048 bits`. */
function nameOf(key: KeyObject): string {
  const { asymmetricKeyType: type = 'secret', asymmetricKeyDetails: { namedCurve, modulusLength } = {} } = key;
  if (type.startsWith('rsa')) return `an RSA key of ${modulusLength} bits`;
  if (type === 'ec') return `an ECDSA key on ${curves.get(namedCurve ?? '') ?? namedCurve ?? 'a curve without a name'}`;
  return `a key of the type ${type}`;
}

/**
 * A key that cannot be used here. In the message, `found` follows "is". `found` and the address must not contain a
 * secret.
 */
export const wrongKey = (address: string, found: string, remedy: string, cause?: unknown): Failure =>
  new Failure(
    'wrong-key',
    `the key ${address} is ${found}, and an ECDSA key on P-256 that may sign is needed`,
    remedy,
    {
      cause,
    },
  );

/**
 * The one form of SubjectPublicKeyInfo in DER that we write for a public key. Its digest identifies the key.
 * @throws Failure `wrong-key`
 */
export function spkiOf(given: KeyObject | Uint8Array, address: string): Uint8Array {
  const key = given instanceof KeyObject ? given : readSpki(given, address);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw wrongKey(address, nameOf(key), 'name another key, or make one with the curve P-256');
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return spkiOfPoint(Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
}

/** SubjectPublicKeyInfo in DER of an uncompressed point of 65 bytes. */
export const spkiOfPoint = (point: Uint8Array): Uint8Array => Buffer.concat([spkiHead, point]);

function readSpki(der: Uint8Array, address: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw wrongKey(address, 'none whose public half can be read', 'name another key', cause);
  }
}

/**
 * Whether a DER signature over a digest was made by the private half of a public key. Both values of s are accepted.
 */
export function belongsTo(spki: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    const point = spki.subarray(spkiHead.byteLength);
    return p256.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}

/** Signs with a private key on P-256 in this process's memory. */
export function inMemory(key: KeyObject): Pick<SigningKey, 'publicKey' | 'signDigest'> {
  const { d } = key.export({ format: 'jwk' });
  const secret = Buffer.from(d ?? '', 'base64url');
  return {
    publicKey: async () => createPublicKey(key).export({ format: 'der', type: 'spki' }),
    // node:crypto always hashes what it signs. This library can sign a digest as it is.
    signDigest: async (digest) => p256.sign(digest, secret, { prehash: false, lowS: true, format: 'der' }),
  };
}
