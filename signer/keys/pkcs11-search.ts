/** Finds what a PKCS #11 address names: one token, one private key, and the public key beside it. */
import { Failure, messageOf } from '../../core/failure.ts';
import { wrongKey } from './p256-key.ts';
import type { Pkcs11Address } from './pkcs11-address.ts';
import { pkcs11js, type Attribute, type Handle, type PKCS11 } from './pkcs11js.ts';

export interface Token {
  readonly slot: Handle;
  readonly flags: number;
}

/** @throws Failure if not exactly one token matches the address */
export function findToken(pkcs11: PKCS11, { name, token: wanted }: Pkcs11Address): Token {
  const tokens = pkcs11.C_GetSlotList(true).flatMap((slot) => {
    const { flags, ...info } = pkcs11.C_GetTokenInfo(slot);
    if ((flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0) return [];
    const says = {
      token: unpadded(info.label),
      serial: unpadded(info.serialNumber),
      model: unpadded(info.model),
      manufacturer: unpadded(info.manufacturerID),
    };
    return [{ slot, flags, says }];
  });
  const found = tokens.filter(({ says }) =>
    Object.entries(wanted).every(([attribute, value]) => says[attribute as keyof typeof says] === value),
  );
  const listed = (from: typeof tokens): string =>
    from.map(({ says }) => `token=${says.token};serial=${says.serial}`).join(', ') || 'none';
  const [first, second] = found;
  if (first === undefined)
    throw new Failure(
      'no-key',
      `there is no token for ${name}; there is ${listed(tokens)}`,
      'put the token in, or write the label of one that is there',
    );
  if (second !== undefined)
    throw new Failure(
      'ambiguous-key',
      `more than one token fits ${name}: ${listed(found)}`,
      'add the serial of one to the address',
    );
  return first;
}

/** The field has a fixed length and is padded with spaces. */
const unpadded = (text: string): string => text.replace(/[ \0]+$/u, '');

export interface PrivateKey {
  readonly handle: Handle;
  readonly id: Buffer;
  readonly label: Buffer;
  /** Whether the token wants the PIN for each signature. */
  readonly asksEachTime: boolean;
}

/** @throws Failure if not exactly one private key matches the address, or the key cannot be used */
export function findKey(pkcs11: PKCS11, session: Handle, { name, object, id }: Pkcs11Address): PrivateKey {
  const [handle, second] = find(pkcs11, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    ...(object === undefined ? [] : [{ type: pkcs11js.CKA_LABEL, value: Buffer.from(object) }]),
    ...(id === undefined ? [] : [{ type: pkcs11js.CKA_ID, value: Buffer.from(id) }]),
  ]);
  if (handle === undefined)
    throw new Failure(
      'no-key',
      `the token holds no private key ${name}`,
      'check object and id: `pkcs11-tool --list-objects --login` or `p11tool --list-all --login` shows them',
    );
  if (second !== undefined)
    throw new Failure(
      'ambiguous-key',
      `more than one private key on the token fits ${name}`,
      'write both object and id, as %-escaped bytes; give keys that share both another label',
    );
  const attribute = (type: number): Buffer => valueOf(pkcs11, session, handle, type);
  const remedy = 'name another key, or make one on the curve P-256 that may sign';
  const type = numberIn(attribute(pkcs11js.CKA_KEY_TYPE));
  if (type !== pkcs11js.CKK_EC) throw wrongKey(name, keyTypes.get(type) ?? `of the type ${type}`, remedy);
  const curve = attribute(pkcs11js.CKA_EC_PARAMS).toString('hex');
  if (curve !== p256Id) throw wrongKey(name, `on ${curves.get(curve) ?? `the curve ${curve}`}`, remedy);
  if (!isTrue(attribute(pkcs11js.CKA_SIGN))) throw wrongKey(name, 'one that may not sign', remedy);
  return {
    handle,
    id: attribute(pkcs11js.CKA_ID),
    label: attribute(pkcs11js.CKA_LABEL),
    asksEachTime: isTrue(attribute(pkcs11js.CKA_ALWAYS_AUTHENTICATE)),
  };
}

/** Object identifiers in DER. */
const p256Id = '06082a8648ce3d030107';
const curves = new Map([
  ['06052b81040022', 'P-384'],
  ['06052b81040023', 'P-521'],
  ['06052b8104000a', 'secp256k1'],
]);
const keyTypes = new Map([
  [pkcs11js.CKK_RSA, 'an RSA key'],
  [0x40, 'an EdDSA key'],
]);

/** The point of the public key with the same id, or, if no key has that id, with the same label: 65 bytes. */
export function findPublicPoint(pkcs11: PKCS11, session: Handle, { id, label }: PrivateKey, name: string): Buffer {
  const [handle, second] = find(pkcs11, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PUBLIC_KEY },
    id.length > 0 ? { type: pkcs11js.CKA_ID, value: id } : { type: pkcs11js.CKA_LABEL, value: label },
  ]);
  if (handle === undefined || second !== undefined)
    throw new Failure(
      handle === undefined ? 'no-key' : 'ambiguous-key',
      `the token holds ${handle === undefined ? 'no public key' : 'more than one public key'} of the id or label of ${name}`,
      'keep one public key beside the private one, with the same id',
    );
  const point = valueOf(pkcs11, session, handle, pkcs11js.CKA_EC_POINT);
  // PKCS #11 wraps it in an OCTET STRING; some tokens do not.
  const unwrapped = point.length === 67 && point[0] === 0x04 && point[1] === 65 ? point.subarray(2) : point;
  if (unwrapped.length === 65 && unwrapped[0] === 0x04) return unwrapped;
  throw wrongKey(name, 'one beside a public key that is no point on P-256', 'put the right public key beside it');
}

function find(pkcs11: PKCS11, session: Handle, template: readonly Attribute[]): Handle[] {
  pkcs11.C_FindObjectsInit(session, template);
  try {
    return pkcs11.C_FindObjects(session, 2);
  } finally {
    pkcs11.C_FindObjectsFinal(session);
  }
}

/** Empty if the token does not know the attribute. Some tokens do not know the newer ones. */
function valueOf(pkcs11: PKCS11, session: Handle, object: Handle, type: number): Buffer {
  try {
    return pkcs11.C_GetAttributeValue(session, object, [{ type }])[0]?.value ?? Buffer.alloc(0);
  } catch (error) {
    if (messageOf(error) === 'CKR_ATTRIBUTE_TYPE_INVALID') return Buffer.alloc(0);
    throw error;
  }
}

/** CK_ULONG, in the machine's byte order. All numbers here fit in 32 bits. */
const numberIn = (value: Buffer): number => (value.length < 4 ? -1 : value.readUInt32LE());
const isTrue = (value: Buffer): boolean => value[0] === 1;
