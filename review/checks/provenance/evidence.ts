/** What was found of an artefact's origin, before it is known what the manifest says of it. */
import { Unverified } from './attestation.ts';
import type { BuildIdentity } from './build-identity.ts';

export interface Evidence {
  /** Builds that were proved to have made the artefact. */
  readonly builds: readonly BuildIdentity[];
  /** What is wrong with attestations that were served and are not to be believed. */
  readonly broken: readonly string[];
  /** What else was seen, in words: why there is no build, or what was verified beside it. */
  readonly remarks: readonly string[];
}

/** Looks at attestations one by one: each is a build, a remark, or broken. */
export function gather<T>(attestations: readonly T[], look: (attestation: T) => BuildIdentity | string): Evidence {
  const builds: BuildIdentity[] = [];
  const [broken, remarks] = [new Set<string>(), new Set<string>()];
  for (const attestation of attestations)
    try {
      const found = look(attestation);
      if (typeof found === 'string') remarks.add(found);
      else builds.push(found);
    } catch (error) {
      if (!(error instanceof Unverified)) throw error;
      broken.add(error.message);
    }
  return { builds, broken: [...broken], remarks: [...remarks] };
}
