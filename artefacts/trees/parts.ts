/** A tree of files as a part of a lock: a bundle, a tarball, or the files of a git commit; and the npm packages beside it. */
import { parseArtefactUrl } from '../../core/artefact.ts';
import type { GitClosure, LockedArtefact, LockedPackage, McpbClosure, TarballClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import { platformOf } from '../npm/parts.ts';
import type { Part, PartName, TreeType } from '../part.ts';

export type TreeClosure = McpbClosure | TarballClosure | GitClosure;

/** The tree's own folder. Node finds the packages in the `node_modules` beside it. */
export const treeFolder = 'tree';

/** What a tree is called by its address. Undefined where that is of another kind. */
export function treeNamed(
  { artefact, version }: { readonly artefact: Pick<LockedArtefact, 'url'>; readonly version: string },
  type: TreeType,
): (PartName & { readonly type: TreeType }) | undefined {
  const reference = parseArtefactUrl(artefact.url);
  if (reference?.kind !== type) return undefined;
  return { type, name: reference.url, version: reference.kind === 'git' ? reference.commit : version };
}

export function treePart(lock: LockOf<TreeClosure>): Part {
  const { kind, archive } = lock.closure;
  const { integrity, tree, license, hasInstallScript, bundled } = archive;
  const { name, version } = nameOf(lock);
  const platform = platformOf(archive);
  return {
    type: kind,
    name,
    version,
    ...(license !== undefined && { license }),
    integrity,
    tree,
    folder: treeFolder,
    ...(hasInstallScript && { hasInstallScript }),
    ...(platform !== '' && { platform }),
    ...(bundled !== undefined && { bundled }),
    entry: archive,
  };
}

const nameOf = (lock: LockOf<TreeClosure>): Pick<PartName, 'name' | 'version'> =>
  treeNamed(lock, lock.closure.kind) ?? { name: lock.artefact.url, version: lock.version };

/** The npm packages that lie beside the tree, by their paths. */
export const packagesBeside = ({ closure }: LockOf<TreeClosure>): Readonly<Record<string, LockedPackage>> =>
  closure.kind === 'mcpb' ? {} : (closure.packages ?? {});

/** The same with the tree among them, as if it were one: what it asks for, and where it runs, mean the same. */
export const treeAndPackages = (lock: LockOf<TreeClosure>): ReadonlyMap<string, LockedPackage> =>
  new Map([[treeFolder, { ...nameOf(lock), ...lock.closure.archive }], ...Object.entries(packagesBeside(lock))]);
