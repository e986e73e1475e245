import { dirname, join } from 'node:path';
import { sha256 } from '../core/digest.ts';
import type { Environment } from '../schemas/types.ts';

/** Where a registry keeps what is not in git. */
export interface Workspace {
  readonly folder: string;
  /** Development keys, one a role. */
  readonly keys: string;
  /** Every file of the repository metadata. */
  readonly metadata: string;
  readonly status: string;
  readonly trust: string;
  /** What can be made again. */
  readonly cache: string;
  /** Tarballs, only to save fetching them again. */
  readonly blobs: string;
  /** The digests of what was published, only to save reading it again. */
  readonly hashed: string;
  /** What is published. */
  readonly dist: string;
}

/** The same workspace, where what is published is the view of some groups. Each view has a folder of its own beside dist/. */
export function workspaceOfView(workspace: Workspace, groups: readonly string[]): Workspace {
  const name = viewName(groups);
  return {
    ...workspace,
    hashed: join(workspace.cache, `hashed-${name}.json`),
    dist: join(dirname(workspace.dist), 'dist-views', name),
  };
}

/** One for each set of groups. A file system takes no name of any length. */
export function viewName(groups: readonly string[]): string {
  // A group's name has no such sign.
  const name = [...new Set(groups)].sort().join('+');
  return name.length <= 100 ? name : `${name.slice(0, 60)}+${sha256(name).slice(0, 16)}`;
}

/** Development and production share only downloaded files and dist/. */
export function workspaceOf(root: string, environment: Environment): Workspace {
  const top = join(root, '.registry');
  const folder = environment === 'development' ? top : join(top, environment);
  return {
    folder,
    keys: join(folder, 'keys'),
    metadata: join(folder, 'metadata'),
    status: join(folder, 'status.json'),
    trust: join(folder, 'trust.json'),
    cache: join(top, 'cache'),
    blobs: join(top, 'cache', 'blobs'),
    hashed: join(top, 'cache', 'hashed.json'),
    dist: join(root, 'dist'),
  };
}
