/** What files for clients say of a server: its name, and the words that start it. */
import { sha256 } from '../../../../core/digest.ts';
import { launcherWords, wordsToAdd } from '../../../../schemas/launcher.ts';
import type { Environment } from '../../../../schemas/types.ts';
import type { ExportedRegistry, ExportedServer } from '../export.ts';
import { isRunnable } from '../runnable.ts';
import { plainText } from '../short-text.ts';
import { pluginArchive } from './plugin-archive.ts';

export interface ClientServer {
  readonly name: string;
  readonly argv: readonly [command: string, ...words: string[]];
  /** Whether it can start with these words alone. */
  readonly complete: boolean;
  /** Whether hosts start it. Where they do not, only its audience counts. */
  readonly runnable: boolean;
  /** Who may run it; everybody where it is absent. */
  readonly audience?: readonly string[];
  /** Nothing where it cannot start with the words alone. */
  readonly plugin?: Plugin;
}

/** The plugin of Claude Code that starts it. */
export interface Plugin {
  /** That of the server: Claude Code fetches a plugin again where its version is another one. */
  readonly version: string;
  readonly description: string;
  /** Of the archive, lower-case hexadecimal. */
  readonly sha256: string;
}

/** What is kept of it: the rest follows. */
type Part = Omit<ClientServer, 'argv'>;

export function clientPart(server: ExportedServer, registry: ExportedRegistry): string {
  const { server: manifest } = server.current.approval.statement.predicate;
  const archive = pluginArchive(server, registry);
  const part: Part = {
    name: server.record.name,
    complete: wordsToAdd(manifest).length === 0,
    runnable: isRunnable(server),
    ...(manifest.audience !== undefined && { audience: manifest.audience }),
    ...(archive !== undefined && {
      plugin: {
        version: manifest.version,
        description: plainText(manifest.description),
        sha256: sha256(archive),
      },
    }),
  };
  return JSON.stringify(part);
}

export function clientServer(part: string, environment: Environment): ClientServer {
  const kept = JSON.parse(part) as Part;
  return { ...kept, argv: launcherWords(kept.name, environment) };
}
