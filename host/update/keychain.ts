/**
 * The native package that a keychain needs is no part of what the registry publishes. It is taken from the version that runs
 * now, whose files only the administrator could change: the same bytes that this program loads already.
 */
import { lstatSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsePackageJson } from '../../artefacts/npm/package-json.ts';
import { keychainPackage, type Launcher } from '../../artefacts/launcher.ts';
import { systemCode } from '../../core/failure.ts';
import { maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import { readTree, type FoundFiles } from '../../store/tree-files.ts';

/** `missing`: the version before had it, and the new one, which asks for it, has not. */
export type Keychain = 'kept' | 'missing' | 'none';

/** Its files and those of the platform's own package lie in one folder: `@napi-rs`. */
const scopeIn = (folder: string): string => join(folder, 'node_modules', dirname(keychainPackage));

const isIn = (folder: string): boolean =>
  lstatSync(join(folder, 'node_modules', keychainPackage), { throwIfNoEntry: false }) !== undefined;

export const keychainOf = (before: string | undefined, folder: string, { keychain }: Launcher): Keychain =>
  before === undefined || keychain === undefined || !isIn(before) ? 'none' : isIn(folder) ? 'kept' : 'missing';

/** Copies it where it is just the version that the new program asks for, and plain files alone. */
export async function keepKeychain(from: string, to: string, { keychain }: Launcher): Promise<void> {
  if (keychain === undefined || !isIn(from) || versionIn(from) !== keychain) return;
  const found = filesIn(scopeIn(from));
  if (found === undefined) return;
  for (const { path, executable } of found.files) {
    const { bytes } = readRegularFile(join(scopeIn(from), path), maxUnpackedBytes);
    const file = join(scopeIn(to), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx', flush: true });
    await chmod(file, executable ? 0o755 : 0o644);
  }
}

/** Nothing where there are links, or somebody else could change them: then they are not carried on. */
function filesIn(folder: string): FoundFiles | undefined {
  try {
    const found = readTree(folder);
    return found.others.length === 0 ? found : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function versionIn(folder: string): unknown {
  try {
    const file = join(folder, 'node_modules', keychainPackage, 'package.json');
    return parsePackageJson(readRegularFile(file, maxUnpackedBytes).bytes)['version'];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Refusal || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
