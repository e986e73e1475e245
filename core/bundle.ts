/**
 * Opens a signed bundle. It checks, in this order: the exact shape, by schema (media type, one DSSE envelope, one
 * signature, a public key hint, no unknown field); that the JSON, the base64 and the signature are in their one
 * canonical form; that the keyring has the key; and the signature itself. A host does this at every start, so it uses
 * node:crypto only. The signer also lets @sigstore/verify confirm each bundle.
 */
import { verify } from 'node:crypto';
import type { Bundle } from '../schemas/types.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import { isCanonicalSignature } from './ecdsa.ts';
import { bundleFormat } from './formats.ts';
import type { OpenKey, OpenKeyring } from './keyring.ts';
import { openFormat } from './open-format.ts';
import { Refusal } from './refusal.ts';

/** A bundle whose signature was checked. Its payload is not parsed yet. */
export interface OpenBundle {
  /** The signed bytes. */
  readonly payload: Uint8Array;
  /** Who signed them. */
  readonly key: OpenKey;
  /** SHA-256 of the bundle's bytes: what records and lists of approvals refer to. */
  readonly digest: string;
}

/** The bytes of a bundle. Only one form is accepted: canonical JSON. */
export const bundleBytes = (bundle: Bundle): Uint8Array => canonicalJson(bundle);

/**
 * `what` is what messages call the bundle.
 * @throws Refusal E_FORMAT, E_TOO_LARGE, E_KEY, E_SIGNATURE
 */
export function openBundle(bytes: Uint8Array, keyring: OpenKeyring, what: string): OpenBundle {
  const bundle = openFormat(bundleFormat, bytes, what);
  if (Buffer.compare(bundleBytes(bundle), bytes) !== 0)
    throw new Refusal('E_FORMAT', `${what} is not canonical JSON`, untouched);
  const { payload, payloadType, signatures } = bundle.dsseEnvelope;
  const signature = decodeBase64(signatures[0]?.sig ?? '', what);
  const payloadBytes = decodeBase64(payload, what);
  if (!isCanonicalSignature(signature))
    throw new Refusal('E_SIGNATURE', `the signature of ${what} is not in canonical form`, untouched);

  const key = keyring.keys.get(bundle.verificationMaterial.publicKey.hint);
  if (key === undefined)
    throw new Refusal(
      'E_KEY',
      `${what} is signed by the key ${bundle.verificationMaterial.publicKey.hint}, which the keyring does not hold`,
      'check that the trust config belongs to this registry, and is the current one',
    );
  const signed = preAuthenticationEncoding(payloadType, payloadBytes);
  if (!verify('sha256', signed, key.publicKey, signature))
    throw new Refusal('E_SIGNATURE', `the signature of ${what} does not verify`, untouched);
  return { payload: payloadBytes, key, digest: sha256(bytes) };
}

const untouched = 'do not use it: it is not what was signed. Tell the operator of the registry';

/** What DSSE signs (https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md). The type is ASCII. */
function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `), payload]);
}

/** Base64 may have unused bits at its end. They must be zero, else one bundle could be written in two ways. */
function decodeBase64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Refusal('E_FORMAT', `${what} has malformed base64`, untouched);
  return bytes;
}
