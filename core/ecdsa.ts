/** ECDSA signatures on P-256 in their one canonical form: strict DER, and the lower of the two possible values of s. */

/** Half the order of P-256's group (SP 800-186, 3.2.1.3), rounded down. */
const halfOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n >> 1n;

/**
 * Whether a signature is in canonical form. Without a key, anyone can rewrite a signature in another form that also
 * verifies. The bundle would mean the same but have another digest, and a list of digests would not contain it.
 */
export function isCanonicalSignature(der: Uint8Array): boolean {
  const r = integerAt(der, 2);
  if (der[0] !== 0x30 || der[1] !== der.byteLength - 2 || r === undefined) return false;
  const s = integerAt(der, r.end);
  return s !== undefined && s.end === der.byteLength && r.value > 0n && s.value > 0n && s.value <= halfOrder;
}

/** A positive INTEGER in the shortest form (X.690, 8.3), up to 33 bytes. */
function integerAt(der: Uint8Array, start: number): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[start + 1] ?? 0;
  const digits = der.subarray(start + 2, start + 2 + length);
  const [first = 0x80, second = 0] = digits;
  if (der[start] !== 0x02 || length < 1 || length > 33 || digits.byteLength !== length) return undefined;
  if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return undefined;
  return { value: BigInt(`0x${Buffer.from(digits).toString('hex')}`), end: start + 2 + length };
}
