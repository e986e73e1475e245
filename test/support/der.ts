/** DER (X.690), as much of it as certificates and timestamps are made of. */

/** A value with its tag and its length. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(content);
  if (value.length < 0x80) return Buffer.concat([Buffer.of(tag, value.length), value]);
  const length = Buffer.from(value.length.toString(16).padStart(value.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, value]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => der(0x30, ...items);
export const octets = (...content: readonly Uint8Array[]): Buffer => der(0x04, ...content);
export const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.of(unused), content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes);
export const yes = der(0x01, Buffer.of(0xff));

/** With the year in four digits, which is a GeneralizedTime. */
export const time = (moment: Date): Buffer =>
  der(0x18, Buffer.from(`${moment.toISOString().replaceAll(/[-:T]|\.\d+Z$/gu, '')}Z`));

/** An object identifier in dots. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.of(first * 40 + second), ...rest.map(base128));
}

function base128(number: number): Buffer {
  const groups = [number & 0x7f];
  for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
  return Buffer.from(groups);
}
