/**
 * The native package that a keychain needs is no part of what the registry publishes. It is taken from the version that runs
 * now, whose files only the administrator could change: the same bytes that this program loads already.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsePackageJson } from '../../artefacts/npm/package-json.ts';
import { keychainPackage, type Launcher } from '../../artefacts/launcher.ts';
import { systemCode } from '../../core/failure.ts';
import { maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import { readTree, type FoundFiles } from '../../store/tree-files.ts';

/** `missing`: the version before had it, and it was not taken over. */
export type Keychain = 'kept' | 'missing' | 'none';

/** Its files and those of the platform's own package lie in one folder: `@napi-rs`. */
const scopeIn = (folder: string): string => join(folder, 'node_modules', dirname(keychainPackage));

/** Copies it where it is just the version that the new program asks for, and plain files alone. */
export async function keepKeychain(from: string, to: string, launcher: Launcher): Promise<Keychain> {
  const found = filesIn(scopeIn(from));
  if (found === undefined) return 'none';
  if (launcher.keychain === undefined) return 'none';
  if (found === 'unfit' || versionIn(from) !== launcher.keychain) return 'missing';
  for (const { path, executable } of found.files) {
    const { bytes } = readRegularFile(join(scopeIn(from), path), maxUnpackedBytes);
    const file = join(scopeIn(to), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx', flush: true });
    await chmod(file, executable ? 0o755 : 0o644);
  }
  return 'kept';
}

function filesIn(folder: string): FoundFiles | 'unfit' | undefined {
  try {
    const found = readTree(folder);
    return found.others.length === 0 ? found : 'unfit';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    // Somebody else could change it: it is not carried on.
    if (error instanceof Refusal) return 'unfit';
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
