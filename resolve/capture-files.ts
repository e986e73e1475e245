/** Starts the files of a closure in the sandbox, to capture what its server offers. */
import { join } from 'node:path';
import { partsFor } from '../artefacts/kinds.ts';
import { commandLine } from '../artefacts/launch/command.ts';
import { fetchPart, type Sources } from '../artefacts/sources.ts';
import type { Platform } from '../core/platform.ts';
import type { Lock } from '../schemas/types.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { installClosure } from '../store/install.ts';
import { confined } from './sandbox.ts';
import type { Starter } from './starter.ts';

export async function fileStarter(
  lock: Lock,
  temporary: string,
  platform: Platform,
  { blobs, ...sources }: Sources & { readonly blobs: BlobStore },
): Promise<Starter> {
  const root = join(temporary, 'server');
  await installClosure(lock, root, {
    staging: join(temporary, 'staging'),
    blobs,
    platform,
    fetch: (part) => fetchPart(part, sources),
  });
  const { python } = platform;
  const installed = { root, parts: partsFor(lock, platform), python };
  return {
    home: '/home/sandbox',
    seen: (path) => path,
    command: async ({ program, arguments: given, environment }, { home: folder, files }) => {
      if (program.runs === 'container') throw new Error('an image has no files to start');
      const { file, words } = commandLine(program, given, installed);
      const line = await confined([file, ...words], {
        // Only the program itself: the files beside it belong to the user.
        read: [
          root,
          file,
          ...(program.runs.startsWith('python') && python !== undefined ? [python().prefix] : []),
          ...files,
        ],
        folder,
        environment,
        network: lock.capture === 'network',
      });
      // The sandbox ends together with its command.
      return { words: line, end: () => Promise.resolve() };
    },
    end: () => Promise.resolve(),
  };
}
