/** What files for clients say of a server: its name, and the words that start it. */
import { launcherWords, wordsToAdd } from '../../../../schemas/launcher.ts';
import type { Environment } from '../../../../schemas/types.ts';
import type { ExportedServer } from '../export.ts';
import { isRunnable } from '../runnable.ts';

export interface ClientServer {
  readonly name: string;
  readonly argv: readonly [command: string, ...words: string[]];
  /** Whether it can start with these words alone. */
  readonly complete: boolean;
  /** Whether hosts start it. Where they do not, only its audience counts. */
  readonly runnable: boolean;
  /** Who may run it; everybody where it is absent. */
  readonly audience?: readonly string[];
}

/** What is kept of it: the rest follows. */
type Part = Pick<ClientServer, 'name' | 'complete' | 'runnable' | 'audience'>;

export function clientPart(server: ExportedServer): string {
  const { server: manifest } = server.current.approval.statement.predicate;
  const part: Part = {
    name: server.record.name,
    complete: wordsToAdd(manifest).length === 0,
    runnable: isRunnable(server),
    ...(manifest.audience !== undefined && { audience: manifest.audience }),
  };
  return JSON.stringify(part);
}

export function clientServer(part: string, environment: Environment): ClientServer {
  const kept = JSON.parse(part) as Part;
  return { ...kept, argv: launcherWords(kept.name, environment) };
}
