/** What the registries say about newer versions of an artefact, by its kind. */
import type { ArtefactReference } from '../core/artefact.ts';
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import type { Artefact } from '../schemas/types.ts';
import type { NewerVersions } from './newer.ts';
import { newerVersions as newerOfNpm } from './npm/newer.ts';
import { NoSuchPackage } from './npm/registry.ts';
import type { OpenSources } from './open-sources.ts';
import { newerVersions as newerOfPypi } from './pypi/newer.ts';
import { rootWheel } from './pypi/root-wheel.ts';

/** An artefact that a registry publishes in versions. */
export type Versioned = Extract<ArtefactReference, { readonly version: string }>;

export const isVersioned = (reference: ArtefactReference | undefined): reference is Versioned =>
  reference !== undefined && 'version' in reference;

/** The newer versions that a server may move to. @throws Failure if the registry does not answer */
export async function newerThan(
  artefact: Versioned,
  cooldownDays: number,
  now: Date,
  { registry, index }: OpenSources,
): Promise<NewerVersions> {
  switch (artefact.kind) {
    case 'npm':
      return newerOfNpm(await registry.packument(artefact.name), artefact.version, cooldownDays, now);
    case 'pypi':
      return newerOfPypi(await (await index()).project(artefact.name), artefact.version, cooldownDays, now);
    default:
      return artefact satisfies never;
  }
}

/** A version of an artefact, as a manifest pins it. @throws Failure `no-such-package` among others */
export async function artefactAt(
  { kind, name }: Versioned,
  version: string,
  { registry, index }: OpenSources,
): Promise<Artefact> {
  switch (kind) {
    case 'npm': {
      if ((await registry.packument(name)).versions[version] === undefined)
        throw new NoSuchPackage(`${name}@${version}`, undefined);
      return { url: `npm:${name}@${version}`, sha256: sha256(await registry.tarball(name, version)) };
    }
    case 'pypi': {
      const wheel = rootWheel(await (await index()).project(name), version);
      if (wheel.sha256 === undefined)
        throw new Failure(
          'no-digest',
          `the package index gives no sha256 of ${wheel.file}`,
          'use an index that gives it',
        );
      return { url: `pypi:${name}==${version}`, sha256: wheel.sha256 };
    }
    default:
      return kind satisfies never;
  }
}
