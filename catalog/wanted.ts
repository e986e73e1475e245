/** The servers to publish: each with its tip, and with its earlier states on the main line of history. */
import { Failure } from '../core/failure.ts';
import { isEnded } from '../core/lifecycle.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { LifecycleEntry } from '../schemas/types.ts';
import type { Manifest } from '../schemas/types.ts';
import type { CurrentServer, CurrentServers } from './current.ts';
import type { History, PastState } from './history.ts';
import type { ServerVersion } from './server-version.ts';

/** The current version of a server that is locked, by digest. Its files are read where they are asked for. */
export interface Tip {
  readonly manifest: Manifest;
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly lockDigest: string;
  /** Their names. */
  readonly tools: readonly string[];
  /** How many it loads, itself included. */
  readonly packages: number;
  /** The commit that brought it, and when it was made; absent for a working tree. */
  readonly commit?: string;
  readonly committedAt?: Date;
  readonly read: () => Promise<ServerVersion>;
}

/** One server, with everything of it that may be published. */
export interface WantedServer {
  readonly name: string;
  /** Absent where the manifest was deleted, or it or its lock cannot be read: what was approved before stays. */
  readonly tip?: Tip;
  /** What the main line of history held of it, the oldest first. None outside git. */
  readonly states: readonly PastState[];
  /** The tip's; where its manifest is gone or cannot be read, the last that could be. */
  readonly lifecycle: readonly LifecycleEntry[];
}

/** Sorted by name. `history` is absent outside git, where only the working tree counts. */
export function wantedServers(repository: CurrentServers, history: History | undefined): readonly WantedServer[] {
  const readable = new Map(repository.servers.map((server) => [server.name, server]));
  const names = [...new Set([...repository.names, ...(history?.keys() ?? [])])].sort();
  return names.map((name) => wantedServer(name, readable.get(name), history?.get(name) ?? []));
}

function wantedServer(name: string, server: CurrentServer | undefined, states: readonly PastState[]): WantedServer {
  const lifecycle = (server?.manifest.value ?? states.findLast(({ manifest }) => manifest !== undefined)?.manifest)
    ?.lifecycle;
  return {
    name,
    ...(server?.lock !== undefined && { tip: tipOf({ ...server, lock: server.lock }, states.at(-1)) }),
    states,
    lifecycle: lifecycle ?? [],
  };
}

function tipOf(
  { manifest, manifestDigest, lock, read }: CurrentServer & Required<Pick<CurrentServer, 'lock'>>,
  last: PastState | undefined,
): Tip {
  const isCommitted = last?.manifestDigest === manifestDigest && last.lockDigest === lock.sha256;
  const committed = isCommitted ? { commit: last.commit, committedAt: last.committedAt } : {};
  return {
    manifest: manifest.value,
    manifestDigest,
    lockDigest: lock.sha256,
    tools: lock.tools,
    packages: lock.size,
    ...committed,
    read: async () => {
      const files = await read();
      if (files.lock === undefined)
        throw new Failure('changed-meanwhile', `${lockPath(manifest.value.name)} is gone`, 'run the command again');
      const { manifestBytes, lock: locked } = files;
      return {
        manifest: files.manifest.value,
        manifestBytes,
        lock: locked.value,
        lockBytes: locked.bytes,
        ...committed,
      };
    },
  };
}

/** The versions of a list that no lifecycle ends. */
export const stillRunning = (versions: readonly string[], lifecycle: readonly LifecycleEntry[]): string[] =>
  [...new Set(versions)].filter((version) => !isEnded(lifecycle, version));

export const deletedManifest = (name: string, versions: readonly string[]): Problem => ({
  code: 'deleted-manifest',
  file: manifestPath(name),
  message: `the manifest was deleted, but ${versions.join(', ')} may still run`,
  remedy: 'restore it, revoke or withdraw those versions under `lifecycle`, and delete it in a later commit',
});
