/** The command line that serves a faulty server as `countersign run` does it, without a registry and a sandbox. */
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { aLock, aManifest } from './statements.ts';

const root = join(import.meta.dirname, '../..');
const tool = { name: 'greet', description: 'Greets.', inputSchema: { type: 'object' } };

export const faultyServer = join(root, 'test/fakes/faulty-server.js');

export interface ServedFault {
  /** The first word of the server. */
  readonly fault: string;
  readonly words?: readonly string[];
  readonly wordsFile: string;
  readonly manifest?: Partial<Manifest>;
  /** After this time the server may no longer run. */
  readonly refuseAfterMs?: number;
  /** The audit log; nothing is written down where it is absent. Its folder must be there. */
  readonly trail?: { readonly file: string; readonly folder: string };
}

/** Words for Node, and the variables that they need. */
export function servedCommand({ fault, words = [], manifest, ...more }: ServedFault): {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const lock = aLock({
    tools: [{ name: 'greet', definitions: [{ sha256: sha256(canonicalJson(tool)), definition: tool }] }],
  });
  const given: Given = { words: [faultyServer, fault, ...words], manifest: aManifest(manifest), lock, ...more };
  return { words: [join(root, 'test/support/serve-faulty.ts')], env: { SERVED: JSON.stringify(given) } };
}

/** What the program reads from the variable SERVED. */
export interface Given extends Pick<ServedFault, 'wordsFile' | 'refuseAfterMs' | 'trail'> {
  readonly words: readonly string[];
  readonly manifest: Manifest;
  readonly lock: Lock;
}
