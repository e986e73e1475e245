import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785) in UTF-8. Our digests and signatures are made over these bytes. */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return Buffer.from(text, 'utf8');
}

/** Whether two JSON values are equal. The order of keys does not matter. `undefined` equals only itself. */
export const sameJson = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(canonicalJson(a), canonicalJson(b)) === 0);

/** Sorted keys, two spaces, a final newline: how generated files are committed, so that they can be reviewed. */
export function reviewableJson(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(isSorted(value) ? value : sorted(value), null, 2)}\n`, 'utf8');
}

/** Whether all keys are sorted already, as in files that this program wrote. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return (
    keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key) && Object.values(value).every(isSorted)
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // A null prototype, so that a key such as `__proto__` stays a key.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) result[key] = sorted(item);
  return result;
}
