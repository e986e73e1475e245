/** Starts the files of a closure in the sandbox, to capture what its server offers. */
import { join } from 'node:path';
import { partsFor } from '../artefacts/kinds.ts';
import { commandLine } from '../artefacts/launch/command.ts';
import type { Part } from '../artefacts/part.ts';
import { fetchPart, type Sources } from '../artefacts/sources.ts';
import { Failure } from '../core/failure.ts';
import type { Platform } from '../core/platform.ts';
import { Refusal } from '../core/refusal.ts';
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
  const parts = partsHere(lock, platform);
  const root = join(temporary, 'server');
  await installClosure(lock, root, {
    staging: join(temporary, 'staging'),
    blobs,
    platform,
    fetch: (part) => fetchPart(part, sources),
  });
  const { python } = platform;
  const installed = { root, parts, python };
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

/** @throws Failure `capture` where the server does not run on this machine; on another it may. */
function partsHere(lock: Lock, platform: Platform): Part[] {
  try {
    return partsFor(lock, platform);
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code !== 'E_UNSUPPORTED') throw cause;
    throw new Failure(
      'capture',
      `the server cannot be started on this machine: ${cause.message}`,
      `lock it on a machine where it runs; \`registry lock ${lock.name} --no-capture\` locks it here without its tools, and the reviewer is told`,
      { cause },
    );
  }
}
