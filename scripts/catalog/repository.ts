/** The files of a registry: who it is, its policy, and every server's manifest and lock, each file read once. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode, UsageError } from '../../core/failure.ts';
import { policyFormat, registryFormat } from '../../core/formats.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Problem } from '../../core/problem.ts';
import { readYaml, type YamlFile } from '../../core/yaml.ts';
import type { Lock, Manifest, Policy, RegistryConfig } from '../../schemas/types.ts';
import { maxManifestBytes } from '../../core/limits.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import { readLock } from './lock-file.ts';
import { readPlainFile } from './read-file.ts';

/** One server as it stands in the repository. */
export interface ServerFiles {
  /** From the file's name. */
  readonly name: string;
  readonly manifest: YamlFile<Manifest>;
  readonly manifestBytes: Uint8Array;
  /** Whether there is a lock file, readable or not. */
  readonly hasLockFile: boolean;
  /** Absent while the manifest is not locked, or the lock cannot be read. */
  readonly lock?: { readonly file: string; readonly value: Lock; readonly bytes: Uint8Array };
}

/** A file of the registry's own, with the SHA-256 of its exact bytes. */
export interface ConfigFile<T> extends YamlFile<T> {
  readonly sha256: string;
}

/** What could be read, and everything wrong with the rest. */
export interface Repository {
  readonly registry?: ConfigFile<RegistryConfig>;
  readonly policy?: ConfigFile<Policy>;
  /** Those whose manifest could be read, sorted by name. */
  readonly servers: readonly ServerFiles[];
  /** The names of all manifests, readable or not. */
  readonly names: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

const manifestFile = /^(?<name>.+)\.yaml$/u;
const lockFile = /^(?<name>.+)\.lock\.json$/u;
/** Files that are open at one time. */
const atOnce = 64;

/** @throws UsageError where `root` is no registry */
export async function readRepository(root: string): Promise<Repository> {
  const problems: Problem[] = [];
  const readConfig = async <T>(
    format: Parameters<typeof readYaml<T>>[0],
    file: string,
  ): Promise<ConfigFile<T> | undefined> => {
    const bytes = await readPlainFile(root, file, format.maxBytes).catch((cause: unknown) => {
      if (systemCode(cause) !== 'ENOENT') throw cause;
      throw new UsageError(`there is no ${file} in ${root}`, 'run the command in the top folder of a registry', {
        cause,
      });
    });
    const read = Buffer.isBuffer(bytes) ? readYaml(format, file, bytes) : { ok: false as const, problems: [bytes] };
    if (read.ok) return { ...read.document, sha256: sha256(bytes as Buffer) };
    problems.push(...read.problems);
    return undefined;
  };
  const registry = await readConfig(registryFormat, 'registry.yaml');
  const policy = await readConfig(policyFormat, 'policy.yaml');

  const files = (await serverFiles(root)).sort();
  const names = new Set(files.flatMap((file) => manifestFile.exec(file)?.groups?.name ?? []));
  const locks = new Set(files.flatMap((file) => lockFile.exec(file)?.groups?.name ?? []));
  problems.push(...files.flatMap((file) => misplaced(file, names)));

  const servers = await mapConcurrently([...names], atOnce, async (name) => {
    const file = manifestPath(name);
    const bytes = await readPlainFile(root, file, maxManifestBytes);
    if (!Buffer.isBuffer(bytes)) {
      problems.push(bytes);
      return [];
    }
    const read = readManifest(file, bytes);
    const lock = locks.has(name) ? await readLock(root, lockPath(name)) : undefined;
    problems.push(...(read.ok ? [] : read.problems), ...(lock?.problems ?? []));
    if (!read.ok) return [];
    const { value, bytes: lockBytes, file: path } = lock ?? {};
    return [
      {
        name,
        manifest: read.document,
        manifestBytes: bytes,
        hasLockFile: lock !== undefined,
        ...(value !== undefined &&
          lockBytes !== undefined &&
          path !== undefined && { lock: { file: path, value, bytes: lockBytes } }),
      },
    ];
  });
  return {
    ...(registry !== undefined && { registry }),
    ...(policy !== undefined && { policy }),
    servers: servers.flat(),
    names,
    problems,
  };
}

/** None where there is no such folder yet. @throws Failure where it is a link: git would see nothing in it */
async function serverFiles(root: string): Promise<string[]> {
  const folder = join(root, 'servers');
  const found = await lstat(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return [];
  if (!found.isDirectory())
    throw new Failure('no-folder', 'servers is no folder', 'put the folder itself there, not a link');
  return readdir(folder);
}

function misplaced(file: string, names: ReadonlySet<string>): Problem[] {
  const path = `servers/${file}`;
  if (manifestFile.test(file)) return [];
  const locked = lockFile.exec(file)?.groups?.name;
  if (locked !== undefined)
    return names.has(locked)
      ? []
      : [
          {
            code: 'orphan-lock',
            file: path,
            message: `there is no ${manifestPath(locked)} for this lock`,
            remedy: 'delete the lock, or restore the manifest',
          },
        ];
  return [
    {
      code: 'stray-file',
      file: path,
      message: 'only <name>.yaml and <name>.lock.json belong in servers/',
      remedy: file.endsWith('.yml') ? `rename it to ${file.replace(/yml$/u, 'yaml')}` : 'move it elsewhere',
    },
  ];
}
