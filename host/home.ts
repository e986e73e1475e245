import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { asDiskFailure } from '../core/disk.ts';
import { Failure } from '../core/failure.ts';
import { checkPrivateFolders, checkPrivatePath, makePrivateFolder } from '../core/private.ts';
import type { TrailPlace } from './audit/files.ts';

/** Where this account stores fetched and installed files, what it has seen of each registry, and the audit log. */
export interface Home {
  readonly root: string;
  /** Tarballs by SHA-512. */
  readonly blobs: string;
  /** Installed closures: registry, name, version, then lock digest and platform. */
  readonly installed: string;
  /** Folders that are not finished, or that are about to be deleted. */
  readonly staging: string;
  /** Verified files and high-water marks, by registry. */
  readonly registries: string;
  /** A folder for each server to write to. */
  readonly state: string;
  /** What servers wrote to their standard error last, by registry. */
  readonly words: string;
  /** How often servers are called in this minute, by registry. */
  readonly calls: string;
  /** The audit trail. */
  readonly audit: TrailPlace;
  /** Secrets that were given to keep in files, and which of them the keychain has: registry, server, variable. */
  readonly credentials: string;
  /** What the sandbox of this machine can limit. */
  readonly sandbox: string;
}

/**
 * XDG_DATA_HOME if it is set, else the system's usual place for programs' data. A relative path is ignored, as the
 * specification says (https://specifications.freedesktop.org/basedir-spec/0.8/): it would mean a different store for
 * each current folder, and what was seen of a registry would be forgotten in the next one.
 * @throws Failure `no-home`
 */
export function homeOf(environment: Readonly<Record<string, string | undefined>>): Home {
  const root = join(dataFolder(environment), 'countersign');
  return {
    root,
    blobs: join(root, 'blobs'),
    installed: join(root, 'installed'),
    staging: join(root, 'staging'),
    registries: join(root, 'registries'),
    state: join(root, 'state'),
    words: join(root, 'words'),
    calls: join(root, 'calls'),
    audit: { file: join(root, 'audit.jsonl'), folder: join(root, 'audit') },
    credentials: join(root, 'credentials'),
    sandbox: join(root, 'sandbox.json'),
  };
}

/**
 * Creates the store if it is missing, and checks that no other account could change what is in it. Every command does
 * this before it reads or writes anything there. `registry` is the id of the registry whose files are used.
 * @throws Refusal E_STORE; Failure `not-writable` and others
 */
export async function openStore(
  { root, blobs, installed, staging, registries, state, credentials, audit }: Home,
  registry: string,
): Promise<void> {
  await makePrivateFolder(root).catch((error: unknown) => {
    throw asDiskFailure(error, root);
  });
  checkPrivatePath(root);
  const own = join(registries, registry);
  const parts = ['metadata', 'files', 'seen', 'listing'].map((part) => join(own, part));
  const ofServers = [state, credentials, join(credentials, registry)];
  checkPrivateFolders(root, [blobs, installed, staging, registries, ...ofServers, audit.folder, own, ...parts]);
}

function dataFolder(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.XDG_DATA_HOME !== undefined && isAbsolute(environment.XDG_DATA_HOME))
    return environment.XDG_DATA_HOME;
  const { LOCALAPPDATA: local } = environment;
  if (process.platform === 'win32' && local !== undefined && isAbsolute(local)) return local;
  const [home] = homeFolders();
  if (home !== undefined) return join(home, usualFolder);
  throw new Failure(
    'no-home',
    'this account has no home folder, and HOME names none by its whole path',
    'set HOME or XDG_DATA_HOME to the whole path of a folder that this account alone may write',
  );
}

/** Of programs' data, below a home folder. */
const usualFolder =
  process.platform === 'win32'
    ? join('AppData', 'Local')
    : process.platform === 'darwin'
      ? join('Library', 'Application Support')
      : join('.local', 'share');

/**
 * The home folder by HOME, and the one that the system knows of this account: a client can set the variable, which may be empty
 * or relative too.
 */
export const homeFolders = (): readonly string[] => [
  ...new Set([homedir, () => userInfo().homedir].map(pathOrNothing).filter((path) => isAbsolute(path))),
];

/** Where stores of this account lie that no variable puts elsewhere. */
export const usualStores = (): readonly string[] => homeFolders().map((home) => join(home, usualFolder, 'countersign'));

/** The system may know no such account. */
function pathOrNothing(find: () => string): string {
  try {
    return find();
  } catch {
    return '';
  }
}
