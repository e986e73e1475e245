/** Where the parts of a lock are fetched from, by the kind of package. */
import type { Blobs } from './blobs.ts';
import type { NpmRegistry } from './npm/registry.ts';
import type { PackageIndex } from './pypi/index-client.ts';
import type { PinnedPackage } from './part.ts';

export interface Sources {
  readonly registry: Pick<NpmRegistry, 'tarball'>;
  readonly index: () => Promise<Pick<PackageIndex, 'wheel'>>;
}

/** The bytes of a package, as its registry serves them. Whoever stores them checks them. @throws Failure, Refusal */
export async function fetchPart(part: PinnedPackage, { registry, index }: Sources): Promise<Buffer> {
  switch (part.type) {
    case 'npm':
      return registry.tarball(part.name, part.version, part.integrity);
    case 'pypi':
      return (await index()).wheel(part.name, part.file ?? '');
    default:
      return part.type satisfies never;
  }
}

/** The same, from what is stored if it is. @throws Refusal E_DIGEST among others */
export const storedPart = (
  part: PinnedPackage,
  { blobs, ...sources }: Sources & { readonly blobs: Blobs },
): Promise<Buffer> => blobs.readOr(part.integrity, () => fetchPart(part, sources));
