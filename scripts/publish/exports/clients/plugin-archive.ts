/**
 * A plugin of Claude Code for one server: what starts it through the launcher, in an archive that is pinned by its digest.
 * https://code.claude.com/docs/en/plugins-reference
 */
import { zipSync } from 'fflate';
import { launcherWords, wordsToAdd } from '../../../../schemas/launcher.ts';
import type { ExportedRegistry, ExportedServer } from '../export.ts';
import { isRunnable } from '../runnable.ts';
import { shortText } from '../short-text.ts';

/**
 * The bytes of a zip file, the same in every time zone; nothing where the server cannot start with the launcher's words
 * alone. It holds nothing that contributors write but names and versions.
 */
export function pluginArchive(
  server: ExportedServer,
  { shown }: Pick<ExportedRegistry, 'shown'>,
): Uint8Array | undefined {
  const { server: manifest } = server.current.approval.statement.predicate;
  if (!isRunnable(server) || wordsToAdd(manifest).length > 0) return undefined;
  const { name } = server.record;
  const [command, ...args] = launcherWords(name, shown.environment);
  const files = {
    '.claude-plugin/plugin.json': jsonBytes({
      name,
      version: manifest.version,
      description: `Starts the MCP server ${name} through countersign, which checks it first.`,
      author: { name: shortText(shown.name, 100) },
    }),
    '.mcp.json': jsonBytes({ mcpServers: { [name]: { command, args } } }),
  };
  return zipSync(files, { level: 0, mtime: firstDay });
}

/** Where an archive with these bytes is published. */
export const pluginPath = (digest: string): string => `plugins/${digest}.zip`;

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`);

/** The first day that zip files can say, in local time, as they say it. */
const firstDay = new Date(1980, 0, 1);
