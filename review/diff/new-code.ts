/** Reads the packages of a server that a check fetched already, and says what is new in their code. */
import { Refusal } from '../../core/refusal.ts';
import { unpack } from '../../artefacts/contents.ts';
import type { Base } from '../../catalog/base.ts';
import type { ServerFiles } from '../../catalog/registry-files.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { codeDiff, codeMarkdown } from './code.ts';

/** As Markdown; the empty string where no code is new. Nothing is fetched for this. */
export async function newCode(
  server: ServerFiles | undefined,
  base: Base,
  blobs: Pick<BlobStore, 'read'>,
): Promise<string> {
  if (server?.lock === undefined) return '';
  const diff = await codeDiff(base.changed.get(server.name)?.lock, server.lock.value, async (part) => {
    const bytes = await blobs.read(part.integrity);
    try {
      return bytes === undefined ? undefined : await unpack(part, bytes);
    } catch (error) {
      // The checks have a finding for an archive that cannot be read.
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  });
  return codeMarkdown(diff, server.manifest.value);
}
