/** Old states, mixed states, and states that a thief of keys ran ahead with. */
import { approvalKey, testKey } from '../support/statements.ts';
import { aRootFile } from '../support/metadata.ts';
import type { SnapshotRole, TimestampRole } from '../../schemas/types.ts';
import type { Change } from '../support/published.ts';
import { before, recordBin, registry, signedAs, statusBin, swapped, visitedAt, type Attack } from './define.ts';
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

const names =
  (change: Partial<TimestampRole['meta']['snapshot.json']>) =>
  (role: TimestampRole): TimestampRole => ({
    ...role,
    meta: { 'snapshot.json': { ...role.meta['snapshot.json'], ...change } },
  });

const sawControl = [{ registry: 'control', at: visitedAt }] as const;
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

const oldTargets = registry(20, signedAs({ versions: { targets: 1, snapshot: 21, timestamp: 21 } }));
const rootWithheld = { 'metadata/2.root.json': '404' } as const;

const rollbacks: Attack[] = [
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
    attack: 'serves the registry of before to a host whose kept timestamp was cut short',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    damage: [{ path: 'metadata/20.timestamp.json', becomes: 'half' }],
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
    attack: 'holds the timestamp key and signs another timestamp under a number that the host saw',
    outcome: visited('E_ROLLBACK'),
    steps: sawControl,
    serves: registry(20, signedAs({ expires: { timestamp: '2027-02-01T00:00:00Z' } })),
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
      ...(bin === recordBin && { remembers: 'heard' }),
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
    remembers: 'heard',
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
    is: 'withheld-root-is-kept',
    attack: 'withholds the newest root from a host that keeps it',
    outcome: visited('accepted'),
    steps: sawControl,
    answers: rootWithheld,
  },
];

const expired = '2026-06-01T12:00:00Z';
const freezes: Attack[] = [
  ...(['timestamp', 'snapshot', 'targets', 'bins'] as const).map((role): Attack => ({
    is: `freeze-${role}`,
    attack: `goes on serving what is there though the ${role === 'bins' ? 'bin of the status' : role} expired at this very second`,
    outcome: 'E_EXPIRED',
    serves: registry(20, signedAs({ expires: { [role]: expired } })),
  })),
  {
    is: 'freeze-bin-of-the-record',
    attack: 'goes on serving the bin of the record after its expiry, beside a newer bin of the status',
    outcome: 'E_EXPIRED',
    remembers: 'heard',
    serves: registry(20, signedAs({ bin: (role, bin) => (bin === recordBin ? { ...role, expires: expired } : role) })),
  },
  {
    is: 'freeze-root',
    attack: 'withholds the root that follows the one of the trust config, which expired at this very second',
    outcome: 'E_EXPIRED',
    trust: { root: aRootFile({ expires: { root: expired } }) },
    answers: rootWithheld,
    afterwards: { silent: 'E_EXPIRED' },
  },
  {
    is: 'freeze-newer-root',
    attack: 'serves a newer root that expired, though the one of the trust config did not',
    outcome: 'E_EXPIRED',
    serves: registry(20, signedAs({ expires: { root: expired } })),
  },
  {
    is: 'freeze-status',
    attack: 'goes on serving a status that expired at this very second',
    outcome: 'E_EXPIRED',
    serves: registry(20, { status: (s) => ({ ...s, predicate: { ...s.predicate, expiresAt: expired } }) }),
  },
  {
    is: 'freeze-by-silence',
    attack: 'cuts the host off until the timestamp that it keeps has expired',
    outcome: { visited: 'E_EXPIRED' },
    seen: registry(10, signedAs({ expires: { timestamp: expired } })),
    answers: { '*': 'a closed connection' },
    afterwards: { silent: 'E_EXPIRED' },
  },
  {
    is: 'freeze-by-silence-beyond-what-the-approval-allows',
    attack: 'cuts the host off for longer than the approval lets a server run without the registry',
    outcome: { visited: 'E_EXPIRED' },
    now: '2026-06-04T11:45:01Z',
    answers: { '*': 'a closed connection' },
    remembers: 'nothing',
    afterwards: { silent: 'E_EXPIRED', at: '2026-06-04T13:00:00Z' },
  },
  {
    is: 'silence-as-long-as-the-approval-allows',
    attack: 'cuts the host off for just as long as the approval lets a server run without the registry',
    outcome: { visited: 'accepted' },
    now: '2026-06-04T11:45:00Z',
    answers: { '*': 'a closed connection' },
    remembers: 'nothing',
    afterwards: { at: '2026-06-04T13:00:00Z' },
  },
];

const mixes: Attack[] = [
  {
    is: 'mix-snapshot-of-another-time',
    attack: 'serves the snapshot of another time beside the timestamp of now',
    outcome: 'E_DIGEST',
    serves: registry(20, {}, swapped('metadata/20.snapshot.json', 'metadata/10.snapshot.json', before)),
  },
  {
    is: 'mix-timestamp-of-another-time',
    attack: 'serves a stale timestamp beside new files, whose own are gone',
    outcome: { fresh: 'http-status', visited: 'accepted' },
    remembers: 'nothing',
    answers: rootWithheld,
    serves: registry(20, {}, swapped('metadata/timestamp.json', 'metadata/timestamp.json', before)),
  },
  {
    is: 'mix-bin-of-another-snapshot',
    attack: "serves another snapshot's bin under the number of this one's",
    outcome: 'E_VERSION',
    remembers: 'heard',
    serves: registry(20, {}, swapped(`metadata/20.${recordBin}.json`, `metadata/10.${recordBin}.json`, before)),
  },
  {
    is: 'mix-bin-of-the-status-of-another-snapshot',
    attack: "serves another snapshot's bin of the status under the number of this one's",
    outcome: 'E_VERSION',
    serves: registry(20, {}, swapped(`metadata/20.${statusBin}.json`, `metadata/10.${statusBin}.json`, before)),
  },
  {
    is: 'mix-bin-under-another-name',
    attack: 'serves the bin of the status under the name of the bin in which the server is',
    outcome: 'E_NAME',
    remembers: 'heard',
    serves: registry(20, {}, swapped(`metadata/20.${recordBin}.json`, `metadata/20.${statusBin}.json`)),
  },
  {
    is: 'mix-targets-of-another-snapshot',
    attack: 'serves the first targets file under the number of the second',
    outcome: 'E_VERSION',
    serves: registry(20, {}, swapped('metadata/2.targets.json', 'metadata/1.targets.json', before)),
  },
  {
    is: 'mix-snapshot-under-another-number',
    attack: 'holds the timestamp key and names a snapshot under another number than its own',
    outcome: 'E_VERSION',
    serves: registry(20, signedAs({ timestamp: names({ version: 21 }) }), (files) =>
      files.set('metadata/21.snapshot.json', files.get('metadata/20.snapshot.json') ?? Buffer.alloc(0)),
    ),
  },
  {
    is: 'snapshot-longer-than-named',
    attack: 'holds the timestamp key and names fewer bytes than the snapshot has',
    outcome: 'E_TOO_LARGE',
    serves: registry(
      20,
      signedAs({ timestamp: (role) => names({ length: role.meta['snapshot.json'].length - 1 })(role) }),
    ),
  },
  {
    is: 'snapshot-shorter-than-named',
    attack: 'holds the timestamp key and names more bytes than the snapshot has',
    outcome: 'E_DIGEST',
    serves: registry(
      20,
      signedAs({ timestamp: (role) => names({ length: role.meta['snapshot.json'].length + 1 })(role) }),
    ),
  },
  {
    is: 'snapshot-with-another-digest',
    attack: 'holds the timestamp key and names another digest than the snapshot has',
    outcome: 'E_DIGEST',
    serves: registry(20, signedAs({ timestamp: names({ hashes: { sha256: '0'.repeat(64) } }) })),
  },
  {
    is: 'record-longer-than-named',
    attack: 'holds the online keys and names fewer bytes than the record has',
    outcome: { fresh: 'E_TOO_LARGE' },
    remembers: 'all',
    serves: registry(
      20,
      signedAs({
        bin: (role) => ({
          ...role,
          targets: Object.fromEntries(
            Object.entries(role.targets).map(([path, file]) => [
              path,
              path.startsWith('servers/') ? { ...file, length: file.length - 1 } : file,
            ]),
          ),
        }),
      }),
    ),
    afterwards: { silent: 'network' },
  },
];

const farAhead = Number.MAX_SAFE_INTEGER;
const stolen = {
  timestamp: { versions: { timestamp: farAhead } },
  online: { versions: { snapshot: farAhead, bins: farAhead } },
} as const;
const rotated = {
  timestamp: { keys: { timestamp: [testKey(31)] }, versions: { timestamp: 2 } },
  online: {
    keys: { snapshot: [testKey(30)], bins: [testKey(30)] },
    versions: { snapshot: 2, bins: 2 },
  },
};
const keyrings = {
  stolen: { keys: [approvalKey(testKey()), approvalKey(testKey(2))] },
  rotated: {
    keys: [
      approvalKey(testKey(), {
        revoked: { since: '2026-06-01T11:50:00Z', reason: 'the laptop is gone', stillCount: [] },
      }),
      approvalKey(testKey(2)),
    ],
  },
};
const ranAhead: Change = {
  keyring: keyrings.stolen,
  status: (s) => ({ ...s, predicate: { ...s.predicate, sequence: farAhead } }),
};
const keyringRotated = (sequence: number): Change => ({
  keyring: keyrings.rotated,
  approvalKey: testKey(2),
  statusKey: testKey(2),
  status: (s) => ({ ...s, predicate: { ...s.predicate, sequence } }),
});

const fastForwards: Attack[] = [
  {
    is: 'fast-forward-timestamp',
    attack: 'signed the highest number there is with the stolen timestamp key; the key was not rotated since',
    outcome: { visited: 'E_ROLLBACK' },
    seen: registry(10, signedAs(stolen.timestamp)),
    honest: registry(20, signedAs(rotated.timestamp)),
    after: registry(30, signedAs({ ...rotated.timestamp, versions: { timestamp: 3 } })),
  },
  {
    is: 'fast-forward-timestamp-recovered',
    attack: 'signed the highest number there is with a timestamp key that the next root takes back',
    outcome: { visited: 'accepted' },
    seen: registry(10, signedAs(stolen.timestamp)),
    serves: registry(20, signedAs(rotated.timestamp)),
    honest: registry(20, signedAs(rotated.timestamp)),
    after: registry(30, signedAs({ ...rotated.timestamp, versions: { timestamp: 3 } })),
  },
  {
    is: 'fast-forward-snapshot-and-bins',
    attack: 'signed the highest numbers there are with the stolen online key; the key was not rotated since',
    outcome: { visited: 'E_ROLLBACK' },
    seen: registry(10, signedAs(stolen.online)),
    honest: registry(20, signedAs(rotated.online)),
    after: registry(30, signedAs({ ...rotated.online, versions: { snapshot: 3, bins: 3 } })),
  },
  {
    is: 'fast-forward-snapshot-and-bins-recovered',
    attack: 'signed the highest numbers there are with an online key that the next root and targets file take back',
    outcome: { visited: 'accepted' },
    seen: registry(10, signedAs(stolen.online)),
    serves: registry(20, signedAs(rotated.online)),
    honest: registry(20, signedAs(rotated.online)),
    after: registry(30, signedAs({ ...rotated.online, versions: { snapshot: 3, bins: 3 } })),
  },
  {
    is: 'fast-forward-status',
    attack: 'signed a status with the highest number there is with the stolen approval key, which still counts',
    outcome: { visited: 'E_ROLLBACK' },
    seen: registry(10, ranAhead),
    serves: registry(20, { ...ranAhead, status: (s) => s }),
    honest: registry(20, keyringRotated(2)),
    after: registry(30, keyringRotated(3)),
  },
  {
    is: 'fast-forward-status-recovered',
    attack: 'signed a status with the highest number there is with an approval key that the next keyring takes back',
    outcome: { visited: 'accepted' },
    seen: registry(10, ranAhead),
    serves: registry(20, keyringRotated(2)),
    honest: registry(20, keyringRotated(2)),
    after: registry(30, keyringRotated(3)),
  },
];

export const historyAttacks: readonly Attack[] = [...rollbacks, ...freezes, ...mixes, ...fastForwards];
