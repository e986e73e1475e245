/** The files of a registry: who it is, its policy, and every server's manifest and lock, each file read once. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../core/digest.ts';
import { Failure, systemCode, UsageError } from '../core/failure.ts';
import { policyFormat, registryFormat, type Format } from '../core/formats.ts';
import { readManifest } from '../core/manifest.ts';
import type { Problem } from '../core/problem.ts';
import { readYaml, type YamlFile } from '../core/yaml.ts';
import type { Lock, Manifest, Policy, RegistryConfig } from '../schemas/types.ts';
import { maxManifestBytes } from '../core/limits.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { ignoredFiles } from './git.ts';
import { readLock } from './lock-file.ts';
import type { LockOutline } from './lock-outline.ts';
import { readPlainFile, type FileSource } from './read-file.ts';
import { checkViews } from './view-rules.ts';

/** One server as it is in the repository, without the content of its lock, which is the largest part. */
export interface SurveyedServer {
  /** From the file's name. */
  readonly name: string;
  readonly manifest: YamlFile<Manifest>;
  /** Whether there is a lock file, readable or not. */
  readonly hasLockFile: boolean;
  /** Absent while the manifest is not locked, or the lock cannot be read. */
  readonly lock?: { readonly file: string };
}

/** The same, with what tells whether its files are still the same. */
export interface OutlinedServer extends SurveyedServer {
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly lock?: { readonly file: string; readonly outline: LockOutline };
}

/** One server as it stands in the repository. */
export interface ServerFiles extends SurveyedServer {
  readonly manifestBytes: Uint8Array;
  readonly lock?: { readonly file: string; readonly value: Lock; readonly bytes: Uint8Array };
}

/** A file of the registry's own, with the SHA-256 of its exact bytes. */
export interface ConfigFile<T> extends YamlFile<T> {
  readonly sha256: string;
}

/** What could be read, and everything wrong with the rest. */
export interface RegistryFiles<Server = ServerFiles> {
  readonly registry?: ConfigFile<RegistryConfig>;
  readonly policy?: ConfigFile<Policy>;
  /** Those whose manifest could be read, sorted by the names of their files. */
  readonly servers: readonly Server[];
  /** The names of all manifests, readable or not. */
  readonly names: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** A repository before the files of its servers are read. */
export interface Outline extends Omit<RegistryFiles, 'servers'> {
  /** The names of those that have a lock file. */
  readonly locked: ReadonlySet<string>;
}

const manifestFile = /^(?<name>.+)\.yaml$/u;
const lockFile = /^(?<name>.+)\.lock\.json$/u;

/**
 * Every server, with its lock in full. Where many are only to be checked, `surveyRegistryFiles` needs less time and memory.
 * @throws UsageError where `root` is no registry
 */
export async function readRegistryFiles(root: string): Promise<RegistryFiles> {
  const { locked, ...outline } = await readOutline(root);
  const read = [...outline.names].map((name) => readServer(root, name, locked.has(name)));
  return {
    ...outline,
    servers: read.flatMap(({ server }) => server ?? []),
    problems: [...outline.problems, ...read.flatMap(({ problems }) => problems)],
  };
}

/** @throws UsageError where `root` is no registry */
export async function readOutline(root: string | FileSource): Promise<Outline> {
  const problems: Problem[] = [];
  const readConfig = <T>(format: Format<T>, file: string): ConfigFile<T> | undefined => {
    const bytes = readConfigFile(root, file, format.maxBytes);
    const read = Buffer.isBuffer(bytes) ? readYaml(format, file, bytes) : { ok: false as const, problems: [bytes] };
    if (read.ok) return { ...read.document, sha256: sha256(bytes as Buffer) };
    problems.push(...read.problems);
    return undefined;
  };
  const registry = readConfig(registryFormat, 'registry.yaml');
  const policy = readConfig(policyFormat, 'policy.yaml');
  if (registry !== undefined) problems.push(...checkViews(registry));

  const files = (await serverFiles(root)).sort();
  const names = new Set(files.flatMap((file) => manifestFile.exec(file)?.groups?.name ?? []));
  const locked = new Set(files.flatMap((file) => lockFile.exec(file)?.groups?.name ?? []));
  const misplacedFiles = files.flatMap((file) => misplaced(file, names));
  const paths = misplacedFiles.map(({ file }) => file);
  // What a commit holds is not ignored, whatever .gitignore says.
  const ignored = typeof root === 'string' ? await ignoredFiles(root, paths) : new Set<string>();
  problems.push(...misplacedFiles.filter(({ file }) => !ignored.has(file)));

  return {
    ...(registry !== undefined && { registry }),
    ...(policy !== undefined && { policy }),
    names,
    locked,
    problems,
  };
}

function readConfigFile(root: string | FileSource, file: string, maxBytes: number): Buffer | Problem {
  try {
    return readPlainFile(root, file, maxBytes);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new UsageError(
      `there is no ${file} in ${typeof root === 'string' ? root : 'this commit'}`,
      'run the command in the top folder of a registry',
      {
        cause,
      },
    );
  }
}

/** A server, if its manifest could be read, and the problems of each of its files. */
export interface ReadServer {
  readonly server?: ServerFiles;
  readonly problems: readonly Problem[];
}

/** Reads one server and its lock. */
export function readServer(root: string | FileSource, name: string, hasLockFile: boolean): ReadServer {
  const file = manifestPath(name);
  const bytes = readPlainFile(root, file, maxManifestBytes);
  if (!Buffer.isBuffer(bytes)) return { problems: [bytes] };
  const read = readManifest(file, bytes);
  const lock = hasLockFile ? readLock(root, lockPath(name)) : undefined;
  const problems = [...(read.ok ? [] : read.problems), ...(lock?.problems ?? [])];
  if (!read.ok) return { problems };
  return {
    server: {
      name,
      manifest: read.document,
      manifestBytes: bytes,
      hasLockFile,
      ...(lock?.value !== undefined && { lock: { file: lock.file, value: lock.value, bytes: lock.bytes } }),
    },
    problems,
  };
}

/**
 * The names of the files in `servers`. None where there is no such folder yet.
 * @throws Failure where it is a link: git would see nothing in it
 */
export async function serverFiles(root: string | FileSource): Promise<string[]> {
  if (typeof root !== 'string') return [...root.list('servers')];
  const folder = join(root, 'servers');
  const found = await lstat(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return [];
  if (!found.isDirectory())
    throw new Failure('no-folder', 'servers is no folder', 'put the folder itself there, not a link');
  return (await readdir(folder)).filter((file) => !leftBehind.test(file));
}

/** What systems and editors leave beside the files that they open. */
const leftBehind = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|\.#.*|#.*#|.*~|.*\.sw[a-p])$/u;

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
