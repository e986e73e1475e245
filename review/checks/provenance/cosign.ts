/**
 * Finds the signatures of a container image: cosign signatures under a tag made from the digest
 * (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md), and Sigstore bundles that refer to the image
 * (https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md).
 */
import { X509Certificate } from 'node:crypto';
import type { Signer } from '@sigstore/verify';
import { sha256 } from '../../../core/digest.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { maxAttestationBytes, maxAttestations, maxSignaturePayloadBytes } from '../../../core/limits.ts';
import { keyHintOf, readBundle, statementBytes, Unverified, verifyBundle } from './attestation.ts';
import { buildIdentityOf, issuerOf, type BuildIdentity } from './build-identity.ts';
import { gather, type Evidence } from './evidence.ts';
import { descriptorsOf, type OciRepository } from '../../../artefacts/oci/registry.ts';
import { checkSource, readObject, readStatement, slsaProvenance, textOf } from './statement.ts';
import type { UpstreamTrust } from './trust.ts';

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signaturePredicate = 'https://sigstore.dev/cosign/sign/v1';

const annotation = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  log: 'dev.sigstore.cosign/bundle',
} as const;

/**
 * `digest` is that of the index or the manifest, in hexadecimal.
 * @throws Failure, Refusal as `OciRepository`
 */
export async function ociEvidence(digest: string, repository: OciRepository, trust: UpstreamTrust): Promise<Evidence> {
  const [signatures, bundles] = [await signaturesOf(digest, repository), await bundlesOf(digest, repository)];
  if (signatures.length + bundles.length === 0)
    return { builds: [], broken: [], remarks: ['the container registry has no signature of it'] };
  return gather([...signatures, ...bundles], (it) =>
    it.kind === 'signature' ? signerOfPayload(it, digest, trust) : signerOfBundle(it.bytes, digest, trust),
  );
}

interface Signature {
  readonly kind: 'signature';
  readonly payload: Buffer;
  readonly annotations: JsonObject;
}

interface AttachedBundle {
  readonly kind: 'bundle';
  readonly bytes: Buffer;
}

async function signaturesOf(digest: string, repository: OciRepository): Promise<Signature[]> {
  const manifest = await repository.manifest(`sha256-${digest}.sig`);
  const layers = descriptorsOf(manifest?.['layers']).filter((it) => it['mediaType'] === payloadType);
  const signatures: Signature[] = [];
  for (const { digest: blob, annotations } of layers.slice(0, maxAttestations))
    signatures.push({
      kind: 'signature',
      payload: await repository.blob(blob, maxSignaturePayloadBytes),
      annotations: isJsonObject(annotations) ? annotations : {},
    });
  return signatures;
}

async function bundlesOf(digest: string, repository: OciRepository): Promise<AttachedBundle[]> {
  const bundles: AttachedBundle[] = [];
  for (const referrer of await repository.referrers(`sha256:${digest}`, bundleType)) {
    const manifest = await repository.manifest(referrer);
    const layer = descriptorsOf(manifest?.['layers']).find((it) => it['mediaType'] === bundleType);
    if (layer !== undefined)
      bundles.push({ kind: 'bundle', bytes: await repository.blob(layer.digest, maxAttestationBytes) });
  }
  return bundles;
}

function signerOfPayload(
  { payload, annotations }: Signature,
  digest: string,
  trust: UpstreamTrust,
): BuildIdentity | string {
  const {
    [annotation.signature]: signature,
    [annotation.certificate]: certificate,
    [annotation.log]: log,
  } = annotations;
  if (typeof certificate !== 'string') return 'it is signed with a key that is not known here';
  if (typeof log !== 'string') return 'its signature is in no public log';
  const bundle = readBundle(asBundle(payload, textOf(signature), certificate, log));
  const signer = verifyBundle(bundle, trust, payload);
  const critical = readObject(payload, 'a payload')['critical'];
  const image = isJsonObject(critical) ? critical['image'] : undefined;
  if (!isJsonObject(image) || image['docker-manifest-digest'] !== `sha256:${digest}`)
    throw new Unverified(`is about another image than sha256:${digest}`);
  return buildOr(signer);
}

function signerOfBundle(bytes: Buffer, digest: string, trust: UpstreamTrust): BuildIdentity | string {
  const bundle = readBundle(readObject(bytes, 'a bundle'));
  if (keyHintOf(bundle) !== undefined) return 'it is signed with a key that is not known here';
  const signer = verifyBundle(bundle, trust);
  const statement = readStatement(statementBytes(bundle));
  if (!statement.subjects.some((subject) => subject.digest['sha256'] === digest))
    throw new Unverified(`is about another image than sha256:${digest}`);
  const { predicateType } = statement;
  if (slsaProvenance.has(predicateType)) {
    const build = buildIdentityOf(signer);
    if (build !== undefined) checkSource(statement, build);
  } else if (predicateType !== signaturePredicate) return 'it has attestations of other kinds than its build';
  return buildOr(signer);
}

/** Anyone may sign an image. A signer that is not a build is named, but proves nothing about the origin. */
const buildOr = (signer: Signer): BuildIdentity | string =>
  buildIdentityOf(signer) ?? `it is signed by an identity of ${issuerOf(signer) ?? 'no issuer'}, which is not a build`;

/** Converts the annotations of a signature to an equal bundle (v0.1). */
function asBundle(payload: Buffer, signature: string, certificate: string, log: string): JsonObject {
  const { SignedEntryTimestamp: promise, Payload: entry } = readObject(Buffer.from(log), 'a log entry');
  if (!isJsonObject(entry)) throw new Unverified('contains a log entry without a payload');
  const { body, integratedTime, logIndex, logID } = entry;
  const { kind, apiVersion } = readObject(Buffer.from(textOf(body), 'base64'), 'a log entry');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: derOf(certificate) }] },
      tlogEntries: [
        {
          logIndex: textOf(logIndex),
          logId: { keyId: Buffer.from(textOf(logID), 'hex').toString('base64') },
          kindVersion: { kind: textOf(kind), version: textOf(apiVersion) },
          integratedTime: textOf(integratedTime),
          inclusionPromise: { signedEntryTimestamp: promise },
          canonicalizedBody: body,
        },
      ],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(sha256(payload), 'hex').toString('base64') },
      signature,
    },
  };
}

function derOf(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64');
  } catch (cause) {
    throw new Unverified('contains a malformed certificate', { cause });
  }
}
