import { join } from 'node:path';

/** Where a registry keeps what is not in git. */
export interface Workspace {
  readonly folder: string;
  /** Development keys, one a role. */
  readonly keys: string;
  /** Every file of the repository metadata. */
  readonly metadata: string;
  readonly status: string;
  readonly trust: string;
  /** Tarballs, only to save fetching them again. */
  readonly blobs: string;
  /** What is published. */
  readonly dist: string;
}

export function workspaceOf(root: string): Workspace {
  const folder = join(root, '.registry');
  return {
    folder,
    keys: join(folder, 'keys'),
    metadata: join(folder, 'metadata'),
    status: join(folder, 'status.json'),
    trust: join(folder, 'trust.json'),
    blobs: join(folder, 'cache', 'blobs'),
    dist: join(root, 'dist'),
  };
}
