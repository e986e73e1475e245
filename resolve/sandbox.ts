/** The sandbox that servers are captured in: only the given files and environment, bounded time, and usually no network. */
import { maxSandboxCpuSeconds, maxSandboxFolderBytes, maxSandboxMemoryBytes } from '../core/limits.ts';
import { confinedCommand, type Bounds } from '../artefacts/sandbox/bubblewrap.ts';
import { findBubblewrap, tryBounds, whyNoSandbox } from '../artefacts/sandbox/try-bubblewrap.ts';

/** The files, environment and network of a program in the sandbox. */
export interface Captive {
  /** Folders and files that it may read, at their own paths. */
  readonly read: readonly string[];
  /** An empty folder that it may write to: its home and working folder. It is removed afterwards. */
  readonly folder: string;
  /** No secrets: every account of the machine can read them. */
  readonly environment: ReadonlyMap<string, string>;
  /** Whether it may use the machine's network. */
  readonly network?: boolean;
}

let bounds: Promise<Bounds> | undefined;

/** The command line that runs another one in the sandbox. */
export async function confined(
  command: readonly string[],
  { read, folder, environment, network = false }: Captive,
): Promise<string[]> {
  const program = findBubblewrap();
  if (program === undefined) throw new Error('`canConfine` says whether there is a sandbox');
  return confinedCommand(
    program,
    command,
    {
      files: read.map((path) => ({ path, write: false })),
      temporary: [folder],
      folder,
      environment: new Map([['HOME', folder], ...environment]),
      network,
      limits: {
        memoryBytes: maxSandboxMemoryBytes,
        cpuSeconds: maxSandboxCpuSeconds,
        fileBytes: maxSandboxFolderBytes,
      },
    },
    await (bounds ??= tryBounds(program)),
  );
}

let tried: Promise<boolean> | undefined;

/** Whether programs can run in a sandbox here. */
export const canConfine = (): Promise<boolean> => (tried ??= tryIt());

async function tryIt(): Promise<boolean> {
  const program = findBubblewrap();
  return program !== undefined && (await whyNoSandbox(program)) === undefined;
}
