/**
 * What this program stores for its own next run: lines of JSON. The first says of which format and program they are, the
 * last that nothing was cut off. They are written and read a line at a time, since an index of many servers is long.
 */

/** What must be the same for the lines to be used: the number of the format, and often the program. */
export type StoredHead = Readonly<Record<string, string | number>>;

const end = '"end"\n';
const endBytes = Buffer.from(end);

/** `rows` gives them twice: they are measured first, so that they are in memory only once. */
export function storedLines(head: StoredHead, rows: () => Iterable<unknown>): Buffer {
  let length = 0;
  for (const line of lines(head, rows())) length += Buffer.byteLength(line);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const line of lines(head, rows())) at += bytes.write(line, at);
  return bytes;
}

function* lines(head: StoredHead, rows: Iterable<unknown>): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
  yield end;
}

/**
 * Gives each row to `take`. False where there are no bytes, they are of another head, or were cut short: then what was
 * taken is not everything, and its reader finds it all out again.
 */
export function readStoredLines(
  bytes: Uint8Array | undefined,
  head: StoredHead,
  take: (row: unknown) => void,
): boolean {
  if (bytes === undefined) return false;
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Buffer.from(`${JSON.stringify(head)}\n`);
  const last = stored.length - endBytes.length;
  if (last < first.length || !stored.subarray(0, first.length).equals(first) || !stored.subarray(last).equals(endBytes))
    return false;
  try {
    for (let from = first.length, to: number; from < last; from = to + 1) {
      to = stored.indexOf('\n', from);
      take(JSON.parse(stored.toString('utf8', from, to)));
    }
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
