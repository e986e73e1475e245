import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where this account keeps what it fetched, installed, saw and did. */
export interface Home {
  readonly root: string;
  /** Tarballs by SHA-512. */
  readonly blobs: string;
  /** Installed closures: registry, name, version, then lock digest and platform. */
  readonly installed: string;
  /** Folders that are not finished, or about to be deleted. */
  readonly staging: string;
  /** Verified files and high-water marks, by registry. */
  readonly registries: string;
  /** JSON Lines, only ever appended to. */
  readonly audit: string;
}

/**
 * XDG_DATA_HOME where it is set, else the place that the system gives to programs' data. A relative one does not count,
 * as its specification says (https://specifications.freedesktop.org/basedir-spec/0.8/): it would mean another store in
 * every folder.
 */
export function homeOf(environment: Readonly<Record<string, string | undefined>>): Home {
  const root = join(dataFolder(environment), 'countersign');
  return {
    root,
    blobs: join(root, 'blobs'),
    installed: join(root, 'installed'),
    staging: join(root, 'staging'),
    registries: join(root, 'registries'),
    audit: join(root, 'audit.jsonl'),
  };
}

function dataFolder(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.XDG_DATA_HOME !== undefined && isAbsolute(environment.XDG_DATA_HOME))
    return environment.XDG_DATA_HOME;
  switch (process.platform) {
    case 'win32':
      return environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support');
    default:
      return join(homedir(), '.local', 'share');
  }
}
