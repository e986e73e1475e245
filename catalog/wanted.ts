/** Which servers there are to publish: each with its tip, and with what the main line of history held of it before. */
import { sha256 } from '../core/digest.ts';
import { isEnded } from '../core/lifecycle.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { LifecycleEntry } from '../schemas/types.ts';
import type { History, PastState } from './history.ts';
import type { RegistryFiles, ServerFiles } from './registry-files.ts';
import type { ServerVersion } from './server-version.ts';

/** One server, with everything of it that may be published. */
export interface WantedServer {
  readonly name: string;
  /** Absent where the manifest was deleted, or it or its lock cannot be read: what was approved before stays. */
  readonly tip?: ServerVersion;
  /** What the main line of history held of it, the oldest first. None outside git. */
  readonly states: readonly PastState[];
  /** The tip's; where its manifest is gone or cannot be read, the last that could be. */
  readonly lifecycle: readonly LifecycleEntry[];
}

export interface Wanted {
  /** Sorted by name. */
  readonly servers: readonly WantedServer[];
  /** Warnings: servers that cannot be approved as they stand. */
  readonly problems: readonly Problem[];
}

/** `history` is absent outside git, where only the working tree counts. */
export function wantedServers(repository: RegistryFiles, history: History | undefined): Wanted {
  const readable = new Map(repository.servers.map((server) => [server.name, server]));
  const names = [...new Set([...repository.names, ...(history?.keys() ?? [])])].sort();
  return {
    servers: names.map((name) => wantedServer(name, readable.get(name), history?.get(name) ?? [])),
    // A lock file that cannot be read is a problem of its own.
    problems: repository.servers.filter(({ lock, hasLockFile }) => lock === undefined && !hasLockFile).map(unlocked),
  };
}

function wantedServer(name: string, server: ServerFiles | undefined, states: readonly PastState[]): WantedServer {
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
  { manifest, manifestBytes, lock }: ServerFiles & Required<Pick<ServerFiles, 'lock'>>,
  last: PastState | undefined,
): ServerVersion {
  const committed =
    last?.manifestDigest === sha256(manifestBytes) && last.lockDigest === sha256(lock.bytes) ? last : undefined;
  return {
    manifest: manifest.value,
    manifestBytes,
    lock: lock.value,
    lockBytes: lock.bytes,
    ...(committed !== undefined && { commit: committed.commit, committedAt: committed.committedAt }),
  };
}

/** The versions of a list that no lifecycle ends. */
export const stillRunning = (versions: readonly string[], lifecycle: readonly LifecycleEntry[]): string[] =>
  [...new Set(versions)].filter((version) => !isEnded(lifecycle, version));

/** Validation says it too, in the same words. */
export const unlocked = ({ name, manifest: { file, value } }: Pick<ServerFiles, 'name' | 'manifest'>): Problem => ({
  code: 'unlocked',
  file,
  message: value.artefact === undefined ? 'remote endpoints cannot be locked yet' : `there is no ${lockPath(name)}`,
  remedy:
    value.artefact === undefined
      ? 'take the manifest out for now; nothing of it is approved'
      : `run \`registry lock ${name}\` and merge the lock; until then this version is not approved`,
  severity: 'warning',
});

export const deletedManifest = (name: string, versions: readonly string[]): Problem => ({
  code: 'deleted-manifest',
  file: manifestPath(name),
  message: `the manifest was deleted, but ${versions.join(', ')} may still run`,
  remedy: 'restore it, revoke or withdraw those versions under `lifecycle`, and delete it in a later commit',
});
