import type { ArtefactReference } from '../../core/artefact.ts';
import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { treeDigest } from '../../core/tree.ts';
import type { Artefact, LockedPackage, Manifest } from '../../schemas/types.ts';
import { unpack } from '../contents.ts';
import { launchFaults } from '../mcpb/launch-faults.ts';
import { hashPackages, placeDependencies } from '../npm/resolve.ts';
import { otherArtefact } from '../other-artefact.ts';
import { labelOf, type TreeType } from '../part.ts';
import type { Resolved, Resolving } from '../resolving.ts';
import { describeArchive, type DescribedArchive } from './describe.ts';
import { fetchTree } from './fetch.ts';
import { treeNamed } from './parts.ts';

type Locked = Pick<Manifest, 'version' | 'launch'> & { readonly artefact: Artefact };

/**
 * Fetches a tree, and reads what it starts and what it brings. What its package.json asks for is resolved as of a date.
 * @throws Failure, also where the manifest contradicts the bundle; Refusal E_DIGEST, E_ARCHIVE, E_UNSUPPORTED and others
 */
export async function resolveTree(
  { kind }: Extract<ArtefactReference, { readonly kind: TreeType }>,
  manifest: Locked,
  asOf: Date,
  resolving: Resolving,
): Promise<Resolved> {
  const { artefact, launch } = manifest;
  const named = treeNamed(manifest, kind);
  if (named === undefined) throw new Error(`${artefact.url} is not of the kind ${kind}`);
  const what = labelOf(named);
  const bytes = await fetchTree(named, resolving.reach);
  const integrity = integrityOf(bytes);
  // A commit has no file of its own to take a digest of.
  const isFile = kind !== 'git';
  if (isFile && sha256(bytes) !== artefact.sha256) throw otherArtefact(artefact.url, sha256(bytes), artefact.sha256);
  const files = await unpack({ ...named, integrity }, bytes);
  const tree = treeDigest(files);
  if (!isFile && tree !== artefact.sha256) throw otherArtefact(artefact.url, tree, artefact.sha256);
  await resolving.blobs.readOr(integrity, async () => bytes);
  const described = describeArchive(kind, files, kind === 'mcpb' ? undefined : launch?.command, what);
  const [fault] = kind === 'mcpb' ? launchFaults(described, launch) : [];
  if (fault !== undefined) throw new Failure(fault.code, fault.message, fault.remedy);
  const archive = { integrity, tree, ...described };
  const packages = await packagesFor(described, what, asOf, resolving);
  return {
    artefact: { url: artefact.url, sha256: artefact.sha256, sha512: sha512(bytes) },
    closure: kind === 'mcpb' ? { kind, archive } : { kind, archive, ...(packages !== undefined && { packages }) },
  };
}

/** The npm packages that must lie beside the tree; undefined where there are none. */
async function packagesFor(
  described: DescribedArchive,
  what: string,
  asOf: Date,
  resolving: Resolving,
): Promise<Record<string, LockedPackage> | undefined> {
  const { dependencies, optionalDependencies, peerDependencies } = described;
  if ((dependencies ?? optionalDependencies ?? peerDependencies) === undefined) return undefined;
  const placement = await placeDependencies(described, what, asOf, resolving.registry);
  return placement.size === 0 ? undefined : hashPackages(placement, resolving);
}
