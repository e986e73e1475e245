/**
 * The folder trust/ of a registry, in git: what its offline keys have signed, and open proposals. During a ceremony,
 * commits carry it from one person's machine to the next.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reviewableJson } from '../../core/canonical.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { holdersFormat, keyringFormat, rootFormat, targetsFormat, type Format } from '../../core/formats.ts';
import { checkSigned, keyringPath, metadataBytes, signersOf, type Metadata } from '../../core/metadata.ts';
import { maxLauncherBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { sha256 } from '../../core/digest.ts';
import type { Keyring, LauncherFile, RootRole, TargetsRole } from '../../schemas/types.ts';
import type { Ceremony, Targets } from './ceremony.ts';
import { launcherBytes, launcherDigestIn, launcherFile, launcherFolder, launcherIn } from './launcher-file.ts';
import { keyringBytes } from '../metadata/role.ts';
import { readPlainFile, type FileSource } from '../../catalog/read-file.ts';
import { replaceFile } from '../../catalog/write-file.ts';

/** The content of trust/. */
export interface TrustFolder {
  readonly ceremony: Ceremony;
  /** Every root, the oldest first. */
  readonly roots: readonly Metadata<RootRole>[];
  /** Names of holders by key id. */
  readonly names: ReadonlyMap<string, string>;
  /** The bytes of launchers that a targets file names, by digest, as far as they are there. */
  readonly launchers: ReadonlyMap<string, Uint8Array>;
}

const folder = 'trust';
const proposals = join(folder, 'proposed');
const holdersFile = join(folder, 'holders.json');

/**
 * From a folder, a commit, or a state. Empty if there is no such folder.
 * @throws Failure `trust-folder` if a file is damaged
 */
export async function readTrustFolder(root: string | FileSource): Promise<TrustFolder> {
  const files = typeof root === 'string' ? await namesIn(join(root, folder)) : root.list(folder);
  const versions = (role: string): number[] =>
    files
      .flatMap((file) => new RegExp(`^([1-9][0-9]{0,8})\\.${role}\\.json$`, 'u').exec(file)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  const roots: Metadata<RootRole>[] = [];
  for (const version of versions('root'))
    roots.push(await read(root, join(folder, `${version}.root.json`), rootFormat));
  checkRoots(roots);
  const newest = versions('targets').at(-1);
  const [proposedRoot, proposedTargets, proposedKeyring] = [
    await readIfThere(root, join(proposals, 'root.json'), rootFormat),
    await readIfThere(root, join(proposals, 'targets.json'), targetsFormat),
    await readIfThere(root, join(proposals, 'keyring.json'), keyringFormat),
  ];
  const targets =
    newest === undefined
      ? undefined
      : paired(
          await read(root, join(folder, `${newest}.targets.json`), targetsFormat),
          await read(root, join(folder, `${newest}.keyring.json`), keyringFormat),
        );
  const named = [targets?.targets, proposedTargets].flatMap((each) => launcherIn(each?.signed) ?? []);
  const launchers = await readLaunchers(root, named);
  const latest = roots.at(-1);
  const holders = await readIfThere(root, holdersFile, holdersFormat);
  return {
    roots,
    launchers,
    names: new Map(Object.entries(holders?.names ?? {})),
    ceremony: {
      ...(latest !== undefined && { root: latest }),
      ...(targets !== undefined && { targets }),
      // A proposal that an interrupted run already completed is valid by now.
      ...(proposedRoot !== undefined &&
        proposedRoot.signed.version > (latest?.signed.version ?? 0) && { proposedRoot }),
      ...(proposedTargets !== undefined &&
        proposedKeyring !== undefined &&
        proposedTargets.signed.version > (newest ?? 0) && {
          proposedTargets: paired(proposedTargets, proposedKeyring),
        }),
    },
  };
}

/** Writes what changed: first the valid files, each only once, then the proposals. */
export async function writeTrustFolder(
  root: string,
  { ceremony, names, launchers = new Map() }: Pick<TrustFolder, 'ceremony' | 'names'> & Partial<TrustFolder>,
): Promise<void> {
  const { root: counted, targets, proposedRoot, proposedTargets } = ceremony;
  try {
    await mkdir(join(root, folder), { recursive: true });
    // Before what names them.
    await writeLaunchers(root, ceremony, launchers);
    if (targets !== undefined) {
      const version = targets.targets.signed.version;
      await writeOnce(root, join(folder, `${version}.keyring.json`), keyringBytes(targets.keyring));
      await writeOnce(root, join(folder, `${version}.targets.json`), metadataBytes(targets.targets));
    }
    if (counted !== undefined)
      await writeOnce(root, join(folder, `${counted.signed.version}.root.json`), metadataBytes(counted));
    const files = new Map<string, Uint8Array>([
      ...(proposedRoot === undefined ? [] : [['root.json', reviewableJson(proposedRoot)] as const]),
      ...(proposedTargets === undefined
        ? []
        : [
            ['targets.json', reviewableJson(proposedTargets.targets)] as const,
            ['keyring.json', keyringBytes(proposedTargets.keyring)] as const,
          ]),
    ]);
    if (files.size === 0) await rm(join(root, proposals), { recursive: true, force: true });
    else await mkdir(join(root, proposals), { recursive: true });
    for (const [file, bytes] of files) await replaceFile(root, join(proposals, file), bytes);
    for (const file of ['root.json', 'targets.json', 'keyring.json'])
      if (!files.has(file)) await rm(join(root, proposals, file), { force: true });
    await removeLaunchers(root, ceremony);
    await replaceFile(root, holdersFile, reviewableJson({ schemaVersion: 1, names: Object.fromEntries(names) }));
  } catch (error) {
    throw asDiskFailure(error, join(root, folder));
  }
}

/** As far as they are there, and are what is named: a missing one holds up no status, and nobody signs it. */
async function readLaunchers(
  root: string | FileSource,
  named: readonly LauncherFile[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const file of named) {
    const { sha256: digest } = file.hashes;
    const path = launcherFile(digest);
    const bytes = typeof root === 'string' ? await readLauncher(root, path) : root.read(path);
    if (bytes !== undefined && bytes !== 'no-plain-file' && launcherBytes(file, new Map([[digest, bytes]])) === bytes)
      found.set(digest, bytes);
  }
  return found;
}

async function readLauncher(root: string, path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = readPlainFile(root, path, maxLauncherBytes);
    return bytes instanceof Uint8Array ? bytes : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

const namedIn = ({ targets, proposedTargets }: Ceremony): string[] =>
  [targets, proposedTargets].flatMap((each) => launcherIn(each?.targets.signed)?.hashes.sha256 ?? []);

async function writeLaunchers(
  root: string,
  ceremony: Ceremony,
  launchers: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  for (const digest of namedIn(ceremony)) {
    const bytes = launchers.get(digest);
    if (bytes === undefined) continue;
    await mkdir(join(root, launcherFolder), { recursive: true });
    await replaceFile(root, launcherFile(digest), bytes);
  }
}

/** What no targets file names any more: git has it still. */
async function removeLaunchers(root: string, ceremony: Ceremony): Promise<void> {
  const named = new Set(namedIn(ceremony));
  for (const name of await namesIn(join(root, launcherFolder))) {
    const digest = launcherDigestIn(name);
    if (digest !== undefined && !named.has(digest)) await rm(join(root, launcherFile(digest)), { force: true });
  }
}

/** A valid file never changes. */
async function writeOnce(root: string, file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(root, file), bytes, { flag: 'wx', flush: true }).catch(async (error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (Buffer.compare(await readFile(join(root, file)), bytes) !== 0)
      throw new Failure('trust-folder', `${file} is there already, with other content`, 'restore it from git');
  });
}

function paired(targets: Metadata<TargetsRole>, keyring: Keyring): Targets {
  if (sha256(keyringBytes(keyring)) !== targets.signed.targets[keyringPath].hashes.sha256)
    throw new Failure(
      'trust-folder',
      `the keyring is not the one that targets ${targets.signed.version} names`,
      'restore both from git: they are changed together, by `registry keyring`',
    );
  return { targets, keyring };
}

/** Checks that each root is signed by the keys of the root before it and by its own, and that no version is missing. */
function checkRoots(roots: readonly Metadata<RootRole>[]): void {
  roots.forEach((root, index) => {
    const what = `${folder}/${root.signed.version}.root.json`;
    try {
      if (root.signed.version !== index + 1) throw new Failure('trust-folder', `${what} follows none`, '');
      const before = roots[index - 1];
      for (const by of [...(before === undefined ? [] : [before]), root])
        checkSigned(root, signersOf(by.signed, 'root'), what);
    } catch (cause) {
      throw damaged(what, cause);
    }
  });
}

const namesIn = (path: string): Promise<string[]> =>
  readdir(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });

async function readIfThere<T>(root: string | FileSource, file: string, format: Format<T>): Promise<T | undefined> {
  return read(root, file, format).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

async function read<T>(root: string | FileSource, file: string, format: Format<T>): Promise<T> {
  const bytes = typeof root === 'string' ? await readFile(join(root, file)) : readFrom(root, file);
  try {
    return openFormat(format, bytes, file);
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function readFrom(source: FileSource, file: string): Buffer {
  const bytes = source.read(file);
  if (bytes === undefined) throw Object.assign(new Error(`there is no ${file}`), { code: 'ENOENT' });
  if (bytes === 'no-plain-file') throw new Failure('trust-folder', `${file} is no plain file`, 'restore it from git');
  return bytes;
}

function damaged(file: string, cause: unknown): unknown {
  if (!(cause instanceof Refusal || cause instanceof Failure)) return cause;
  return new Failure('trust-folder', `${file} cannot be used: ${cause.message}`, 'restore it from git', { cause });
}
