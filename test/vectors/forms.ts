/** Metadata that is not written as it must be, or names what it may not. */
import { sha256 } from '../../core/digest.ts';
import { maxTimestampBytes } from '../../core/limits.ts';
import { statusPath } from '../../core/metadata.ts';
import type { BinRole, SnapshotRole } from '../../schemas/types.ts';
import type { MetadataChange } from '../support/metadata.ts';
import { raw, recordBin, registry, rewritten, roleFiles as file, signedAs, swapped, type Attack } from './define.ts';
import type { Files } from './vector.ts';

const called = { root: 'root', bins: 'bin', timestamp: 'timestamp' };

const roleNames = ['root', 'targets', 'snapshot', 'timestamp', 'bin'] as const;
const mapped = <T>(map: Readonly<Record<string, T>>, change: (each: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

const twice =
  (field: string) =>
  (text: string): string =>
    text.replace(`"${field}":`, `"${field}":1,"${field}":`);
const ways: readonly (readonly [string, string, (text: string) => string])[] = [
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
const forms: Attack[] = ways.flatMap(([is, attack, change]) =>
  (['timestamp', 'root', 'bins'] as const).map((role): Attack => ({
    is: `${role}-with-${is}`,
    attack: `${attack} in a ${called[role]} that was signed`,
    outcome: 'E_FORMAT',
    serves: registry(20, {}, rewritten(file[role], change)),
  })),
);
/** What a later version of the specification, or of this registry, may say: it is signed, and a host ignores it. */
const later = <R extends object>(role: R): R => ({ ...role, more: { of: ['what', 'nobody', 1, 'knows'] } });
const laterRoles: Attack[] = (
  [
    [
      'root',
      { root: (role) => ({ ...later(role), roles: { ...role.roles, root: later(role.roles.root), mirrors: {} } }) },
    ],
    ['targets', { targets: (role) => ({ ...later(role), delegations: later(role.delegations) }) }],
    ['snapshot', { snapshot: (role) => ({ ...later(role), meta: mapped(role.meta, later) }) }],
    [
      'timestamp',
      {
        timestamp: (role) => ({
          ...later(role),
          meta: { 'snapshot.json': later(role.meta['snapshot.json']), more: {} },
        }),
      },
    ],
    ['bins', { bin: (role) => ({ ...later(role), targets: mapped(role.targets, later) }) }],
    [
      'role-of-another-version',
      Object.fromEntries(roleNames.map((each) => [each, (role: object) => ({ ...role, spec_version: '1.1' })])),
    ],
  ] as const satisfies (readonly [string, MetadataChange])[]
).map(([is, change]) => ({
  is: `${is}-that-says-more`,
  attack: `signs what no host of today knows in the ${is}, and is no attacker`,
  outcome: 'accepted',
  serves: registry(20, signedAs(change)),
  honest: registry(20, signedAs(change)),
  after: registry(30, signedAs(change)),
}));
const otherVersions: Attack[] = roleNames.map((role) => ({
  is: `${role}-of-another-major-version`,
  attack: `serves a ${role} of a version of the specification that may mean something else`,
  outcome: 'E_FORMAT',
  serves: registry(20, signedAs({ [role]: (said: object) => ({ ...said, spec_version: '2.0.0' }) })),
}));

forms.push(
  {
    is: 'timestamp-that-says-a-fraction',
    attack: 'writes a number into the timestamp that canonical JSON cannot sign',
    outcome: 'E_FORMAT',
    serves: registry(
      20,
      {},
      rewritten(file.timestamp, (text) => text.replace('"spec_version"', '"more":1.5,"spec_version"')),
    ),
  },
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
    is: 'timestamp-as-long-as-may-be',
    attack: 'fills a timestamp with white space to the last byte that one may have',
    outcome: 'E_FORMAT',
    serves: registry(
      20,
      {},
      rewritten(file.timestamp, (text) => text.padEnd(maxTimestampBytes)),
    ),
  },
  {
    is: 'timestamp-that-is-too-long',
    attack: 'serves a timestamp of more bytes than any may have',
    outcome: 'E_TOO_LARGE',
    serves: registry(
      20,
      {},
      rewritten(file.timestamp, (text) => text.padEnd(maxTimestampBytes + 1)),
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

const paths: Attack[] = (
  [
    ['the-keyring', 'names the keyring', 'trust/keyring.json'],
    ['the-launcher', 'names the program of hosts', 'launcher/countersign.tgz'],
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
  remembers: 'status',
  inUsedFile: true,
  serves: naming(path),
}));

const topTargets: Attack[] = [
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

export const formAttacks: readonly Attack[] = [...forms, ...laterRoles, ...otherVersions, ...paths, ...topTargets];
