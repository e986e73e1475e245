import { generateKeyPairSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { aRoot, keyId, metadataFiles, roleKeys, sealed, signatures } from '../test/support/metadata.ts';
import { testKey } from '../test/support/statements.ts';
import type { MetadataKey, RootMetadata, RootRole } from '../schemas/types.ts';
import { canonicalJson } from './canonical.ts';
import { rootFormat } from './formats.ts';
import {
  binNames,
  binOf,
  binSignersOf,
  checkSigned,
  keyIdOf,
  metadataKey,
  openMetadata,
  signedBytes,
  signersOf,
  targetPath,
} from './metadata.ts';

const [one, two, three] = roleKeys.root as [
  ReturnType<typeof testKey>,
  ReturnType<typeof testKey>,
  ReturnType<typeof testKey>,
];
const root = aRoot();
const by = signersOf(root, 'root');
const open = (bytes: Uint8Array, role: RootRole = root): RootRole =>
  openMetadata(rootFormat, bytes, () => [signersOf(role, 'root')], 'the root').role;
const refused = (code: string, message = ''): unknown =>
  expect.objectContaining({ name: 'Refusal', code, message: expect.stringContaining(message) });

test('opens what enough keys signed, whichever they are', () => {
  for (const keys of [
    [one, two],
    [one, three],
    [one, two, three],
  ])
    expect(open(sealed(root, keys))).toEqual(root);
});

test('counts signatures of other keys neither for nor against', () => {
  expect(open(sealed(root, [testKey(99), one, two]))).toEqual(root);
  expect(() => open(sealed(root, [testKey(99), one]))).toThrow(
    refused('E_THRESHOLD', "the root is signed by 1 of the role's keys; 2 must sign"),
  );
});

test.each<[string, string, () => Uint8Array]>([
  ['nobody signed', 'E_THRESHOLD', () => sealed(root, [])],
  ['one key signed twice', 'E_FORMAT', () => sealed(root, [one, one])],
  [
    'another content was signed',
    'E_SIGNATURE',
    () => canonicalJson({ signatures: signatures(root, [one, two]), signed: { ...root, version: 2 } }),
  ],
  [
    'is written in another way',
    'E_FORMAT',
    () => Buffer.from(JSON.stringify(JSON.parse(String(sealed(root, [one, two]))), null, 1)),
  ],
  [
    'has its signatures in another order',
    'E_FORMAT',
    () => canonicalJson({ signatures: signatures(root, [one, two]).toReversed(), signed: root }),
  ],
  [
    'has half a byte more in a signature',
    'E_FORMAT',
    () => {
      const longer = signatures(root, [one, two]).map(({ keyid, sig }) => ({ keyid, sig: `${sig}0` }));
      return canonicalJson({ signatures: longer, signed: root });
    },
  ],
  [
    'says a number with a fraction',
    'E_FORMAT',
    () => canonicalJson({ signatures: signatures(root, [one, two]), signed: { ...root, more: 1.5 } }),
  ],
  [
    'has a signature with the higher of the two values of s',
    'E_SIGNATURE',
    () => {
      const made = signatures(root, [one, two]);
      const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
      const first = made[0] ?? { keyid: '', sig: '' };
      const der = Buffer.from(first.sig, 'hex');
      const rEnd = 4 + (der[3] ?? 0);
      const s = order - BigInt(`0x${der.subarray(rEnd + 2).toString('hex')}`);
      const sBytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
      const body = Buffer.concat([der.subarray(2, rEnd), Buffer.from([2, 33, 0]), sBytes]);
      const sig = Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('hex');
      return canonicalJson({ signatures: [{ ...first, sig }, ...made.slice(1)], signed: root });
    },
  ],
])('refuses a file that %s: %s', (_, code, bytes) => {
  expect(() => open(bytes())).toThrow(refused(code));
});

const listed = (key: MetadataKey, id = keyId(key)): RootRole => ({
  ...root,
  keys: { ...root.keys, [id]: key },
  roles: { ...root.roles, root: { keyids: [id, ...root.roles.root.keyids], threshold: 2 } },
});

test.each<[string, RootRole, string]>([
  ['under another id than its content', listed(metadataKey(one.spki), 'a'.repeat(64)), 'another id'],
  [
    'with white space around it',
    listed({ ...metadataKey(one.spki), keyval: { public: `${metadataKey(one.spki).keyval.public}\n` } }),
    'not in canonical form',
  ],
  ['that is none', listed({ ...metadataKey(one.spki), keyval: { public: 'x' } }), 'no public key'],
  [
    'on another curve',
    listed({
      ...metadataKey(one.spki),
      keyval: {
        public: generateKeyPairSync('ec', { namedCurve: 'P-384' })
          .publicKey.export({ format: 'pem', type: 'spki' })
          .toString(),
      },
    }),
    'no ECDSA key on P-256',
  ],
])('refuses a role with a key %s', (_, role, why) => {
  const id = role.roles.root.keyids[0] ?? '';
  const sig = signatures(root, [one])[0]?.sig ?? '';
  expect(() => checkSigned({ signatures: [{ keyid: id, sig }], signed: root }, signersOf(role, 'root'), 'it')).toThrow(
    refused('E_KEY', why),
  );
});

test('refuses a role with a key that is not there', () => {
  const { [by.keyids[0] ?? '']: _, ...keys } = root.keys;
  expect(() => open(sealed(root, [one, two]), { ...root, keys })).toThrow(refused('E_KEY', 'is not there'));
});

test('counts a key once, though a role lists it twice', () => {
  const id = keyId(metadataKey(one.spki));
  const role = { ...root, roles: { ...root.roles, root: { keyids: [id, id], threshold: 2 } } };
  expect(() => open(sealed(root, [one]), role)).toThrow(refused('E_THRESHOLD'));
});

test('knows the id of a key from its content alone', () => {
  const key = metadataKey(one.spki);
  expect(keyIdOf(key)).toBe(keyId(key));
  expect(keyIdOf({ keyval: key.keyval, scheme: key.scheme, keytype: key.keytype })).toBe(keyId(key));
});

test('names 256 bins, and the one of a path by its SHA-256', () => {
  expect([binNames.length, binNames[0], binNames[255]]).toEqual([256, 'bin-00', 'bin-ff']);
  // printf servers/memory.json | sha256sum
  expect(binOf('servers/memory.json')).toBe('bin-a3');
  expect(binNames).toContain(binOf('trust/status.json'));
});

test('puts the digest before the last part of a path', () => {
  expect(targetPath('servers/memory.json', 'abc')).toBe('targets/servers/abc.memory.json');
  expect(targetPath('memory.json', 'abc')).toBe('targets/abc.memory.json');
});

test('takes the signers of bins from the targets role', () => {
  const files = metadataFiles(new Map(), Buffer.from('{}'));
  const { signed } = JSON.parse(String(Buffer.from(files.get('metadata/1.targets.json') ?? [])));
  expect(binSignersOf(signed)).toMatchObject({ threshold: 1, keyids: [keyId(metadataKey(testKey(20).spki))] });
});

/** The root with other keys for its own role. */
const rootOf = (keys: Readonly<Record<string, MetadataKey>>, threshold: number): RootRole => ({
  ...root,
  keys: { ...root.keys, ...keys },
  roles: { ...root.roles, root: { keyids: Object.keys(keys), threshold } },
});

test('ignores fields that it does not know, wherever in a role they are, and signs them with the others', () => {
  const later = {
    ...root,
    spec_version: '1.1',
    more: { of: 'it' },
    roles: { ...root.roles, root: { ...root.roles.root, keys: {}, more: 1 }, mirrors: {} },
  };
  expect(open(sealed(later, [one, two]), later)).toEqual(later);
  const unsigned = canonicalJson({ signatures: signatures(root, [one, two]), signed: later });
  expect(() => open(unsigned)).toThrow(refused('E_SIGNATURE'));
  expect(() => open(sealed({ ...root, spec_version: '2.0.0' }, [one, two]))).toThrow(refused('E_FORMAT'));
});

test('verifies Ed25519 keys beside those on P-256', () => {
  const secret = Buffer.alloc(32, 8);
  const publicKey = Buffer.from(ed25519.getPublicKey(secret)).toString('hex');
  const edwards: MetadataKey = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } };
  const role = rootOf({ [keyId(edwards)]: edwards, [keyId(metadataKey(one.spki))]: metadataKey(one.spki) }, 2);
  const signed = (message: RootRole): RootMetadata => ({
    signatures: [
      ...signatures(role, [one]),
      { keyid: keyId(edwards), sig: Buffer.from(ed25519.sign(signedBytes(message), secret)).toString('hex') },
    ],
    signed: role,
  });
  expect(checkSigned(signed(role), signersOf(role, 'root'), 'it').toSorted()).toEqual(
    [keyId(edwards), keyId(metadataKey(one.spki))].sort(),
  );
  expect(() => checkSigned(signed(root), signersOf(role, 'root'), 'it')).toThrow(refused('E_SIGNATURE'));
});

test('counts one key once, though a field more gives it a second id', () => {
  const twin = { ...metadataKey(one.spki), more: true };
  const role = rootOf({ [keyId(twin)]: twin, [keyId(metadataKey(one.spki))]: metadataKey(one.spki) }, 2);
  const [made] = signatures(role, [one]);
  const both = [made ?? { keyid: '', sig: '' }, { keyid: keyId(twin), sig: made?.sig ?? '' }];
  expect(() => checkSigned({ signatures: both, signed: role }, signersOf(role, 'root'), 'it')).toThrow(
    refused('E_THRESHOLD', "it is signed by 1 of the role's keys; 2 must sign"),
  );
});

test('passes over a key of a kind that it cannot verify, for which others may stand in', () => {
  const lattice: MetadataKey = { keytype: 'ml-dsa', scheme: 'ml-dsa-65', keyval: { public: 'aa' } };
  const role = rootOf({ [keyId(lattice)]: lattice, [keyId(metadataKey(one.spki))]: metadataKey(one.spki) }, 1);
  const both = [...signatures(role, [one]), { keyid: keyId(lattice), sig: '00' }];
  expect(checkSigned({ signatures: both, signed: role }, signersOf(role, 'root'), 'it')).toEqual([
    keyId(metadataKey(one.spki)),
  ]);
});
