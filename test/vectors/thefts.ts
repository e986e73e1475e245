/** A thief of a key signed the highest number there is; and how a registry recovers. */
import type { Change } from '../support/published.ts';
import { approvalKey, testKey } from '../support/statements.ts';
import { registry, signedAs, type Attack } from './define.ts';

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

export const theftAttacks: readonly Attack[] = [
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
