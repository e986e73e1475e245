import { join } from 'node:path';

/** Where a registry keeps what is not in git. */
export interface Workspace {
  readonly folder: string;
  readonly key: string;
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
    key: join(folder, 'development-key.pem'),
    status: join(folder, 'status.json'),
    trust: join(folder, 'trust.json'),
    blobs: join(folder, 'cache', 'blobs'),
    dist: join(root, 'dist'),
  };
}
