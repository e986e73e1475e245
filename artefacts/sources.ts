/** Where what a lock pins is fetched from, by the kind of artefact. */
import { integrityOf } from '../core/digest.ts';
import type { Reach } from '../core/download.ts';
import { Refusal } from '../core/refusal.ts';
import type { Blobs } from './blobs.ts';
import type { NpmRegistry } from './npm/registry.ts';
import type { OpenImages } from './oci/registry.ts';
import type { PackageIndex } from './pypi/index-client.ts';
import { labelOf, type PinnedPackage, type TreeType } from './part.ts';
import { fetchTree } from './trees/fetch.ts';

export interface Sources {
  /** Of the addresses of bundles, tarballs and git commits. Absent: any. */
  readonly reach?: Reach;
  readonly registry: Pick<NpmRegistry, 'tarball'>;
  readonly index: () => Promise<Pick<PackageIndex, 'wheel'>>;
  readonly images: OpenImages;
}

/** Where parts come from. */
export type PartSources = Pick<Sources, 'registry' | 'index' | 'reach'>;

/** The bytes of a part, as its registry or its address serves them. Whoever stores them checks them. @throws Failure, Refusal */
export async function fetchPart(part: PinnedPackage, { registry, index, reach }: PartSources): Promise<Buffer> {
  switch (part.type) {
    case 'npm':
      return registry.tarball(part.name, part.version, part.integrity);
    case 'pypi':
      return (await index()).wheel(part.name, part.file ?? '');
    case 'mcpb':
    case 'tarball':
    case 'git':
      return fetchPinned({ ...part, type: part.type }, reach);
    default:
      return part.type satisfies never;
  }
}

/** The same, from what is stored if it is. @throws Refusal E_DIGEST among others */
export const storedPart = (
  part: PinnedPackage,
  { blobs, ...sources }: PartSources & { readonly blobs: Blobs },
): Promise<Buffer> => blobs.readOr(part.integrity, () => fetchPart(part, sources));

/** The address may serve something else by now. */
async function fetchPinned(
  part: PinnedPackage & { readonly type: TreeType },
  reach: Reach | undefined,
): Promise<Buffer> {
  const bytes = await fetchTree(part, reach);
  if (integrityOf(bytes) === part.integrity) return bytes;
  throw new Refusal(
    'E_DIGEST',
    `${labelOf(part)} has the integrity ${integrityOf(bytes)}, not ${part.integrity}`,
    'do not use it: its address serves other bytes than were approved',
  );
}
