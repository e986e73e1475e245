/** Attacks with outdated states, and with a mixture of files from several states. */
import type { TimestampRole } from '../../schemas/types.ts';
import { aRootFile } from '../support/metadata.ts';
import type { Change } from '../support/published.ts';
import { approvalSays, statusSays } from './says.ts';
import type { Files } from './vector.ts';
import { before, recordBin, registry, rootWithheld, signedAs, statusBin, swapped, type Attack } from './define.ts';

const names =
  (change: Partial<TimestampRole['meta']['snapshot.json']>) =>
  (role: TimestampRole): TimestampRole => ({
    ...role,
    meta: { 'snapshot.json': { ...role.meta['snapshot.json'], ...change } },
  });

const expired = '2026-06-01T12:00:00Z';
/** A registry whose server may run for two days without it, and whose timestamp ends then. */
const offlineForTwoDays = (version: 10 | 20 | 30, ends: string): Files =>
  registry(version, { ...approvalSays({ offlineHours: 48 }), ...signedAs({ expires: { timestamp: ends } }) });
/** A host that saw it, what that host would see two days later, and the state after that. */
const twoDaysOffline = (ends: string): Pick<Attack, 'seen' | 'honest' | 'after'> => ({
  seen: offlineForTwoDays(10, ends),
  honest: offlineForTwoDays(20, '2026-06-06T11:00:00Z'),
  after: offlineForTwoDays(30, '2026-06-06T12:00:00Z'),
});
const notOffline: Change = {
  ...approvalSays({ offlineHours: 0 }),
  ...statusSays({ issuedAt: '2026-06-01T01:00:00Z' }),
};

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
    remembers: 'status',
    inUsedFile: true,
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
    attack: 'cuts the host off until the timestamp that it cached has expired',
    outcome: { visited: 'E_EXPIRED' },
    seen: registry(10, signedAs({ expires: { timestamp: expired } })),
    answers: { '*': 'a closed connection' },
    afterwards: { silent: 'E_EXPIRED' },
  },
  {
    is: 'freeze-by-silence-beyond-what-the-approval-allows',
    attack: 'cuts the host off for longer than the approval lets a server run without the registry',
    outcome: { visited: 'E_EXPIRED' },
    ...twoDaysOffline('2026-06-04T11:50:00Z'),
    now: '2026-06-03T11:45:01Z',
    answers: { '*': 'a closed connection' },
    remembers: 'nothing',
    afterwards: { silent: 'E_EXPIRED', at: '2026-06-03T13:00:00Z' },
  },
  {
    is: 'silence-as-long-as-the-approval-allows',
    attack: 'cuts the host off for just as long as the approval lets a server run without the registry',
    outcome: { visited: 'accepted' },
    ...twoDaysOffline('2026-06-04T11:50:00Z'),
    now: '2026-06-03T11:45:00Z',
    answers: { '*': 'a closed connection' },
    remembers: 'nothing',
    afterwards: { at: '2026-06-03T13:00:00Z' },
  },
  ...(
    [
      ['freeze-by-replay', 'for longer than', '2026-06-03T11:40:01Z', 'E_EXPIRED'],
      ['replay-as-long-as-the-approval-allows', 'for just as long as', '2026-06-03T11:40:00Z', 'accepted'],
    ] as const
  ).map(([is, long, now, outcome]): Attack => ({
    is,
    attack: `answers with the same timestamp ${long} the approval lets a server run without the registry`,
    outcome: { visited: outcome },
    ...twoDaysOffline('2026-06-04T11:40:00Z'),
    serves: offlineForTwoDays(10, '2026-06-04T11:40:00Z'),
    answers: rootWithheld,
    now,
    remembers: 'nothing',
    afterwards: { silent: outcome, at: '2026-06-03T13:00:00Z' },
  })),
  ...(
    [
      ['replay-to-a-host-that-is-new', 'one second longer than', '2026-06-03T23:59:59Z', 'E_EXPIRED'],
      ['timestamp-as-old-as-may-be', 'just as long as', '2026-06-04T00:00:00Z', 'accepted'],
    ] as const
  ).map(([is, long, ends, outcome]): Attack => ({
    is,
    attack: `serves a timestamp that is ${long} half a day old, for a server that may not run without the registry`,
    outcome: { fresh: outcome },
    remembers: 'all',
    serves: registry(20, { ...notOffline, ...signedAs({ expires: { timestamp: ends } }) }),
    honest: registry(20, { ...notOffline, ...signedAs({ expires: { timestamp: '2026-06-04T00:30:00Z' } }) }),
    after: registry(30, notOffline),
  })),
];

const lives: Attack[] = (
  [
    ['timestamp', 'three days', 'E_CLOCK', signedAs({ expires: { timestamp: '2026-06-04T12:05:01Z' } })],
    ['timestamp', 'three days', 'accepted', signedAs({ expires: { timestamp: '2026-06-04T12:05:00Z' } })],
    ['status', 'seven days', 'E_CLOCK', statusSays({ expiresAt: '2026-06-08T12:05:01Z' })],
    ['status', 'seven days', 'accepted', statusSays({ expiresAt: '2026-06-08T12:05:00Z' })],
  ] as const
).map(([what, life, outcome, change]) => ({
  is: `${what}-that-lives-${outcome === 'accepted' ? 'as-long-as-may-be' : 'too-long'}`,
  attack: `holds the key of the ${what} and signs one that is valid for ${life}, five minutes ${outcome === 'accepted' ? '' : 'and a second '}more`,
  outcome,
  serves: registry(20, change),
  ...(outcome === 'accepted' && { honest: registry(20, change) }),
}));

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
    remembers: 'status',
    inUsedFile: true,
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
    remembers: 'status',
    inUsedFile: true,
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

export const freezeAttacks: readonly Attack[] = [...freezes, ...lives, ...mixes];
