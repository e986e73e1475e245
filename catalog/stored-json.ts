/**
 * JSON that this program stored for its own next run; undefined if it was cut short. Its reader checks which program and
 * format it is of, and finds everything out again otherwise.
 */
export function parseStored(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    // Without a copy: an index of many servers is long.
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
