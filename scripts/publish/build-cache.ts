/**
 * What the last build made of each server, so that the next one makes only what changed. It can be deleted at any time:
 * then everything is made again.
 */
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../../core/failure.ts';

export interface BuiltServer {
  /** SHA-256 of its record, which names everything else of it by digest. */
  readonly record: string;
  /** JSON: what its page shows. */
  readonly page: string;
  /** JSON: what the search shows. */
  readonly row: string;
  /** Its files below `dist/`, each with its mark: a file with another mark was touched since. */
  readonly files: readonly (readonly [path: string, mark: string])[];
}

export type BuildCache = ReadonlyMap<string, BuiltServer>;

interface Head {
  readonly schemaVersion: number;
  readonly madeBy: string;
}

const schemaVersion = 1;
/** A line for the names, then one for each JSON text: these are passed on without being parsed. */
const linesOfOne = 3;

/** Empty where another program or keyring made it. Only this program writes the file. */
export async function readBuildCache(file: string, madeBy: string): Promise<BuildCache> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const [head = '', ...lines] = text.split('\n');
  const cache = new Map<string, BuiltServer>();
  try {
    if (head === '' || !isOurs(JSON.parse(head) as Head, madeBy)) return cache;
    for (let at = 0; at + linesOfOne <= lines.length; at += linesOfOne) {
      const [names = '', page = '', row = ''] = lines.slice(at, at + linesOfOne);
      const [name, record, files] = JSON.parse(names) as [string, string, BuiltServer['files']];
      cache.set(name, { record, page, row, files });
    }
    return cache;
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

const isOurs = (head: Head, madeBy: string): boolean => head.schemaVersion === schemaVersion && head.madeBy === madeBy;

export async function writeBuildCache(file: string, madeBy: string, cache: BuildCache): Promise<void> {
  const head: Head = { schemaVersion, madeBy };
  const lines = [...cache].flatMap(([name, { record, page, row, files }]) => [
    JSON.stringify([name, record, files]),
    page,
    row,
  ]);
  await writeFileAtomic(file, `${[JSON.stringify(head), ...lines].join('\n')}\n`);
}
