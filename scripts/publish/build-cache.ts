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
  /** JSON: what its page and lists show. */
  readonly page: string;
  /** JSON: what only its own pages show. */
  readonly detail: string;
  /** Its pages, below `dist/`. */
  readonly pages: readonly string[];
  /** JSON: what the search shows. */
  readonly row: string;
  /** What files about all servers have of it: a text in one line for each export, in the order of their table. */
  readonly parts: readonly (string | undefined)[];
  /** Its files below `dist/`, each with its mark: a file with another mark was touched since. */
  readonly files: readonly (readonly [path: string, mark: string])[];
}

export type BuildCache = ReadonlyMap<string, BuiltServer>;

interface Head {
  readonly schemaVersion: number;
  readonly madeBy: string;
}

const schemaVersion = 3;
/** A line for the names, one for the page, one for the detail and one for the row; then one for each part. What is JSON there is passed on as it is. */
const linesBeforeParts = 4;

/** Empty where another program or keyring made it. Only this program writes the file; it knows how many `parts` there are of a server. */
export async function readBuildCache(file: string, madeBy: string, parts: number): Promise<BuildCache> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const [head = '', ...lines] = text.split('\n');
  const cache = new Map<string, BuiltServer>();
  try {
    if (head === '' || !isOurs(JSON.parse(head) as Head, madeBy)) return cache;
    const linesOfOne = linesBeforeParts + parts;
    for (let at = 0; at + linesOfOne <= lines.length; at += linesOfOne) {
      const [names = '', page = '', detail = '', row = '', ...texts] = lines.slice(at, at + linesOfOne);
      const [name, record, files, pages] = JSON.parse(names) as [
        string,
        string,
        BuiltServer['files'],
        BuiltServer['pages'],
      ];
      cache.set(name, {
        record,
        page,
        detail,
        row,
        files,
        pages,
        parts: texts.map((part) => (part === '' ? undefined : part)),
      });
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
  const lines = [...cache].flatMap(([name, { record, page, detail, row, files, pages, parts }]) => [
    JSON.stringify([name, record, files, pages]),
    page,
    detail,
    row,
    ...parts.map(lineOf),
  ]);
  await writeFileAtomic(file, `${[JSON.stringify(head), ...lines].join('\n')}\n`);
}

/** Nothing is an empty line. What would be read back as something else is a fault of the export that made it. */
function lineOf(part: string | undefined): string {
  if (part === undefined) return '';
  if (part === '' || part.includes('\n'))
    throw new Error('a part for a file about all servers is not one line of text');
  return part;
}
