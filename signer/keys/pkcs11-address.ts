import { isAbsolute } from 'node:path';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';

/** The parts of a PKCS #11 URI (RFC 7512). */
export interface Pkcs11Address {
  /** For people: without the query. */
  readonly name: string;
  /** The attributes that the token must have. */
  readonly token: Readonly<Partial<Record<TokenAttribute, string>>>;
  readonly object?: string;
  readonly id?: Uint8Array;
  /** The library that talks to the token. */
  readonly modulePath: string;
  /** A file that holds the PIN. */
  readonly pinFile?: string;
}

const tokenAttributes = ['token', 'serial', 'model', 'manufacturer'] as const;
type TokenAttribute = (typeof tokenAttributes)[number];

const pathAttributes = [...tokenAttributes, 'object', 'id', 'type'];
const queryAttributes = ['module-path', 'pin-source'];
const example = 'write pkcs11:token=<label>;object=<label>?module-path=<library>&pin-source=<file>';

/** @throws UsageError; its message shows names of attributes, and only values that are not secret */
export function readPkcs11Address(address: string): Pkcs11Address {
  const [path = '', query = '', more] = address.slice('pkcs11:'.length).split('?');
  if (more !== undefined) throw new UsageError('a PKCS #11 address has one question mark', example);
  const inPath = attributes(path.split(';'), pathAttributes);
  const inQuery = attributes(query.split('&'), queryAttributes);
  const text = (name: string): string | undefined => textOf(inPath.get(name) ?? inQuery.get(name), name);

  const type = text('type');
  if (type !== undefined && type !== 'private')
    throw new UsageError('a PKCS #11 address of a key that signs has no type but private', 'leave type out');
  const object = text('object');
  const id = inPath.get('id');
  if (object === undefined && id === undefined)
    throw new UsageError('the PKCS #11 address names no key by object or id', example);
  const modulePath = text('module-path');
  if (modulePath === undefined || !isAbsolute(modulePath))
    throw new UsageError('the PKCS #11 address has no module-path that begins at the root', example);
  const pinFile = pinFileOf(text('pin-source'));
  return {
    name: `pkcs11:${path}`,
    token: Object.fromEntries(
      tokenAttributes.flatMap((name) => {
        const value = text(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    ...(object !== undefined && { object }),
    ...(id !== undefined && { id }),
    modulePath,
    ...(pinFile !== undefined && { pinFile }),
  };
}

function attributes(parts: readonly string[], known: readonly string[]): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const part of parts) {
    if (part === '') continue;
    const [name = ''] = part.split('=', 1);
    if (name === 'pin-value')
      throw new UsageError(
        'a PKCS #11 address does not hold the PIN: shells keep their history, and everybody sees command lines',
        'leave pin-value out, and type the PIN when asked; or write pin-source=<file>',
      );
    if (!known.includes(name))
      throw new UsageError(
        `a PKCS #11 address has no attribute ${name} ${known.includes('token') ? 'before' : 'after'} the question mark${didYouMean(name, known)}`,
        example,
      );
    if (found.has(name)) throw new UsageError(`a PKCS #11 address has ${name} once`, 'leave one of them out');
    found.set(name, decoded(part.slice(name.length + 1), name));
  }
  return found;
}

/** RFC 7512, 2.3: percent-encoded bytes. The bytes of an id do not have to be text. */
function decoded(value: string, name: string): Buffer {
  if (value === '' || /%(?![0-9a-f]{2})/iu.test(value))
    throw new UsageError(
      `${name} in the PKCS #11 address is empty, or has a % without two hexadecimal digits`,
      example,
    );
  // `latin1` turns each escape into one byte. All other characters are encoded first.
  const escaped = value.replaceAll(/[^%\x20-\x7e]/gu, (character) => encodeURIComponent(character));
  return Buffer.from(
    escaped.replaceAll(/%([0-9a-f]{2})/giu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function textOf(bytes: Buffer | undefined, name: string): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${name} in the PKCS #11 address is no UTF-8`, example, { cause });
  }
}

/** RFC 7512, 2.4: a path or a file URI. The third kind, a command, is not run. */
function pinFileOf(source: string | undefined): string | undefined {
  const file = source?.replace(/^file:(?:\/\/)?(?=\/)/u, '');
  if (file === undefined || isAbsolute(file)) return file;
  throw new UsageError('pin-source in the PKCS #11 address is no file that begins at the root', example);
}
