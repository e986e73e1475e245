/**
 * What pages and lists were before a generation replaced them: kept under their digest as long as the generation that
 * they belong to, so that they can be published again.
 */
import { sha256 } from '../../core/digest.ts';
import { maxPublishedFileBytes } from '../../core/limits.ts';
import { targetPath } from '../../core/metadata.ts';
import type { InventoryFile } from '../../schemas/types.ts';
import { isImmutable, keptPath, staysCurrent } from './delivery.ts';
import type { Files } from './local-files.ts';
import type { Target } from './target.ts';

/** Whether another generation has other bytes under the same name, and may be asked for them. */
const isReplaced = (path: string): boolean => !isImmutable(path) && !staysCurrent(path);

/**
 * Keeps what lies at a path before a file is written over it. `before` are the files of the current generation: what a
 * run left there that did not end belongs to no generation, and is not kept.
 */
export async function keepReplaced(target: Target, path: string, next: InventoryFile, before: Files): Promise<void> {
  const known = before.get(path)?.sha256;
  if (!isReplaced(path) || known === next.sha256) return;
  const found = await target.read(path, maxPublishedFileBytes);
  if (found === undefined) return;
  const digest = sha256(found.bytes);
  if (digest === next.sha256 || (known !== undefined && digest !== known)) return;
  await target.put(keptPath(digest), found.bytes);
}

/** Where the files of a generation may be kept. */
export const keptPathsOf = (files: Files): string[] =>
  [...files].flatMap(([path, { sha256: digest }]) => (isReplaced(path) ? [keptPath(digest)] : []));

/** The exact bytes of a file of any generation that is remembered; nothing where they are gone. */
export async function readOfGeneration(
  target: Target,
  path: string,
  { sha256: digest, bytes }: InventoryFile,
): Promise<Buffer | undefined> {
  const places = isReplaced(path)
    ? [keptPath(digest), path]
    : isImmutable(path)
      ? [path]
      : [path, targetPath(path, digest)];
  for (const place of places) {
    const found = await target.read(place, Math.max(bytes, maxPublishedFileBytes));
    if (found !== undefined && sha256(found.bytes) === digest) return found.bytes;
  }
  return undefined;
}
