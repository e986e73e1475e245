/** Which versions should be published: the tip's, and every one that the main line of history held before it. */
import { sha256 } from '../core/digest.ts';
import { canHold, isEnded } from '../core/lifecycle.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { LifecycleEntry } from '../schemas/types.ts';
import type { History, PastState } from './history.ts';
import type { RegistryFiles, ServerFiles } from './registry-files.ts';
import type { ServerVersion } from './server-version.ts';

/** One server, with everything of it that should be published. */
export interface WantedServer {
  readonly name: string;
  /** Absent where the manifest was deleted. */
  readonly tip?: ServerVersion;
  /** The last state of every other version, the oldest first. */
  readonly past: readonly PastState[];
  readonly lifecycle: readonly LifecycleEntry[];
}

export interface Wanted {
  readonly servers: readonly WantedServer[];
  readonly problems: readonly Problem[];
}

/** `history` is absent outside git, where only the working tree counts. */
export function wantedServers(repository: RegistryFiles, history: History | undefined): Wanted {
  const tips = repository.servers.map((server) => wantedServer(server, history?.get(server.name) ?? []));
  const deleted = [...(history ?? [])].filter(([name]) => !repository.names.has(name));
  const problems = repository.servers.filter(({ lock }) => lock === undefined).map(unlocked);
  const gone: WantedServer[] = [];
  for (const [name, states] of deleted) {
    const lifecycle = states.findLast(({ manifest }) => manifest !== undefined)?.manifest?.lifecycle ?? [];
    const past = lastOfEachVersion(states);
    const running = past.filter((state) => !isEnded(lifecycle, versionOf(state)));
    if (running.length > 0) problems.push(deletedManifest(name, running.map(versionOf)));
    gone.push({ name, past, lifecycle });
  }
  const servers = [...tips.flat(), ...gone];
  problems.push(...servers.flatMap(unheldVersions));
  return { servers: servers.sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

function wantedServer(
  { name, manifest, manifestBytes, lock }: ServerFiles,
  states: readonly PastState[],
): WantedServer[] {
  if (lock === undefined) return [];
  const last = states.at(-1);
  const committed =
    last?.manifestDigest === sha256(manifestBytes) && last.lockDigest === sha256(lock.bytes) ? last : undefined;
  const tip = {
    manifest: manifest.value,
    manifestBytes,
    lock: lock.value,
    lockBytes: lock.bytes,
    ...(committed !== undefined && { commit: committed.commit, committedAt: committed.committedAt }),
  };
  const past = lastOfEachVersion(states).filter((state) => versionOf(state) !== manifest.value.version);
  return [{ name, tip, past, lifecycle: manifest.value.lifecycle ?? [] }];
}

/** Where today's schema rejects a manifest, its version is its lock's. */
export const versionOf = ({ manifest, lock, manifestDigest }: PastState): string =>
  manifest?.version ?? lock?.version ?? manifestDigest;

function lastOfEachVersion(states: readonly PastState[]): PastState[] {
  const last = new Map<string, PastState>();
  for (const state of states) {
    // Set anew, so that the order is that of the last appearance.
    last.delete(versionOf(state));
    last.set(versionOf(state), state);
  }
  return [...last.values()];
}

/** A range says nothing about a version that is not semver: whoever revokes must know which ones it leaves running. */
const unheldVersions = ({ name, past, lifecycle }: WantedServer): Problem[] =>
  past.map(versionOf).flatMap((version) =>
    lifecycle
      .filter(
        ({ state, versions }) => state !== 'deprecated' && !canHold(versions, version) && !isEnded(lifecycle, version),
      )
      .map(({ state, versions }) => ({
        code: 'range-without-semver',
        file: manifestPath(name),
        message: `the range ${JSON.stringify(versions)} under lifecycle says nothing about ${version}, which is not semver and may still run`,
        remedy: `list it: another ${state} entry with versions: ["${version}"], or "*" for all`,
      })),
  );

const unlocked = ({ name, manifest: { file, value } }: ServerFiles): Problem => ({
  code: 'unlocked',
  file,
  message: value.artefact === undefined ? 'remote endpoints cannot be locked yet' : `there is no ${lockPath(name)}`,
  remedy: value.artefact === undefined ? 'take the manifest out for now' : `run \`registry lock ${name}\``,
});

const deletedManifest = (name: string, versions: readonly string[]): Problem => ({
  code: 'deleted-manifest',
  file: manifestPath(name),
  message: `the manifest was deleted, but ${versions.join(', ')} may still run`,
  remedy: 'restore it, revoke or withdraw those versions under `lifecycle`, and delete it in a later commit',
});
