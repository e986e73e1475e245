/** Metadata that the wrong keys signed, too few of them, or that is not written as it must be. */
import { canonicalJson } from '../../core/canonical.ts';
import { createECDH } from 'node:crypto';
import { metadataKey, statusPath } from '../../core/metadata.ts';
import { sha256 } from '../../core/digest.ts';
import type { BinRole, MetadataKey, RootRole, SnapshotRole } from '../../schemas/types.ts';
import { keyId, roleKeys, sealed, signatures, type RoleKeys } from '../support/metadata.ts';
import { testKey, type TestKey } from '../support/statements.ts';
import { before, raw, recordBin, registry, rewritten, signedAs, statusBin, swapped, type Attack } from './define.ts';
import type { Files } from './vector.ts';

const [rootOne, rootTwo] = roleKeys.root as [TestKey, TestKey];
const [targetsOne] = roleKeys.targets as [TestKey];
const [timestampKey] = roleKeys.timestamp as [TestKey];
const others = [testKey(17), testKey(18), testKey(19)];

const file = {
  timestamp: 'metadata/timestamp.json',
  snapshot: 'metadata/20.snapshot.json',
  targets: 'metadata/2.targets.json',
  bins: `metadata/20.${statusBin}.json`,
  root: 'metadata/2.root.json',
} as const;

const roles: readonly (keyof RoleKeys)[] = ['root', 'targets', 'snapshot', 'bins', 'timestamp'];
const called = { root: 'root', targets: 'targets file', snapshot: 'snapshot', bins: 'bin', timestamp: 'timestamp' };

/** A file's metadata with its signatures changed; a snapshot's digest is in the timestamp, so that is signed anew. */
function resigned(role: keyof RoleKeys, change: (sig: string) => string): Files {
  return registry(20, {}, (files) => {
    const metadata = JSON.parse(Buffer.from(files.get(file[role]) ?? '').toString('utf8')) as {
      signatures: { keyid: string; sig: string }[];
      signed: unknown;
    };
    const changed = metadata.signatures.map((each) => ({ ...each, sig: change(each.sig) }));
    files.set(file[role], canonicalJson({ ...metadata, signatures: changed }));
    if (role === 'snapshot') nameSnapshot(files);
  });
}

/** Has the timestamp name the snapshot that is there. */
function nameSnapshot(files: Map<string, Uint8Array>): void {
  const bytes = files.get(file.snapshot) ?? Buffer.alloc(0);
  const { signed } = JSON.parse(Buffer.from(files.get(file.timestamp) ?? '').toString('utf8')) as {
    signed: { meta: Record<string, unknown> };
  };
  signed.meta['snapshot.json'] = { version: 20, length: bytes.byteLength, hashes: { sha256: sha256(bytes) } };
  files.set(file.timestamp, sealed(signed, [timestampKey]));
}

/** The same signature with the higher of the two values of s. */
function malleated(sig: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const der = Buffer.from(sig, 'hex');
  const end = 4 + (der[3] ?? 0);
  const s = order - BigInt(`0x${der.subarray(end + 2).toString('hex')}`);
  const digits = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  const body = Buffer.concat([der.subarray(2, end), Buffer.from([2, 33, 0]), digits]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('hex');
}

const signatureAttacks: Attack[] = [
  ...roles.map((role): Attack => ({
    is: `${role}-signed-by-too-few`,
    attack: `signs the ${called[role]} with one key fewer than must sign`,
    outcome: 'E_THRESHOLD',
    serves: registry(
      20,
      signedAs({
        signers: { [role]: role === 'root' ? [rootOne] : role === 'targets' ? [targetsOne] : [] },
      }),
    ),
  })),
  ...roles.map((role): Attack => ({
    is: `${role}-signed-by-strangers`,
    attack: `signs the ${called[role]} with keys of which no role knows`,
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ signers: { [role]: others } })),
  })),
  ...(
    [
      ['targets', 'root', roleKeys.root],
      ['timestamp', 'snapshot', roleKeys.snapshot],
      ['snapshot', 'timestamp', roleKeys.timestamp],
      ['bins', 'targets', roleKeys.targets],
      ['root', 'targets', roleKeys.targets],
    ] as const
  ).map(([role, other, keys]): Attack => ({
    is: `${role}-signed-by-keys-of-${other}`,
    attack: `signs the ${called[role]} with the keys of the ${called[other]}`,
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ signers: { [role]: keys } })),
  })),
  ...roles.map((role): Attack => ({
    is: `${role}-with-broken-signatures`,
    attack: `puts other signatures under the ${called[role]}`,
    outcome: 'E_SIGNATURE',
    // The last digit is one of s.
    serves: resigned(role, (sig) => sig.slice(0, -1) + (sig.endsWith('0') ? '1' : '0')),
  })),
  ...roles.map((role): Attack => ({
    is: `${role}-with-malleated-signatures`,
    attack: `rewrites the signatures of the ${called[role]} so that they still verify`,
    outcome: 'E_SIGNATURE',
    serves: resigned(role, malleated),
  })),
  {
    is: 'root-signed-twice-by-one-key',
    attack: 'holds one of the root keys and signs the next root twice with it',
    outcome: 'E_FORMAT',
    serves: registry(20, signedAs({ signers: { root: [rootOne, rootOne] } })),
  },
  {
    is: 'targets-signed-twice-by-one-key',
    attack: 'holds one of the targets keys and signs the targets file twice with it',
    outcome: 'E_FORMAT',
    serves: registry(20, signedAs({ signers: { targets: [targetsOne, targetsOne] } })),
  },
  {
    is: 'key-listed-twice',
    attack: 'has a root name one targets key twice, and signs the targets file with it once',
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ keys: { targets: [targetsOne, targetsOne] }, signers: { targets: [targetsOne] } })),
  },
  {
    is: 'root-not-signed-by-the-one-before',
    attack: 'makes a root with keys of its own, which alone sign it',
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ keys: { root: others } })),
  },
  {
    is: 'root-not-signed-by-its-own',
    attack: 'has the root keys sign a root that names others, which did not sign it',
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ keys: { root: others }, signers: { root: [rootOne, rootTwo] } })),
    honest: registry(
      20,
      signedAs({
        keys: { root: others },
        signers: { root: [rootOne, rootTwo, ...others.slice(0, 2)] },
      }),
    ),
  },
  {
    is: 'root-that-skips-a-version',
    attack: 'serves the third root as the second, so that what the second took back is never heard of',
    outcome: 'E_VERSION',
    serves: registry(20, signedAs({ versions: { root: 3 } }), swapped('metadata/2.root.json', 'metadata/3.root.json')),
  },
  {
    is: 'root-again',
    attack: 'serves the first root as the second',
    outcome: 'E_VERSION',
    serves: registry(20, {}, swapped('metadata/2.root.json', 'metadata/1.root.json', before)),
  },
  {
    is: 'root-behind-a-gap',
    attack: 'withholds the second root and serves the third, whose timestamp key it holds',
    outcome: 'E_THRESHOLD',
    serves: registry(20, signedAs({ versions: { root: 3 }, keys: { timestamp: [testKey(31)] } })),
    answers: { 'metadata/2.root.json': '404' },
  },
];

/** Root 2 names one more timestamp key, by any id, and that one alone signs the timestamp. */
function withKey(key: unknown, id: string, signer: TestKey = testKey(32)): Files {
  const root = (role: RootRole): unknown => ({
    ...role,
    keys: { ...role.keys, ...(key !== undefined && { [id]: key }) },
    roles: { ...role.roles, timestamp: { keyids: [id], threshold: 1 } },
  });
  return registry(20, signedAs({ root }), (files) => {
    const { signed } = JSON.parse(Buffer.from(files.get(file.timestamp) ?? '').toString('utf8')) as { signed: unknown };
    const sig = signatures(signed, [signer])[0]?.sig;
    files.set(file.timestamp, canonicalJson({ signatures: [{ keyid: id, sig }], signed }));
  });
}

const strange = testKey(32);
const good = metadataKey(strange.spki);
const withPem = (pem: string): MetadataKey => ({ ...good, keyval: { public: pem } });
const pemOf = (spki: Buffer): string =>
  `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replaceAll(/(.{64})(?=.)/gu, '$1\n')}\n-----END PUBLIC KEY-----\n`;

/** The public key of a curve, by the DER of its name. */
function keyOnCurve(curve: string, oid: string): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.alloc(32, 7));
  const name = Buffer.concat([Buffer.from('06072a8648ce3d0201', 'hex'), Buffer.from(oid, 'hex')]);
  const bits = Buffer.concat([Buffer.from([0]), ecdh.getPublicKey()]);
  const sequence = (tag: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  return sequence(0x30, Buffer.concat([sequence(0x30, name), sequence(0x03, bits)]));
}
/** Of all curves, its keys alone are as long in base64 as those of P-256. */
export const brainpoolKey = keyOnCurve('brainpoolP256r1', '06092b2403030208010107');

const keyAttacks: Attack[] = (
  [
    ['with-another-type', 'says that a metadata key is one of RSA', 'E_FORMAT', { ...good, keytype: 'rsa' }],
    ['with-another-scheme', 'says that a metadata key signs with Ed25519', 'E_FORMAT', { ...good, scheme: 'ed25519' }],
    ['with-a-field-more', 'gives a metadata key a field of its own', 'E_FORMAT', { ...good, trusted: true }],
    ['on-another-curve', 'gives a role a key on another curve', 'E_KEY', withPem(pemOf(brainpoolKey))],
    ['that-is-none', 'gives a role a key that is none', 'E_KEY', withPem('not a key')],
    ['with-white-space', 'writes a key with white space after it', 'E_KEY', withPem(`${good.keyval.public}\n`)],
  ] as const
).map(([is, attack, outcome, key]) => ({
  is: `key-${is}`,
  attack,
  outcome,
  serves: withKey(key, keyId(key as MetadataKey)),
}));
keyAttacks.push(
  {
    is: 'key-under-another-id',
    attack: 'has a root name a key under an id of its own, so that it could count twice',
    outcome: 'E_KEY',
    serves: withKey(good, 'a'.repeat(64)),
  },
  {
    is: 'key-that-is-not-there',
    attack: 'has a root name a key for a role that it does not hold',
    outcome: 'E_KEY',
    serves: withKey(undefined, keyId(good)),
  },
);

const twice =
  (field: string) =>
  (text: string): string =>
    text.replace(`"${field}":`, `"${field}":1,"${field}":`);
const forms: readonly (readonly [string, string, (text: string) => string])[] = [
  ['duplicate-keys', 'says one field twice', twice('version')],
  [
    'deep-nesting',
    'nests 100,000 lists',
    (text) => text.replace('{', `{"x":${'['.repeat(2_000)}${']'.repeat(2_000)},`),
  ],
  [
    'other-order',
    'writes the fields in another order',
    (text) => text.replace(/^\{("signatures":.*),("signed":.*)\}$/u, '{$2,$1}'),
  ],
  ['white-space-after', 'writes white space after the end', (text) => `${text}\n`],
  ['byte-order-mark', 'writes a byte order mark before the beginning', (text) => `\ufeff${text}`],
  ['another-value-after', 'writes a second value after the first', (text) => `${text}{}`],
  ['an-unknown-field', 'adds a field that nobody signed', (text) => text.replace(/\}$/u, ',"unsigned":{}}')],
  ['escapes', 'writes a letter as an escape', (text) => text.replace('"signed"', '"si\\u0067ned"')],
];
const formAttacks: Attack[] = forms.flatMap(([is, attack, change]) =>
  (['timestamp', 'root', 'bins'] as const).map((role): Attack => ({
    is: `${role}-with-${is}`,
    attack: `${attack} in a ${called[role]} that was signed`,
    outcome: 'E_FORMAT',
    serves: registry(20, {}, rewritten(file[role], change)),
  })),
);
formAttacks.push(
  {
    is: 'timestamp-that-is-a-snapshot',
    attack: 'serves the snapshot as the timestamp',
    outcome: 'E_FORMAT',
    serves: registry(20, {}, swapped(file.timestamp, file.snapshot)),
  },
  {
    is: 'timestamp-that-is-not-utf-8',
    attack: 'serves bytes that are no text as the timestamp',
    outcome: 'E_FORMAT',
    serves: registry(20, {}, (files) => void files.set(file.timestamp, Buffer.from('7b22ff227d', 'hex'))),
  },
  {
    is: 'timestamp-that-is-too-long',
    attack: 'serves a timestamp of more bytes than any may have',
    outcome: 'E_TOO_LARGE',
    serves: registry(
      20,
      {},
      rewritten(file.timestamp, (text) => text + ' '.repeat(9_000)),
    ),
  },
  {
    is: 'snapshot-that-is-too-long',
    attack: 'holds the online keys and signs a snapshot of more bytes than any may have',
    outcome: 'E_TOO_LARGE',
    serves: registry(
      20,
      signedAs({
        snapshot: (role: SnapshotRole) => ({
          ...role,
          meta: {
            ...role.meta,
            ...Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`more-${i}.json`, { version: 1 }])),
          },
        }),
      }),
    ),
  },
);

const described = { length: 1, hashes: { sha256: '0'.repeat(64) } };
/** The bin of the record names one path more, for which it is the right bin if a number makes it so. */
const naming = (path: string): Files =>
  registry(
    20,
    signedAs({
      bin: (role: BinRole, bin) =>
        bin === recordBin ? { ...role, targets: { ...role.targets, [path]: described } } : role,
    }),
  );
/** The first such path that belongs into the bin of the record. */
function inRecordBin(path: (number: number) => string): string {
  for (let number = 0; ; number++) if (`bin-${sha256(path(number)).slice(0, 2)}` === recordBin) return path(number);
}

const pathAttacks: Attack[] = (
  [
    ['the-keyring', 'names the keyring', 'trust/keyring.json'],
    ['the-status-of-another-bin', 'names the status, for which there is another bin', statusPath],
    ['a-record-of-another-bin', 'names a record for which there is another bin', 'servers/memory.json'],
    ['a-manifest', 'names a manifest', inRecordBin((n) => `servers/server-${n}.yaml`)],
    ['a-lock', 'names a lock', inRecordBin((n) => `servers/server-${n}.lock.json`)],
    ['another-keyring', 'names another keyring', inRecordBin((n) => `trust/keyring-${n}.json`)],
    ['a-path-upwards', 'names a path out of the folder', inRecordBin((n) => `servers/../../${n}.json`)],
    ['an-absolute-path', 'names an absolute path', inRecordBin((n) => `/etc/${n}.json`)],
    ['an-encoded-path', 'names a path out of the folder, encoded', inRecordBin((n) => `servers/%2e%2e%2f${n}.json`)],
    [
      'a-path-with-backslashes',
      'names a path out of the folder of Windows',
      inRecordBin((n) => `servers/..\\${n}.json`),
    ],
    ['an-address', 'names an address elsewhere', inRecordBin((n) => `https://evil.example/${n}.json`)],
    ['a-path-with-a-line-break', 'names a record and a line break', inRecordBin((n) => `servers/server-${n}.json\n`)],
  ] as const
).map(([is, attack, path]) => ({
  is: `bin-names-${is}`,
  attack: `holds the online keys and ${attack} in a bin`,
  outcome: 'E_DELEGATION',
  remembers: 'heard',
  serves: naming(path),
}));

const targetAttacks: Attack[] = [
  {
    is: 'targets-names-a-record',
    attack: 'has the targets file itself name a record, past the bins',
    outcome: 'E_FORMAT',
    serves: registry(
      20,
      signedAs({
        targets: (role) => ({ ...role, targets: { ...role.targets, 'servers/internal-postgres.json': described } }),
      }),
    ),
  },
  {
    is: 'keyring-of-other-bytes',
    attack: 'serves a keyring with a key of its own under the digest of the signed one',
    outcome: { fresh: 'E_DIGEST' },
    serves: registry(20, {}, (files) => {
      const path = [...files.keys()].find((each) => each.endsWith('.keyring.json')) ?? '';
      const text = Buffer.from(files.get(path) ?? '').toString('utf8');
      files.set(path, raw(text.replace('2026-01-01', '2025-01-01')));
    }),
  },
];

export const roleAttacks: readonly Attack[] = [
  ...signatureAttacks,
  ...keyAttacks,
  ...formAttacks,
  ...pathAttacks,
  ...targetAttacks,
];
