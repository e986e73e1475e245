/** States that time has passed by, and files of several states put together. */
import type { TimestampRole } from '../../schemas/types.ts';
import { aRootFile } from '../support/metadata.ts';
import { before, recordBin, registry, rootWithheld, signedAs, statusBin, swapped, type Attack } from './define.ts';

const names =
  (change: Partial<TimestampRole['meta']['snapshot.json']>) =>
  (role: TimestampRole): TimestampRole => ({
    ...role,
    meta: { 'snapshot.json': { ...role.meta['snapshot.json'], ...change } },
  });

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
    remembers: 'heard',
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

export const freezeAttacks: readonly Attack[] = [...freezes, ...mixes];
