/** A folder with everything that all exports write of some servers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import type { LifecycleEntry, Manifest } from '../../schemas/types.ts';
import type { ExportedFile, ExportedServer } from '../../scripts/publish/exports/export.ts';
import { exportTable } from '../../scripts/publish/exports/table.ts';
import { anExportedRegistry, anExportedServer } from './exported.ts';
import { temporaryFolder } from './folder.ts';

export interface ExportedMore {
  /** Further versions of the same manifest, the newest first. */
  readonly older?: readonly string[];
  readonly lifecycle?: readonly LifecycleEntry[];
  readonly tools?: readonly string[];
}

export const exportedRegistry = anExportedRegistry();

export const exportedServer = (
  change: Partial<Manifest> = {},
  { older = [], lifecycle = [], tools = [] }: ExportedMore = {},
): ExportedServer =>
  anExportedServer({
    manifest: { ...change, ...(lifecycle.length > 0 && { lifecycle: [...lifecycle] }) },
    older,
    lock: { tools: tools.map((name) => ({ name, definitions: [] })) },
  });

/** As the build writes them. */
export function filesOfAllExports(
  servers: readonly ExportedServer[],
  registry = exportedRegistry,
): readonly ExportedFile[] {
  const sorted = servers.toSorted((a, b) => (a.published.name < b.published.name ? -1 : 1));
  return exportTable.flatMap(({ filesOf, partOf, filesOfAll }) => [
    ...sorted.flatMap((server) => filesOf?.(server, registry) ?? []),
    ...(filesOfAll?.(
      sorted.flatMap((server) => partOf?.(server, registry) ?? []),
      registry,
    ) ?? []),
  ]);
}

/** A new folder, as it is published. */
export async function exportedFolder(servers: readonly ExportedServer[]): Promise<string> {
  const folder = await temporaryFolder();
  const records = servers.map(({ record }): ExportedFile => [`servers/${record.name}.json`, canonicalJson(record)]);
  for (const [path, bytes] of [...filesOfAllExports(servers), ...records]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
