/**
 * What the last build made of each server, so that the next one makes only what changed. It can be deleted at any time:
 * then everything is made again. Texts are kept as bytes: of 10,000 servers they are parts of the file as it was read, and
 * take no memory of their own.
 */
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../../core/failure.ts';

export interface BuiltServer {
  /** SHA-256 of its record, which names everything else of it by digest. */
  readonly record: string;
  /** JSON: what its page and lists show. */
  readonly page: Uint8Array;
  /** JSON: what only its own pages show. */
  readonly detail: Uint8Array;
  /** Its pages, below `dist/`. */
  readonly pages: readonly string[];
  /** JSON: what the search shows. */
  readonly row: Uint8Array;
  /** What files about all servers have of it: a text in one line for each export, in the order of their table. */
  readonly parts: readonly (Uint8Array | undefined)[];
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
const lineFeed = 0x0a;
const none = Buffer.alloc(0);

/** Empty where another program or keyring made it. Only this program writes the file; it knows how many `parts` there are of a server. */
export async function readBuildCache(file: string, madeBy: string, parts: number): Promise<BuildCache> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const cache = new Map<string, BuiltServer>();
  const linesOfOne = linesBeforeParts + parts;
  try {
    let [head, at] = lineAt(bytes, 0);
    if (head === undefined || !isOurs(JSON.parse(head.toString()) as Head, madeBy)) return cache;
    for (;;) {
      const lines: Buffer[] = [];
      while (lines.length < linesOfOne) {
        const [line, next] = lineAt(bytes, at);
        if (line === undefined) return cache;
        lines.push(line);
        at = next;
      }
      const [names = none, page = none, detail = none, row = none, ...texts] = lines;
      const [name, record, files, pages] = JSON.parse(names.toString()) as [
        string,
        string,
        BuiltServer['files'],
        BuiltServer['pages'],
      ];
      const known = texts.map((part) => (part.length === 0 ? undefined : part));
      cache.set(name, { record, page, detail, row, files, pages, parts: known });
    }
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** The line that begins there, and where the next one does. Nothing where no line ends any more. */
function lineAt(bytes: Buffer, start: number): [line: Buffer | undefined, next: number] {
  const end = bytes.indexOf(lineFeed, start);
  return end < 0 ? [undefined, start] : [bytes.subarray(start, end), end + 1];
}

const isOurs = (head: Head, madeBy: string): boolean => head.schemaVersion === schemaVersion && head.madeBy === madeBy;

export async function writeBuildCache(file: string, madeBy: string, cache: BuildCache): Promise<void> {
  const head: Head = { schemaVersion, madeBy };
  const lines = [...cache].flatMap(([name, { record, page, detail, row, files, pages, parts }]) => [
    Buffer.from(JSON.stringify([name, record, files, pages])),
    ...[page, detail, row],
    ...parts.map(lineOf),
  ]);
  const end = Buffer.of(lineFeed);
  const all = [Buffer.from(JSON.stringify(head)), ...lines].flatMap((line) => [line, end]);
  await writeFileAtomic(file, Buffer.concat(all));
}

/** Nothing is an empty line. What would be read back as something else is a fault of the export that made it. */
function lineOf(part: Uint8Array | undefined): Uint8Array {
  if (part === undefined) return none;
  if (part.length === 0 || part.includes(lineFeed))
    throw new Error('a part for a file about all servers is not one line of text');
  return part;
}
