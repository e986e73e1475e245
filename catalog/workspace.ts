import { join } from 'node:path';
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
