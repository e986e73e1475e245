/** What the registries say about newer versions of an artefact, by its kind. */
import type { ArtefactReference } from '../core/artefact.ts';
import { sha256 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import type { Artefact } from '../schemas/types.ts';
import { byCooldown, type NewerVersions } from './newer.ts';
import { newerVersions as newerOfNpm } from './npm/newer.ts';
import { NoSuchPackage } from './npm/registry.ts';
import { newerTags } from './oci/newer.ts';
import type { OpenSources } from './open-sources.ts';
import { newerVersions as newerOfPypi } from './pypi/newer.ts';
import { rootWheel } from './pypi/root-wheel.ts';

/** An artefact that a registry publishes in versions. Those of an image are its tags. */
export type Versioned = Extract<ArtefactReference, { readonly kind: 'npm' | 'pypi' | 'oci' }>;

export const isVersioned = (reference: ArtefactReference | undefined): reference is Versioned =>
  reference?.kind === 'npm' || reference?.kind === 'pypi' || reference?.kind === 'oci';

/** How a registry calls it. */
export const nameAndVersion = (artefact: Versioned): { readonly name: string; readonly version: string } =>
  artefact.kind === 'oci' ? { name: `${artefact.host}/${artefact.path}`, version: artefact.tag } : artefact;

/** The newer versions that a server may move to. @throws Failure if the registry does not answer */
export async function newerThan(
  artefact: Versioned,
  cooldownDays: number,
  now: Date,
  { registry, index, images }: OpenSources,
): Promise<NewerVersions> {
  switch (artefact.kind) {
    case 'npm':
      return newerOfNpm(await registry.packument(artefact.name), artefact.version, cooldownDays, now);
    case 'pypi':
      return newerOfPypi(await (await index()).project(artefact.name), artefact.version, cooldownDays, now);
    case 'oci': {
      const tags = newerTags(await images(artefact.host, artefact.path).tags(), artefact.tag);
      // Registries say nothing of when a tag was pushed, and the date inside an image is its builder's word.
      const newer = tags.map((version) => ({ version, publishedAt: undefined }));
      return byCooldown(newer, cooldownDays, now);
    }
    default:
      return artefact satisfies never;
  }
}

/** A version of an artefact, as a manifest pins it. @throws Failure `no-such-package` among others */
export async function artefactAt(
  artefact: Versioned,
  version: string,
  { registry, index, images }: OpenSources,
): Promise<Artefact> {
  switch (artefact.kind) {
    case 'npm': {
      const { name } = artefact;
      if ((await registry.packument(name)).versions[version] === undefined)
        throw new NoSuchPackage(`${name}@${version}`, undefined);
      return { url: `npm:${name}@${version}`, sha256: sha256(await registry.tarball(name, version)) };
    }
    case 'pypi': {
      const { name } = artefact;
      const wheel = rootWheel(await (await index()).project(name), version);
      if (wheel.sha256 === undefined)
        throw new Failure(
          'no-digest',
          `the package index gives no sha256 of ${wheel.file}`,
          'use an index that gives it',
        );
      return { url: `pypi:${name}==${version}`, sha256: wheel.sha256 };
    }
    case 'oci': {
      const { host, path } = artefact;
      const bytes = await images(host, path).manifestBytes(version);
      if (bytes === undefined)
        throw new Failure('no-such-image', `${host} has no ${path}:${version}`, 'name one of its tags');
      return { url: `oci://${host}/${path}:${version}`, sha256: sha256(bytes) };
    }
    default:
      return artefact satisfies never;
  }
}
