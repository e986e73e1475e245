/** Finds out where an artefact comes from, if its publisher attests it and the attestation can be verified. */
import { partsOf, rootOf } from '../../../artefacts/kinds.ts';
import { labelOf } from '../../../artefacts/part.ts';
import { parseArtefactUrl } from '../../../core/artefact.ts';
import type { Artefact, Lock, Manifest, Provenance } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import { outcomeOf, type Check } from '../../verdict/check.ts';
import type { BuildIdentity } from './build-identity.ts';
import { ociEvidence } from './cosign.ts';
import type { Evidence } from './evidence.ts';
import { npmEvidence } from './npm-attestations.ts';
import { pypiEvidence, type PinnedFile } from './pypi-attestations.ts';
import { isSameRepository } from './repository-address.ts';
import type { ProvenanceSources } from './sources.ts';

export const provenanceCheck: Check<{ readonly provenance: ProvenanceSources }> = async (
  { manifest, lock },
  { provenance: sources },
) => {
  const { provenance, observations, detail } = await findProvenance(manifest.value, lock?.value, sources);
  return { ...outcomeOf(detail, observations), provenance };
};

export interface ProvenanceReview {
  readonly provenance: Provenance;
  readonly observations: readonly Observation[];
  /** What was checked, in words. */
  readonly detail: string;
}

/**
 * A registry may answer that there is no attestation. If it does not answer, this is a failure.
 * @throws Failure `network`, `http-status` and others of the registries; Refusal E_TOO_LARGE, E_DIGEST
 */
export async function findProvenance(
  manifest: Pick<Manifest, 'artefact' | 'repository'>,
  lock: Lock | undefined,
  sources: ProvenanceSources,
): Promise<ProvenanceReview> {
  const { artefact, repository } = manifest;
  if (artefact === undefined) return none('an endpoint is not a built artefact');
  const reference = parseArtefactUrl(artefact.url);
  switch (reference?.kind) {
    case 'npm':
      if (lock?.artefact === undefined) return none('without a lock the tarball is not known');
      return conclude(
        await npmEvidence(reference, lock.artefact.sha512, sources.npm, sources.trust),
        nameOf(artefact),
        repository,
      );
    case 'oci':
      return conclude(
        await ociEvidence(artefact.sha256, sources.oci(reference.host, reference.path), sources.trust),
        nameOf(artefact),
        repository,
      );
    case 'pypi':
      if (lock === undefined) return none('without a lock the wheels are not known');
      return conclude(
        await pypiEvidence(reference.name, rootWheels(lock), await sources.pypi(), sources.trust),
        nameOf(artefact),
        repository,
      );
    case 'mcpb':
    case 'tarball':
    case 'git':
    case undefined:
      return none('attestations are searched only at npm, PyPI and container registries');
    default:
      return reference satisfies never;
  }
}

/** All wheels of the package that the lock is for: those of the same version as the one that is its artefact. */
function rootWheels(lock: Lock): PinnedFile[] {
  const parts = partsOf(lock);
  const root = parts.find(({ folder }) => folder === rootOf(lock));
  return parts.flatMap((part) =>
    root !== undefined && labelOf(part) === labelOf(root) && part.file !== undefined && 'sha256' in part.entry
      ? [{ file: part.file, sha256: part.entry.sha256 }]
      : [],
  );
}

const none = (why: string): ProvenanceReview => ({ provenance: { kind: 'none', why }, observations: [], detail: why });

/** Its address as people write it, without the word for its kind: `zod@4.1.0`, `ghcr.io/example/server:1.0.0`. */
const nameOf = ({ url }: Artefact): string => url.replace(/^[a-z]+:(?:\/\/)?/u, '');

function conclude({ builds, broken, remarks }: Evidence, name: string, declared: string | undefined): ProvenanceReview {
  const isDeclared = (build: BuildIdentity): boolean =>
    declared === undefined || isSameRepository(build.repository, declared);
  // Anyone who may write to a container registry may add another signature to that of the build.
  const build = builds.find(isDeclared) ?? builds[0];
  const observations: Observation[] = broken.map((reason) => ({
    rule: 'provenance-invalid',
    level: 'block',
    subject: name.slice(0, maxSubjectLength),
    message: `the attestation of ${name} ${reason}`,
    remedy: 'do not use it before its publisher has explained this: these bytes may not be those that were built',
  }));
  if (build !== undefined && !isDeclared(build))
    observations.push({
      rule: 'provenance-repository',
      level: 'review',
      subject: build.repository,
      field: ['repository'],
      message: `${name} was built from ${build.repository}, but the manifest names ${declared}`,
      remedy: 'correct `repository` in the manifest if that is where it is developed; otherwise ask who publishes it',
    });
  const refused = broken.length > 0 ? ['its attestation does not verify'] : [];
  if (build === undefined) {
    const why = [...refused, ...remarks].join('; ').slice(0, maxWhyLength);
    return { provenance: { kind: 'none', why }, observations, detail: why };
  }
  const detail = ['its build was verified', ...(broken.length > 0 ? ['other attestations were not'] : []), ...remarks];
  return { provenance: { kind: 'verified', ...build }, observations, detail: detail.join('; ') };
}

// The same limits as in schemas/review.schema.json.
const maxWhyLength = 500;
const maxSubjectLength = 500;
