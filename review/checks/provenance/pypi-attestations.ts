/** Reads the attestations of wheels at a package index (PEP 740): by the workflow that published them. */
import type { PackageIndex } from '../../../artefacts/pypi/index-client.ts';
import { Failure } from '../../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json.ts';
import { maxAttestations } from '../../../core/limits.ts';
import { readBundle, statementBytes, Unverified, verifyBundle } from './attestation.ts';
import { buildIdentityOf, issuerOf, type BuildIdentity } from './build-identity.ts';
import { disagreements, gather, type Evidence } from './evidence.ts';
import { checkSource, readStatement, slsaProvenance } from './statement.ts';
import type { UpstreamTrust } from './trust.ts';

/** A wheel that the lock pins. */
export interface PinnedFile {
  readonly file: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** PEP 740's attestation of an upload, under the address of the docs of the index. */
const publishPredicate = /^https:\/\/docs\.[a-z0-9.-]+\/attestations\/publish\/v1$/u;

/**
 * Hosts may install any of the wheels of a package, so there is a build only if each of them has one, and all the same.
 * What the index says about the publisher is not signed, and not looked at: the certificate names the workflow.
 * @throws Failure as `PackageIndex.provenance`, `not-attestations`; Refusal E_TOO_LARGE
 */
export async function pypiEvidence(
  name: string,
  wheels: readonly PinnedFile[],
  index: Pick<PackageIndex, 'provenance'>,
  trust: UpstreamTrust,
): Promise<Evidence> {
  if (wheels.length === 0) return nothing('the lock pins no wheel of it');
  const found: Evidence[] = [];
  for (const wheel of wheels) found.push(await evidenceOf(name, wheel, index, trust));
  const broken = [...new Set(found.flatMap((each) => each.broken))];
  const remarks = [...new Set(found.flatMap((each) => each.remarks))];
  const unattested = found.filter(({ builds }) => builds.length === 0).length;
  if (unattested > 0) {
    const some =
      unattested < wheels.length ? [`${unattested} of its ${wheels.length} wheels have no attested build`] : [];
    return { builds: [], broken, remarks: [...some, ...remarks] };
  }
  const builds = found.flatMap((each) => each.builds);
  return { builds, broken: [...broken, ...disagreements(builds)], remarks };
}

const nothing = (remark: string): Evidence => ({ builds: [], broken: [], remarks: [remark] });

async function evidenceOf(
  name: string,
  wheel: PinnedFile,
  index: Pick<PackageIndex, 'provenance'>,
  trust: UpstreamTrust,
): Promise<Evidence> {
  const answer = await index.provenance(name, wheel.file);
  const all = answer === undefined ? [] : readAnswer(answer, wheel.file);
  if (all.length === 0) return nothing('the package index has no attestations of it');
  if (all.length > maxAttestations)
    return {
      builds: [],
      broken: [`is one of ${all.length}; at most ${maxAttestations} are checked`],
      remarks: [],
    };
  return gather(all, (attestation) => buildIn(attestation, wheel, trust));
}

function readAnswer(answer: Uint8Array, file: string): unknown[] {
  const bundles = bundlesIn(answer);
  if (bundles === undefined)
    throw new Failure(
      'not-attestations',
      `the package index's answer about attestations of ${file} is not a list of them`,
      'check the package index that uv or pip is configured with',
    );
  return bundles.flatMap((bundle): unknown[] => {
    const list = isJsonObject(bundle) ? bundle['attestations'] : undefined;
    return Array.isArray(list) ? list : [];
  });
}

/** One for each publisher. */
function bundlesIn(answer: Uint8Array): unknown[] | undefined {
  try {
    const value = parseJson(answer);
    const list = isJsonObject(value) && value['version'] === 1 ? value['attestation_bundles'] : undefined;
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function buildIn(attestation: unknown, { file, sha256 }: PinnedFile, trust: UpstreamTrust): BuildIdentity | string {
  const bundle = readBundle(asBundle(attestation));
  const signer = verifyBundle(bundle, trust);
  const statement = readStatement(statementBytes(bundle));
  const [subject, ...others] = statement.subjects;
  if (subject?.name !== file || others.length > 0) throw new Unverified(`does not have ${file} as its only subject`);
  if (subject.digest['sha256'] !== sha256)
    throw new Unverified(`is about another wheel: its sha256 is not ${sha256}, which the lock pins`);
  const { predicateType } = statement;
  const isSlsa = slsaProvenance.has(predicateType);
  if (!publishPredicate.test(predicateType) && !isSlsa) return 'it has attestations of other kinds than its build';
  const build = buildIdentityOf(signer);
  // Packages can be published by accounts of a cloud, too, which say nothing about where a package comes from.
  if (build === undefined)
    return `it is signed by an identity of ${issuerOf(signer) ?? 'no issuer'}, which is not a build`;
  if (isSlsa) checkSource(statement, build);
  return build;
}

/** The same in the form of a Sigstore bundle (PEP 740, attestation objects). */
function asBundle(attestation: unknown): JsonObject {
  const { version, verification_material: material, envelope } = isJsonObject(attestation) ? attestation : {};
  if (version !== 1 || !isJsonObject(material) || !isJsonObject(envelope))
    throw new Unverified('is of an unknown form');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: material['certificate'] },
      tlogEntries: material['transparency_entries'],
    },
    dsseEnvelope: {
      payload: envelope['statement'],
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: envelope['signature'], keyid: '' }],
    },
  };
}
