/** Fixes the files of a registry where no decision is needed, and says what it did. */
import { reviewableJson } from '../core/canonical.ts';
import { maxManifestBytes } from '../core/limits.ts';
import { manifestPath } from '../core/statement.ts';
import { fixManifest } from './fix.ts';
import { readPlainFile } from './read-file.ts';
import type { RegistryFiles } from './registry-files.ts';
import { replaceFile } from './write-file.ts';

/** A file that was written again. */
export interface FixedFile {
  readonly file: string;
  readonly changes: readonly string[];
}

/**
 * Manifests, readable or not, and locks that somebody formatted otherwise than `registry lock` does.
 * @throws Failure where a file cannot be written
 */
export async function fixFiles(root: string, { names, servers }: RegistryFiles): Promise<FixedFile[]> {
  const fixed: FixedFile[] = [];
  const known = new Map(servers.map((server) => [server.name, server]));
  for (const name of [...names].sort()) {
    const file = manifestPath(name);
    const bytes = known.get(name)?.manifestBytes ?? readPlainFile(root, file, maxManifestBytes);
    const text = bytes instanceof Uint8Array ? asText(bytes) : undefined;
    const fix = text === undefined ? undefined : fixManifest(text);
    if (fix === undefined) continue;
    await replaceFile(root, file, fix.text);
    fixed.push({ file, changes: fix.changes });
  }
  for (const { lock } of servers) {
    if (lock === undefined) continue;
    const content = reviewableJson(lock.value);
    if (Buffer.compare(lock.bytes, content) === 0) continue;
    await replaceFile(root, lock.file, content);
    fixed.push({ file: lock.file, changes: ['as `registry lock` writes it'] });
  }
  return fixed;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
