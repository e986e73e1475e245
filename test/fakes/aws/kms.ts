/**
 * AWS KMS in its JSON 1.1 protocol, with real keys: GetPublicKey, DescribeKey and Sign; and what a test needs to begin:
 * CreateKey, CreateAlias, DisableKey and EnableKey.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { TestKey } from '../../support/statements.ts';
import { AwsError, notImplemented } from './aws-error.ts';
import type { Answer, Request } from './call.ts';
import { region } from './environment.ts';

export interface KmsKey {
  /** Signs where it is on P-256. */
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly spec: string;
  readonly usage: string;
  readonly algorithms: readonly string[];
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

export interface KmsState {
  readonly keys: Map<string, KmsKey>;
  /** `alias/…` to key id. */
  readonly aliases: Map<string, string>;
  /** Operations that the caller has no permission for: `Sign`. */
  readonly denied: ReadonlySet<string>;
  /** As the key policies do it that we recommend: `MessageType` is `DIGEST`, or the answer is no. */
  digestsOnly: boolean;
}

/** A key as the signer wants it. */
export const signingKey = (): KmsKey => ({
  pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  spec: 'ECC_NIST_P256',
  usage: 'SIGN_VERIFY',
  algorithms: ['ECDSA_SHA_256'],
  state: 'Enabled',
});

/** A key of the tests, as a KMS holds it. */
export function inKms({ secret, spki }: Pick<TestKey, 'secret' | 'spki'>): KmsKey {
  const spkiKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const jwk = { ...spkiKey.export({ format: 'jwk' }), d: Buffer.from(secret).toString('base64url') };
  return {
    pair: { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey: spkiKey },
    spec: 'ECC_NIST_P256',
    usage: 'SIGN_VERIFY',
    algorithms: ['ECDSA_SHA_256'],
    state: 'Enabled',
  };
}

type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input, state: KmsState) => unknown;

const operations = new Map<string, Operation>([
  ['GetPublicKey', publicKey],
  ['DescribeKey', (input, state) => ({ KeyMetadata: describe(usable('DescribeKey', input, state)) })],
  ['Sign', sign],
  ['CreateKey', createKey],
  ['CreateAlias', createAlias],
  ['DisableKey', (input, state) => turn('Disabled', 'DisableKey', input, state)],
  ['EnableKey', (input, state) => turn('Enabled', 'EnableKey', input, state)],
]);

export function kmsOperation({ method, path, headers }: Pick<Request, 'method' | 'path' | 'headers'>): string {
  const name = /^TrentService\.(\w+)$/u.exec(String(headers['x-amz-target']))?.[1] ?? '';
  const known = method === 'POST' && path === '/' && headers['content-type'] === 'application/x-amz-json-1.1';
  return known && operations.has(name) ? name : 'Unknown';
}

/** @throws AwsError */
export function answerKms({ operation, headers }: Request, input: Input, state: KmsState): Answer {
  const answer = operations.get(operation);
  if (answer === undefined) throw notImplemented(String(headers['x-amz-target']));
  const content = answer(input, state);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: content === undefined ? '' : JSON.stringify(content),
  };
}

interface Named {
  readonly id: string;
  readonly key: KmsKey;
  readonly arn: string;
}

const arnOf = (id: string): string => `arn:aws:kms:${region}:111122223333:key/${id}`;

/** @throws AwsError where the key is not there, not allowed or, to be used, not enabled */
function usable(operation: string, { KeyId: name }: Input, { keys, aliases, denied }: KmsState): Named {
  const local = String(name).replace(new RegExp(`^arn:aws:kms:${region}:111122223333:(?:key/)?`, 'u'), '');
  const id = local.startsWith('alias/') ? aliases.get(local) : local;
  const key = keys.get(id ?? '');
  if (id === undefined || key === undefined)
    throw new AwsError('NotFoundException', `Key '${String(name)}' does not exist`);
  const arn = arnOf(id);
  if (denied.has(operation))
    throw new AwsError(
      'AccessDeniedException',
      `User: arn:aws:sts::111122223333:assumed-role/dev/me is not authorized to perform: kms:${operation} on resource: ${arn}`,
    );
  if (operation === 'Sign' || operation === 'GetPublicKey') {
    if (key.state === 'Disabled') throw new AwsError('DisabledException', `${arn} is disabled.`);
    if (key.state === 'PendingDeletion') throw new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`);
  }
  return { id, key, arn };
}

function publicKey(input: Input, state: KmsState): unknown {
  const { key, arn } = usable('GetPublicKey', input, state);
  if (key.spec === 'SYMMETRIC_DEFAULT')
    throw new AwsError('UnsupportedOperationException', `${arn} key usage is ENCRYPT_DECRYPT which is not valid`);
  return {
    KeyId: arn,
    PublicKey: key.pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    KeyUsage: key.usage,
    ...algorithmsOf(key),
  };
}

const algorithmsOf = ({ usage, algorithms }: KmsKey): object =>
  usage === 'SIGN_VERIFY' ? { SigningAlgorithms: algorithms } : { EncryptionAlgorithms: algorithms };

const describe = ({ id, key, arn }: Named): object => ({
  AWSAccountId: '111122223333',
  KeyId: id,
  Arn: arn,
  Enabled: key.state === 'Enabled',
  KeyState: key.state,
  KeySpec: key.spec,
  CustomerMasterKeySpec: key.spec,
  KeyUsage: key.usage,
  KeyManager: 'CUSTOMER',
  Origin: 'AWS_KMS',
  MultiRegion: false,
  ...algorithmsOf(key),
});

let signatures = 0;

function sign(input: Input, state: KmsState): unknown {
  const { key, arn } = usable('Sign', input, state);
  const { Message: message, MessageType: type = 'RAW', SigningAlgorithm: algorithm } = input;
  if (key.usage !== 'SIGN_VERIFY' || !key.algorithms.includes(String(algorithm)) || algorithm !== 'ECDSA_SHA_256')
    throw new AwsError('InvalidKeyUsageException', `Algorithm ${String(algorithm)} is incompatible with ${key.spec}.`);
  if (type !== 'DIGEST' && state.digestsOnly)
    throw new AwsError('AccessDeniedException', 'with an explicit deny in a resource-based policy');
  const bytes = Buffer.from(String(message), 'base64');
  if (type !== 'DIGEST' && type !== 'RAW') throw notImplemented(`MessageType ${String(type)}`);
  if (type === 'RAW' ? bytes.length < 1 || bytes.length > 4096 : bytes.length !== 32)
    throw new AwsError('ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.');
  const digest = type === 'RAW' ? createHash('sha256').update(bytes).digest() : bytes;
  const secret = Buffer.from(key.pair.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const der = p256.sign(digest, secret, { prehash: false, lowS: true, format: 'der' });
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  // KMS gives either value of s; here each second one is the higher.
  const given = signatures++ % 2 === 0 ? p256.Point.Fn.ORDER - s : s;
  const signature = new p256.Signature(r, given).toBytes('der');
  return { KeyId: arn, Signature: Buffer.from(signature).toString('base64'), SigningAlgorithm: algorithm };
}

function createKey({ KeySpec: spec = 'SYMMETRIC_DEFAULT', KeyUsage: usage }: Input, { keys }: KmsState): unknown {
  if (spec !== 'ECC_NIST_P256' || usage !== 'SIGN_VERIFY') throw notImplemented(`keys of the kind ${String(spec)}`);
  const id = randomUUID();
  const key = signingKey();
  keys.set(id, key);
  return { KeyMetadata: describe({ id, key, arn: arnOf(id) }) };
}

function createAlias(input: Input, state: KmsState): undefined {
  const { id } = usable('CreateAlias', { KeyId: input['TargetKeyId'] }, state);
  const alias = String(input['AliasName']);
  if (state.aliases.has(alias))
    throw new AwsError('AlreadyExistsException', `An alias with the name ${alias} already exists`);
  state.aliases.set(alias, id);
}

function turn(to: KmsKey['state'], operation: string, input: Input, state: KmsState): undefined {
  usable(operation, input, state).key.state = to;
}
