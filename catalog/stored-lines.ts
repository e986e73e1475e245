/**
 * What this program stores for its own next run: lines of JSON. The first says of which format and program they are, the
 * last that nothing was cut off. They are written and read a line at a time, since an index of many servers is long.
 */

/** What must be the same for the lines to be used: the number of the format, and often the program. */
export type StoredHead = Readonly<Record<string, string | number>>;

const end = Buffer.from('"end"\n');
/** Characters that are gathered before they become bytes. */
const atOnce = 1 << 20;

export function storedLines(head: StoredHead, rows: Iterable<unknown>): Buffer {
  const parts: Buffer[] = [];
  let text = `${JSON.stringify(head)}\n`;
  for (const row of rows) {
    text += `${JSON.stringify(row)}\n`;
    if (text.length < atOnce) continue;
    parts.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...parts, Buffer.from(text), end]);
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
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Buffer.from(`${JSON.stringify(head)}\n`);
  const last = lines.length - end.length;
  if (last < first.length || !lines.subarray(0, first.length).equals(first) || !lines.subarray(last).equals(end))
    return false;
  try {
    for (let from = first.length, to: number; from < last; from = to + 1) {
      to = lines.indexOf('\n', from);
      take(JSON.parse(lines.toString('utf8', from, to)));
    }
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
