/** Metadata that the wrong keys signed, too few of them, or one of them twice. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { metadataKey } from '../../core/metadata.ts';
import type { MetadataKey, RootRole } from '../../schemas/types.ts';
import { keyId, roleKeys, sealed, type RoleKeys } from '../support/metadata.ts';
import { testKey, type TestKey } from '../support/statements.ts';
import {
  before,
  metadataIn,
  registry,
  roleFiles as file,
  rootWithheld,
  signedAs,
  swapped,
  type Attack,
} from './define.ts';
import type { Files } from './vector.ts';

const [rootOne, rootTwo] = roleKeys.root as [TestKey, TestKey];
const [targetsOne] = roleKeys.targets as [TestKey];
const [timestampKey] = roleKeys.timestamp as [TestKey];
const others = [testKey(17), testKey(18), testKey(19)];
const roles: readonly (keyof RoleKeys)[] = ['root', 'targets', 'snapshot', 'bins', 'timestamp'];
const called = { root: 'root', targets: 'targets file', snapshot: 'snapshot', bins: 'bin', timestamp: 'timestamp' };

/** A file's metadata with its signatures changed; a snapshot's digest is in the timestamp, so that is signed again. */
function resigned(role: keyof RoleKeys, change: (sig: string) => string): Files {
  return registry(20, {}, (files) => {
    const { signatures, signed } = metadataIn(files, file[role]);
    const changed = signatures.map((each) => ({ ...each, sig: change(each.sig) }));
    files.set(file[role], canonicalJson({ signatures: changed, signed }));
    if (role === 'snapshot') nameSnapshot(files);
  });
}

/** Has the timestamp name the snapshot that is there. */
function nameSnapshot(files: Map<string, Uint8Array>): void {
  const bytes = files.get(file.snapshot) ?? Buffer.alloc(0);
  const { signed } = metadataIn(files, file.timestamp);
  const meta = { 'snapshot.json': { version: 20, length: bytes.byteLength, hashes: { sha256: sha256(bytes) } } };
  files.set(file.timestamp, sealed({ ...signed, meta }, [timestampKey]));
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

/** One key stands under its own id and another, and the signature of it too. */
function underTwoIds(second: string, entry: MetadataKey): Files {
  const id = keyId(metadataKey(targetsOne.spki));
  const root = (role: RootRole): RootRole => ({
    ...role,
    keys: { ...role.keys, [second]: entry },
    roles: { ...role.roles, targets: { keyids: [id, second], threshold: 2 } },
  });
  return registry(20, signedAs({ root, signers: { targets: [targetsOne] } }), (files) => {
    const { signatures: made, signed } = metadataIn(files, file.targets);
    const twice = [...made, ...made.map(({ sig }) => ({ keyid: second, sig }))].sort((a, b) =>
      a.keyid < b.keyid ? -1 : 1,
    );
    files.set(file.targets, canonicalJson({ signatures: twice, signed }));
  });
}

const twin = { ...metadataKey(targetsOne.spki), more: true };

export const signatureAttacks: readonly Attack[] = [
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
    is: 'key-counted-under-two-ids',
    attack: 'has a root name one targets key under two ids, and signs the targets file under both',
    outcome: 'E_KEY',
    serves: underTwoIds('f'.repeat(64), metadataKey(targetsOne.spki)),
  },
  {
    is: 'key-counted-twice-for-a-field-more',
    attack: 'has a root name one targets key twice, once with an unknown field, and signs the targets file under both',
    outcome: 'E_THRESHOLD',
    serves: underTwoIds(keyId(twin), twin),
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
    attack: 'serves the third root as the second, so that nobody learns what the second took back',
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
    answers: rootWithheld,
  },
];
