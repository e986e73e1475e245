/** Reads the attestations of a package at the npm registry: by the build that made it, and by npm, which published it. */
import { Failure } from '../../../core/failure.ts';
import { packageUrl, type ArtefactReference } from '../../../core/artefact.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json.ts';
import { maxAttestations } from '../../../core/limits.ts';
import type { NpmRegistry } from '../../../artefacts/npm/registry.ts';
import { keyHintOf, readBundle, statementBytes, Unverified, verifyBundle } from './attestation.ts';
import { buildIdentityOf, issuerOf } from './build-identity.ts';
import { disagreements, gather, type Evidence } from './evidence.ts';
import { checkSource, readStatement, textOf, slsaProvenance, type UpstreamStatement } from './statement.ts';
import type { UpstreamTrust } from './trust.ts';

type NpmReference = Extract<ArtefactReference, { kind: 'npm' }>;

const publishPredicate = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';

/**
 * `sha512` is that of the tarball, in hexadecimal.
 * @throws Failure as `NpmRegistry.attestations`, `not-attestations`; Refusal E_TOO_LARGE
 */
export async function npmEvidence(
  reference: NpmReference,
  sha512: string,
  registry: Pick<NpmRegistry, 'attestations'>,
  trust: UpstreamTrust,
): Promise<Evidence> {
  const { name, version } = reference;
  const answer = await registry.attestations(name, version);
  if (answer === undefined) return nothing('the npm registry has no attestations of it');
  const all = readAnswer(answer, `${name}@${version}`);
  const known = all.filter(({ predicateType }) => isKnown(predicateType));
  if (known.length === 0) return nothing('the npm registry has no attestation of its build');
  if (known.length > maxAttestations)
    return {
      builds: [],
      broken: [`is one of ${known.length}; at most ${maxAttestations} are checked`],
      remarks: [],
    };
  const evidence = gather(known, ({ predicateType, bundle }) => {
    const opened = readBundle(bundle);
    if (predicateType === publishPredicate) {
      const hint = keyHintOf(opened);
      if (hint === undefined) throw new Unverified("claims to be npm's own, but is signed with a certificate");
      if (!trust.knowsKey(hint)) return "npm's own attestation is signed with a key that is not known here";
      verifyBundle(opened, trust);
      checkPublished(
        openStatement(statementBytes(opened), publishPredicate, reference, sha512),
        reference,
        trust.npmRegistry,
      );
      return 'npm attests that it published it';
    }
    if (keyHintOf(opened) !== undefined) throw new Unverified('claims to be from a build, but is signed with a key');
    const signer = verifyBundle(opened, trust);
    const build = buildIdentityOf(signer);
    if (build === undefined)
      throw new Unverified(`is signed by an identity of ${issuerOf(signer) ?? 'no issuer'}, which is not a build`);
    checkSource(openStatement(statementBytes(opened), predicateType, reference, sha512), build);
    return build;
  });
  const { builds, broken, remarks } = evidence;
  return {
    builds,
    broken: [...broken, ...disagreements(builds)],
    remarks: builds.length === 0 ? ['no build is attested', ...remarks] : remarks,
  };
}

const nothing = (remark: string): Evidence => ({ builds: [], broken: [], remarks: [remark] });

const isKnown = (predicateType: string): boolean =>
  predicateType === publishPredicate || slsaProvenance.has(predicateType);

interface ServedAttestation {
  /** Not signed. */
  readonly predicateType: string;
  readonly bundle: unknown;
}

function readAnswer(answer: Uint8Array, spec: string): ServedAttestation[] {
  const list = attestationsIn(answer);
  if (list === undefined)
    throw new Failure(
      'not-attestations',
      `the npm registry's answer about attestations of ${spec} is not a list of them`,
      'check the registry that npm is configured with',
    );
  return list
    .filter((it): it is JsonObject => isJsonObject(it))
    .map(({ predicateType, bundle }) => ({ predicateType: textOf(predicateType), bundle }));
}

function attestationsIn(answer: Uint8Array): unknown[] | undefined {
  try {
    const value = parseJson(answer);
    const list = isJsonObject(value) ? value['attestations'] : undefined;
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Opens a statement. It must be about only this package, with exactly the tarball that the lock pins. */
function openStatement(
  payload: Uint8Array,
  predicateType: string,
  reference: NpmReference,
  sha512: string,
): UpstreamStatement {
  const statement = readStatement(payload);
  const [subject, ...others] = statement.subjects;
  const url = packageUrl(reference, '');
  if (statement.predicateType !== predicateType)
    throw new Unverified('has another predicate type than the registry says');
  if (subject?.name !== url || others.length > 0) throw new Unverified(`does not have ${url} as its only subject`);
  if (subject.digest['sha512'] !== sha512)
    throw new Unverified(`is about another tarball: its sha512 is not ${sha512}, which the lock pins`);
  return statement;
}

function checkPublished({ predicate }: UpstreamStatement, { name, version }: NpmReference, registry: string): void {
  if (predicate['name'] !== name || predicate['version'] !== version || predicate['registry'] !== registry)
    throw new Unverified(`is npm's own, but is not about ${name}@${version} on ${registry}`);
}
