/** What a change is compared with: those files of a commit that differ from the files here. */
import { policyFormat } from '../core/formats.ts';
import { parseLock } from '../artefacts/lock.ts';
import { readManifest } from '../core/manifest.ts';
import { Refusal } from '../core/refusal.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { readYaml } from '../core/yaml.ts';
import type { Lock, Manifest, Policy } from '../schemas/types.ts';
import { changesSince, type Changes } from './changes.ts';
import type { RegistryFiles, ServerFiles, SurveyedServer } from './registry-files.ts';

/** One server in a commit. Files that today's schema rejects are absent. */
export interface BaseServer {
  readonly manifest?: Manifest;
  readonly lock?: Lock;
}

export interface Base {
  /** Absent outside git, where everything counts as new. */
  readonly commit?: string;
  readonly changes: Changes;
  /** Absent if the commit has none, or one that cannot be read. */
  readonly policy?: Policy;
  /** Those of which a file differs, deleted ones among them, by name; without files where they are new. */
  readonly changed: ReadonlyMap<string, BaseServer>;
}

const serverFile = /^servers\/(?<name>[^/]+?)\.(?:yaml|lock\.json)$/u;

/** The names of the servers that have a changed file, in order. */
export const changedServers = (changes: Changes): ReadonlySet<string> =>
  new Set([...changes.keys()].flatMap((file) => serverFile.exec(file)?.groups?.name ?? []).sort());

/** Compares the working tree with a commit; without one, every server is new. */
export const readBase = async (
  root: string,
  repository: RegistryFiles<SurveyedServer>,
  commit: string | undefined,
): Promise<Base> =>
  baseOf(repository, commit === undefined ? undefined : { commit, changes: await changesSince(root, commit) });

/**
 * The same, where it is known already what changed since the commit. Of the servers, those that changed are looked at;
 * where their locks are wanted as well, they have to be there in full.
 */
export function baseOf(
  repository: RegistryFiles<SurveyedServer>,
  since: { readonly commit: string; readonly changes: Changes } | undefined,
): Base {
  const commit = since?.commit;
  const changes: Changes = since?.changes ?? allNew(repository);
  const here = new Map(repository.servers.map((server) => [server.name, server]));
  const changed = new Map<string, BaseServer>();
  for (const name of changedServers(changes)) {
    const [manifestFile, lockFile] = [manifestPath(name), lockPath(name)];
    // A file that is not among the changes is the same there as here.
    const manifest = changes.has(manifestFile)
      ? manifestOf(manifestFile, changes.get(manifestFile))
      : here.get(name)?.manifest.value;
    const lock = changes.has(lockFile) ? lockOf(changes.get(lockFile)) : keptLock(here.get(name));
    changed.set(name, { ...(manifest !== undefined && { manifest }), ...(lock !== undefined && { lock }) });
  }
  const policy = commit === undefined || !changes.has('policy.yaml') ? repository.policy?.value : policyOf(changes);
  return { ...(commit !== undefined && { commit }), changes, changed, ...(policy !== undefined && { policy }) };
}

/** If locks were not read, they are not compared. */
const keptLock = (server: SurveyedServer | undefined): Lock | undefined =>
  server?.lock !== undefined && 'value' in server.lock
    ? (server.lock as Required<ServerFiles>['lock']).value
    : undefined;

const allNew = ({ names, servers }: RegistryFiles<SurveyedServer>): Changes =>
  new Map([
    ...[...names].map((name) => [manifestPath(name), undefined] as const),
    ...servers.flatMap(({ name, hasLockFile }) => (hasLockFile ? [[lockPath(name), undefined] as const] : [])),
  ]);

/** Whether the base has no manifest of this name. */
export const isNewServer = ({ changes }: Base, name: string): boolean =>
  changes.has(manifestPath(name)) && changes.get(manifestPath(name)) === undefined;

/** Whether a server is new, or has a different value than at the base. */
export function isNewValue(
  base: Base,
  { name, manifest }: SurveyedServer,
  of: (manifest: Manifest) => string | undefined,
): boolean {
  const before = base.changed.get(name);
  return before !== undefined && (before.manifest === undefined || of(before.manifest) !== of(manifest.value));
}

function manifestOf(file: string, bytes: Uint8Array | undefined): Manifest | undefined {
  const read = bytes === undefined ? undefined : readManifest(file, bytes);
  return read?.ok === true ? read.document.value : undefined;
}

function lockOf(bytes: Uint8Array | undefined): Lock | undefined {
  if (bytes === undefined) return undefined;
  try {
    return parseLock(bytes, 'the lock of the base');
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function policyOf(changes: Changes): Policy | undefined {
  const bytes = changes.get('policy.yaml');
  const read = bytes === undefined ? undefined : readYaml(policyFormat, 'policy.yaml', bytes);
  return read?.ok === true ? read.document.value : undefined;
}
