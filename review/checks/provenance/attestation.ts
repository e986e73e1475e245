/** Opens a Sigstore bundle from an untrusted source: first checks its size, then verifies it, and only then reads it. */
import { bundleFromJSON, type Bundle } from '@sigstore/bundle';
import { toSignedEntity, VerificationError, Verifier, type Signer } from '@sigstore/verify';
import type { UpstreamTrust } from './trust.ts';

/** An attestation that must not be believed. The caller turns this error into a finding. */
export class Unverified extends Error {
  override readonly name = 'Unverified';
}

/** The forms that publishers use. The library would accept everything that begins like one of them. */
const mediaTypes: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
]);

declare const bounded: unique symbol;

/** A bundle of a known form and a limited size. Nothing in it is verified yet. */
export type BoundedBundle = Bundle & { readonly [bounded]: true };

/** @throws Unverified */
export function readBundle(value: unknown): BoundedBundle {
  let bundle: Bundle;
  try {
    bundle = bundleFromJSON(value);
  } catch (cause) {
    throw new Unverified('is not a Sigstore bundle', { cause });
  }
  if (!mediaTypes.has(bundle.mediaType)) throw new Unverified('is a Sigstore bundle of an unknown form');
  if (!isBounded(bundle)) throw new Unverified('has more signatures, proofs or certificates than any bundle needs');
  return bundle as BoundedBundle;
}

const maxEntries = 8;
const maxProofHashes = 64;
const maxCheckpointLength = 8_192;
const maxNumberLength = 20;

/** The time to verify grows with the square of some of these numbers, and with the product of others. */
function isBounded({ verificationMaterial: { content, tlogEntries, timestampVerificationData } }: Bundle): boolean {
  const certificates = content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates : [];
  return (
    certificates.length <= maxEntries &&
    tlogEntries.length <= maxEntries &&
    (timestampVerificationData?.rfc3161Timestamps.length ?? 0) <= maxEntries &&
    tlogEntries.every(
      ({ inclusionProof: proof, integratedTime }) =>
        integratedTime.length <= maxNumberLength &&
        (proof === undefined ||
          (proof.logIndex.length <= maxNumberLength &&
            proof.hashes.length <= maxProofHashes &&
            (proof.checkpoint?.envelope.length ?? 0) <= maxCheckpointLength)),
    )
  );
}

/**
 * Verifies a bundle and returns its signer. It checks the chain up to the trusted authority, the time, which a trusted log or
 * clock must confirm, and the entries in a log of certificates and in a log of signatures. `artefact` is the signed content of
 * a signature without an envelope.
 * @throws Unverified
 */
export function verifyBundle(bundle: BoundedBundle, { material }: UpstreamTrust, artefact?: Uint8Array): Signer {
  try {
    const entity = toSignedEntity(bundle, artefact === undefined ? undefined : Buffer.from(artefact));
    return new Verifier(material, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }).verify(entity);
  } catch (cause) {
    // Malformed parts inside the bundle cause errors of many kinds.
    const why = cause instanceof VerificationError ? inOneLine(cause.message) : 'it is malformed';
    throw new Unverified(`does not verify: ${why}`, { cause });
  }
}

/** Some messages repeat text of the bundle, so the text is cut and made printable. */
const inOneLine = (text: string): string => text.slice(0, 200).replaceAll(/[^\x20-\x7e]/gu, '?');

/** The hint of the signing key that a bundle names; undefined when it is signed with a certificate. */
export function keyHintOf({ verificationMaterial: { content } }: BoundedBundle): string | undefined {
  return content.$case === 'publicKey' ? content.publicKey.hint : undefined;
}

/** The signed bytes of a bundle with an in-toto statement. @throws Unverified */
export function statementBytes({ content }: BoundedBundle): Uint8Array {
  if (content.$case !== 'dsseEnvelope' || content.dsseEnvelope.payloadType !== 'application/vnd.in-toto+json')
    throw new Unverified('contains no in-toto statement');
  return content.dsseEnvelope.payload;
}
