/** Status files, records and locks that say something else than was approved. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Change } from '../support/published.ts';
import { aLock, npmClosure } from '../support/statements.ts';
import { name, raw, registry, signedAs, type Attack } from './define.ts';
import { entrySays, lockSays, other, refreshes, servers, statusSays } from './says.ts';
import type { Files } from './vector.ts';

const revoking = (versions: string | string[], state: 'revoked' | 'withdrawn' = 'revoked', of = name): Change =>
  statusSays({ revoked: [{ name: of, versions, state, since: '2026-05-20', reason: 'leaks rows' }] });

/** A timestamp that is valid already on the day before. */
const theDayBefore = signedAs({ expires: { timestamp: '2026-06-03T12:00:00Z' } });

const statuses: Attack[] = [
  ...servers([
    [
      'record-un-revokes',
      'holds the online keys and publishes a revoked version as active',
      'E_REVOKED',
      { ...revoking('<2.0.0'), ...entrySays({ state: 'active' }) },
    ],
    [
      'record-un-revokes-by-name',
      'holds the online keys and publishes a version as active that is revoked by its name',
      'E_REVOKED',
      revoking(['1.2.0']),
    ],
    [
      'record-un-withdraws',
      'holds the online keys and publishes a withdrawn version as active',
      'E_REVOKED',
      revoking('*', 'withdrawn'),
    ],
    [
      'record-below-the-oldest',
      'holds the online keys and publishes a version older than the oldest that may run',
      'E_REVOKED',
      statusSays({ oldest: [{ name, version: '1.3.0', sequence: 4 }] }),
    ],
    ['status-revokes-other-versions', 'shows a version that is not among the revoked', 'accepted', revoking('<1.2.0')],
    [
      'status-revokes-another-server',
      'shows a server beside one that is revoked',
      'accepted',
      revoking('*', 'revoked', 'other'),
    ],
    [
      'status-with-this-as-the-oldest',
      'shows the oldest version that may run',
      'accepted',
      statusSays({
        oldest: [
          { name, version: '1.2.0', sequence: 3 },
          { name: 'other', version: '9.0.0', sequence: 99 },
        ],
      }),
    ],
    [
      'record-past-its-sunset',
      'goes on serving a version on the day of its sunset',
      'E_SUNSET',
      {
        ...entrySays({
          state: 'deprecated',
          lifecycle: { since: '2026-01-01', sunset: '2026-06-01', reason: 'too old' },
        }),
        ...theDayBefore,
      },
      {
        now: '2026-06-01T00:00:00Z',
        steps: [{ registry: 'seen', at: '2026-05-31T12:00:00Z' }],
        seen: registry(10, { ...theDayBefore, ...statusSays({ expiresAt: '2026-06-07T12:00:00Z' }) }),
        honest: registry(20, theDayBefore),
      },
    ],
    [
      'record-before-its-sunset',
      'serves a version on the day before its sunset',
      'accepted',
      entrySays({ state: 'deprecated', lifecycle: { since: '2026-01-01', sunset: '2026-06-02', reason: 'too old' } }),
    ],
  ]),
  ...refreshes([
    [
      'status-of-another-kind',
      'has an approval signed and serves it as the status',
      'E_PREDICATE',
      { status: (s) => ({ ...s, predicateType: 'urn:countersign:approval:v1' }) },
    ],
    [
      'status-of-another-registry',
      "serves another registry's status",
      'E_REGISTRY',
      statusSays({ registry: 'mcp.other.com' }),
    ],
    [
      'status-of-development',
      'serves a status that was signed for development',
      'E_ENVIRONMENT',
      statusSays({ environment: 'development' }),
    ],
    [
      'status-of-an-unknown-version',
      'serves a status of a version that this program does not know',
      'E_SCHEMA_VERSION',
      statusSays({ schemaVersion: 2 } as never),
    ],
    [
      'status-not-yet-issued',
      'serves a status from the future',
      'E_CLOCK',
      statusSays({ issuedAt: '2026-06-01T12:05:01Z' }),
    ],
    [
      'status-missing',
      'holds the online keys and publishes no status',
      'E_NOT_APPROVED',
      { named: (files) => void files.delete('trust/status.json') },
    ],
  ]),
];

const records = servers([
  [
    'record-missing',
    'holds the online keys and names the server in no bin',
    'E_NOT_APPROVED',
    { named: (files) => void files.delete(`servers/${name}.json`) },
  ],
  [
    'record-of-another-name',
    "serves another server's record under this name",
    'E_NAME',
    { record: (r) => ({ ...r, name: 'other' }) },
  ],
  [
    'record-of-another-registry',
    "serves another registry's record",
    'E_REGISTRY',
    { record: (r) => ({ ...r, registry: 'mcp.other.com' }) },
  ],
  [
    'record-without-its-version',
    'names a current version in a record that is not in its list',
    'E_NOT_APPROVED',
    { record: (r) => ({ ...r, version: '1.3.0' }) },
  ],
  ['record-with-an-unknown-field', 'adds a field to a record', 'E_FORMAT', { record: (r) => ({ ...r, extra: true }) }],
  [
    'record-of-an-unknown-version',
    'serves a record of a version that this program does not know',
    'E_SCHEMA_VERSION',
    { record: (r) => ({ ...r, schemaVersion: 2 }) },
  ],
  [
    'record-of-another-bundle',
    'names the digest of another approval in a record',
    'E_DIGEST',
    entrySays({ bundle: other }),
  ],
  ['record-of-another-lock', 'names the digest of another lock in a record', 'E_SUBJECT', entrySays({ lock: other })],
  [
    'record-of-another-manifest',
    'names the digest of another manifest in a record',
    'E_SUBJECT',
    entrySays({ manifest: other }),
  ],
  [
    'record-that-holds-longer',
    'names a later end of an approval in a record',
    'E_SUBJECT',
    entrySays({ validUntil: '2030-01-01T00:00:00Z' }),
  ],
  [
    'record-of-another-revision',
    'names another revision of an approval in a record',
    'E_SUBJECT',
    entrySays({ revision: 9 }),
  ],
  [
    'record-of-another-time',
    'names another time of an approval in a record',
    'E_SUBJECT',
    entrySays({ approvedAt: '2026-04-30T00:00:00Z' }),
  ],
  [
    'record-of-another-sequence',
    'names a higher sequence of an approval in a record, past the oldest that may run',
    'E_SUBJECT',
    { ...entrySays({ sequence: 9 }), ...statusSays({ oldest: [{ name, version: '1.3.0', sequence: 4 }] }) },
  ],
  [
    'record-with-duplicate-keys',
    'says one field of a record twice',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('"name":', '"name":"other","name":')),
  ],
  [
    'record-with-half-a-character',
    'writes half of a surrogate pair into a record',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('Read-only', '\\ud800')),
  ],
  [
    'record-with-a-number-at-the-edge',
    'writes the first number into a record that stands for two',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('"revision":1', '"revision":9007199254740992')),
  ],
  [
    'record-with-a-number-too-long',
    'writes a number into a record that readers round',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('"revision":1', '"revision":9007199254740993')),
  ],
  [
    'lock-with-a-byte-more',
    'adds a byte to a lock that was approved',
    'E_DIGEST',
    { lockBytes: (bytes) => Buffer.concat([bytes, raw(' ')]) },
    { outcome: { fresh: 'E_DIGEST' }, afterwards: { silent: 'network' } },
  ],
  ['lock-of-another-server', 'has the lock of another server approved', 'E_LOCK', lockSays({ name: 'other' })],
  ['lock-of-another-version', 'has the lock of another version approved', 'E_LOCK', lockSays({ version: '9.9.9' })],
  [
    'lock-with-another-root',
    'has a lock approved whose root is not the artefact',
    'E_LOCK',
    { lock: (lock) => ({ ...lock, closure: { ...npmClosure(lock), root: 'node_modules/zod' } }) },
  ],
  [
    'lock-with-a-path-upwards',
    'has a lock approved with a package out of its folder',
    'E_LOCK',
    {
      lock: (lock) => ({
        ...lock,
        closure: {
          ...npmClosure(lock),
          packages: {
            ...npmClosure(lock).packages,
            'node_modules/../../x': npmClosure(lock).packages['node_modules/zod']!,
          },
        },
      }),
    },
  ],
  [
    'lock-of-an-unknown-version',
    'has a lock approved of a version that this program does not know',
    'E_SCHEMA_VERSION',
    lockSays({ schemaVersion: 2 } as never),
  ],
]);

/** The bins name the record as it is after this. */
function rewrittenRecord(change: (text: string) => string): Change {
  return {
    named: (files) => {
      const path = `servers/${name}.json`;
      files.set(path, raw(change(Buffer.from(files.get(path) ?? '').toString('utf8'))));
    },
  };
}

/** Puts text into a lock where a tool may say anything, and has those bytes approved. */
function lockWith(definition: string): Files {
  const bytes = raw(
    Buffer.from(canonicalJson(aLock()))
      .toString('utf8')
      .replace('"tools":[]', `"tools":[{"definitions":[{"definition":${definition},"sha256":"${other}"}],"name":"a"}]`),
  );
  const digest = sha256(bytes);
  const change: Change = {
    approval: (s) => ({ ...s, subject: [...s.subject.slice(0, 2), { ...s.subject[2], digest: { sha256: digest } }] }),
    ...entrySays({ lock: digest }),
  };
  return registry(20, change, (files) => files.set(`locks/${digest}.json`, bytes));
}

/** Lists or objects in one another. As a field of a definition, the first is at the eighth level of its lock. */
const nested = (depth: number, [open, close]: readonly [string, string]): string =>
  `{"x":${open.repeat(depth)}0${close.repeat(depth)}}`;
const lists = ['[', ']'] as const;
const objects = ['{"x":', '}'] as const;

const locks: Attack[] = (
  [
    ['deep-lists', 'nests 2,000 lists', 'E_FORMAT', nested(2_000, lists)],
    ['deep-objects', 'nests 2,000 objects', 'E_FORMAT', nested(2_000, objects)],
    ['deep-lists-and-an-escape', 'nests 2,000 lists beside an escape', 'E_FORMAT', `{"\\n":${nested(2_000, lists)}}`],
    [
      'lists-as-deep-as-may-be',
      'nests lists as deep as may be, beside an escape',
      'accepted',
      `{"\\n":${nested(57, lists)}}`,
    ],
    ['lists-one-too-deep', 'nests lists one deeper than may be', 'E_FORMAT', `{"\\n":${nested(58, lists)}}`],
    ['infinity', 'has a number that is infinite to readers', 'E_FORMAT', '{"x":1e400}'],
    ['a-number-that-vanishes', 'has a number that is zero to readers', 'E_FORMAT', '{"x":1e-400}'],
    ['a-number-too-long', 'has a number that readers round', 'E_FORMAT', '{"x":-9007199254740993}'],
    [
      'numbers-that-hold',
      'has numbers that every reader reads alike',
      'accepted',
      '{"x":[0,0.5,-1.25e3,9007199254740991],"y":"\\n"}',
    ],
    [
      'a-key-twice-by-an-escape',
      'has one key twice, one of them with an escape',
      'E_FORMAT',
      '{"name":1,"n\\u0061me":2}',
    ],
  ] as const
).map(([is, attack, outcome, definition]) => ({
  is: `lock-with-${is}`,
  attack: `${attack} in a lock that was approved`,
  outcome,
  remembers: 'all',
  serves: lockWith(definition),
}));

export const recordAttacks: readonly Attack[] = [...statuses, ...records, ...locks];
