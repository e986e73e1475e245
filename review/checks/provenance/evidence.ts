/** What was found about the origin of an artefact, before it is compared with the manifest. */
import { Unverified } from './attestation.ts';
import type { BuildIdentity } from './build-identity.ts';

export interface Evidence {
  /** Builds that were proved to have made the artefact. */
  readonly builds: readonly BuildIdentity[];
  /** What is wrong with attestations that must not be believed. */
  readonly broken: readonly string[];
  /** Other results, in words: why there is no build, or what else was verified. */
  readonly remarks: readonly string[];
}

/** Checks attestations one by one: each is a build, a remark, or broken. */
export function gather<T>(attestations: readonly T[], check: (attestation: T) => BuildIdentity | string): Evidence {
  const builds: BuildIdentity[] = [];
  const [broken, remarks] = [new Set<string>(), new Set<string>()];
  for (const attestation of attestations)
    try {
      const found = check(attestation);
      if (typeof found === 'string') remarks.add(found);
      else builds.push(found);
    } catch (error) {
      if (!(error instanceof Unverified)) throw error;
      broken.add(error.message);
    }
  return { builds, broken: [...broken], remarks: [...remarks] };
}

/** What is wrong where several builds are said to have made the same artefact. */
export function disagreements([first, ...others]: readonly BuildIdentity[]): string[] {
  const same = others.every((it) => it.repository === first?.repository && it.commit === first.commit);
  return same ? [] : ['and another one name different builds'];
}
