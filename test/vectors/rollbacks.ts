/** Old states shown to a host that has seen newer ones. */
import type { SnapshotRole } from '../../schemas/types.ts';
import { aRootFile, roleKeys, type MetadataChange } from '../support/metadata.ts';
import { testKey } from '../support/statements.ts';
import {
  before,
  cachedTimestamp,
  name,
  recordBin,
  registry,
  rootWithheld,
  sawControl,
  signedAs,
  statusBin,
  swapped,
  type Attack,
} from './define.ts';
import type { Files } from './vector.ts';

const bins =
  (versions: Readonly<Record<string, number>>) =>
  (role: SnapshotRole): SnapshotRole => ({
    ...role,
    meta: {
      ...role.meta,
      ...Object.fromEntries(Object.entries(versions).map(([bin, version]) => [`${bin}.json`, { version }])),
    },
  });

const without =
  (file: string) =>
  (role: SnapshotRole): unknown => {
    const { [file]: _, ...meta } = role.meta;
    return { ...role, meta };
  };

const visited = (outcome: 'E_ROLLBACK' | 'accepted'): Attack['outcome'] => ({ visited: outcome });
/** A home whose cache was emptied: what was seen is remembered elsewhere. */
const cacheGone = [{ path: 'metadata', becomes: 'deleted' }] as const;
const nothingKept = { silent: 'network' } as const;

const oldBin = (bin: string): Files =>
  registry(
    20,
    signedAs({ versions: { snapshot: 21, timestamp: 21 }, snapshot: bins({ [bin]: 10 }) }),
    swapped(`metadata/10.${bin}.json`, `metadata/10.${bin}.json`, before),
  );
const signedAgain = registry(20, signedAs({ versions: { snapshot: 21, timestamp: 21 } }));

/** It leads to another state altogether, in which the server is revoked. */
const anotherTimestamp = registry(20, {
  ...signedAs({ versions: { snapshot: 21, bins: 21 } }),
  status: (s) => ({
    ...s,
    predicate: {
      ...s.predicate,
      sequence: 21,
      revoked: [{ name, versions: '*', state: 'revoked', since: '2026-06-01', reason: 'leaks rows' }],
    },
  }),
});

const twoTimestampKeys = { timestamp: [...roleKeys.timestamp, testKey(31)] };
const bothSign: MetadataChange = {
  keys: twoTimestampKeys,
  root: (role) => ({ ...role, roles: { ...role.roles, timestamp: { ...role.roles.timestamp, threshold: 2 } } }),
};
/** What a host sees that saw the tenth timestamp, and what comes after. */
function sameNumber(change: MetadataChange): Pick<Attack, 'serves' | 'honest' | 'after'> {
  const serves = registry(20, signedAs({ ...change, versions: { timestamp: 10 } }));
  return { serves, honest: serves, after: registry(30, signedAs(change)) };
}

const oldTargets = registry(20, signedAs({ versions: { targets: 1, snapshot: 21, timestamp: 21 } }));

export const rollbackAttacks: readonly Attack[] = [
  {
    is: 'rollback-timestamp',
    attack: 'serves the timestamp that was signed before the one that the host saw, for the same snapshot',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: registry(20, signedAs({ versions: { timestamp: 19 } })),
    honest: registry(20, signedAs({ versions: { timestamp: 21 } })),
  },
  {
    is: 'rollback-timestamp-and-all-below',
    attack: 'serves the whole registry as it was before the host saw it',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: before,
  },
  {
    is: 'rollback-timestamp-cache-truncated',
    attack: 'serves the registry of before to a host whose cached timestamp was cut short',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: [{ path: cachedTimestamp(20), becomes: 'half' }],
    serves: before,
    afterwards: { silent: 'E_FORMAT' },
  },
  {
    is: 'rollback-timestamp-cache-deleted',
    attack: 'serves the registry of before to a host whose cache was deleted',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: cacheGone,
    serves: before,
    afterwards: nothingKept,
  },
  {
    is: 'another-timestamp-under-its-number',
    attack: 'holds the online keys and signs another timestamp under a number that the host saw: it is discarded',
    outcome: visited('accepted'),
    steps: sawControl,
    serves: anotherTimestamp,
  },
  {
    is: 'another-timestamp-under-its-number-cache-deleted',
    attack: 'signs another timestamp under a number that the host saw, and the cache of the first was deleted',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: cacheGone,
    serves: anotherTimestamp,
    afterwards: nothingKept,
  },
  {
    is: 'another-timestamp-under-its-number-by-another-key',
    attack: 'signs a timestamp with a new key under a number that the old one used, and is no attacker',
    outcome: visited('accepted'),
    ...sameNumber({ keys: { timestamp: [testKey(31)] } }),
  },
  {
    is: 'another-timestamp-under-its-number-by-more-keys',
    attack: 'signs another timestamp with two keys, as must now be, under a number that one of them used alone',
    outcome: visited('E_ROLLBACK'),
    trust: { root: aRootFile({ keys: twoTimestampKeys }) },
    seen: registry(10, signedAs({ keys: twoTimestampKeys, signers: { timestamp: roleKeys.timestamp } })),
    serves: registry(20, signedAs({ ...bothSign, versions: { timestamp: 10 } })),
    honest: registry(20, signedAs(bothSign)),
    after: registry(30, signedAs(bothSign)),
  },
  {
    is: 'rollback-snapshot',
    attack: 'holds the timestamp key and names the snapshot before the one that the host saw',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: registry(20, signedAs({ versions: { timestamp: 21, snapshot: 19 } })),
    honest: signedAgain,
  },
  {
    is: 'rollback-targets',
    attack: 'holds the online keys and names an older targets file, with the old keyring',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: oldTargets,
    honest: signedAgain,
  },
  {
    is: 'rollback-targets-cache-deleted',
    attack: 'holds the online keys and names an older targets file to a host whose cache was deleted',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: cacheGone,
    serves: oldTargets,
    honest: signedAgain,
    afterwards: nothingKept,
  },
  ...([recordBin, statusBin] as const).flatMap((bin): Attack[] => [
    {
      is: `rollback-${bin}`,
      attack: `holds the online keys and names an old ${bin}, for ${bin === recordBin ? 'an old record' : 'an old status'}`,
      outcome: visited('E_ROLLBACK'),
      steps: sawControl,
      serves: oldBin(bin),
      honest: signedAgain,
    },
    {
      is: `rollback-${bin}-cache-deleted`,
      attack: `holds the online keys and names an old ${bin} to a host whose cache was deleted`,
      outcome: visited('E_ROLLBACK'),
      steps: sawControl,
      damage: cacheGone,
      serves: oldBin(bin),
      honest: signedAgain,
      ...(bin === recordBin && { remembers: 'status' }),
      afterwards: nothingKept,
    },
  ]),
  {
    is: 'rollback-bin-that-is-not-asked-for',
    attack: 'holds the online keys and names an old bin of servers that this host does not run',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: registry(20, signedAs({ versions: { snapshot: 21, timestamp: 21 }, snapshot: bins({ 'bin-00': 19 }) })),
    honest: signedAgain,
  },
  {
    is: 'snapshot-drops-a-bin',
    attack: 'holds the online keys and leaves a bin out of the snapshot that was in it',
    outcome: visited('E_ROLLBACK'),
    serves: registry(20, signedAs({ snapshot: without('bin-00.json') })),
  },
  {
    is: 'snapshot-without-targets',
    attack: 'holds the online keys and signs a snapshot that names no targets file',
    outcome: { fresh: 'E_FORMAT' },
    serves: registry(20, signedAs({ snapshot: without('targets.json') })),
  },
  {
    is: 'snapshot-without-the-bin-of-the-status',
    attack: 'holds the online keys and signs a snapshot that does not name the bin of the status',
    outcome: { fresh: 'E_FORMAT' },
    serves: registry(20, signedAs({ snapshot: without(`${statusBin}.json`) })),
  },
  {
    is: 'snapshot-without-the-bin-of-the-record',
    attack: 'holds the online keys and signs a snapshot that does not name the bin of the record',
    outcome: { fresh: 'E_FORMAT' },
    remembers: 'status',
    serves: registry(20, signedAs({ snapshot: without(`${recordBin}.json`) })),
    afterwards: { silent: 'E_FORMAT' },
  },
  {
    is: 'rollback-status',
    attack: 'holds the online keys and signs a new bin that names an old status, from before a revocation',
    outcome: visited('E_ROLLBACK'),
    serves: registry(20, {
      status: (s) => ({ ...s, predicate: { ...s.predicate, sequence: 9, issuedAt: '2026-05-30T00:00:00Z' } }),
    }),
  },
  {
    is: 'another-status-under-its-number',
    attack: 'holds the online keys and serves another signed status under the number that the host saw',
    outcome: visited('E_ROLLBACK'),
    serves: registry(20, { status: (s) => ({ ...s, predicate: { ...s.predicate, sequence: 10 } }) }),
  },
  {
    is: 'rollback-root-cache-deleted',
    attack: 'withholds the newest root from a host whose cache was deleted',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: cacheGone,
    answers: rootWithheld,
    afterwards: nothingKept,
  },
  {
    is: 'withheld-root-is-cached',
    attack: 'withholds the newest root from a host that cached it',
    outcome: visited('accepted'),
    steps: sawControl,
    answers: rootWithheld,
  },
];
