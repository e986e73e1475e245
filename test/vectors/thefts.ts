/**
 * A thief of a key signed the highest number there is, and how a registry recovers; and thieves who hope that what a host
 * remembers is forgotten with a change of keys.
 */
import type { Change } from '../support/published.ts';
import { roleKeys } from '../support/metadata.ts';
import { approvalKey, testKey, type TestKey } from '../support/statements.ts';
import type { ApprovalKey } from '../../schemas/types.ts';
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

const [first, second, third] = [testKey(), testKey(2), testKey(3)];
const wasRevoked = { revoked: { since: '2026-06-01T11:50:00Z', reason: 'the laptop is gone', stillCount: [] } };
const keyring = (...keys: ApprovalKey[]): Change => ({ keyring: { keys } });
const statusOf = (key: TestKey, sequence: number): Change => ({
  statusKey: key,
  status: (s) => ({ ...s, predicate: { ...s.predicate, sequence, issuedAt: '2026-05-30T00:00:00Z' } }),
});
/** A host saw the status 10 of the first key; the keyring is another now. */
const keyringChanges = (
  [
    [
      'after-another-key-was-revoked',
      'after the theft of another key was made known',
      keyring(approvalKey(first), approvalKey(second, wasRevoked)),
      statusOf(first, 9),
    ],
    [
      'by-another-key',
      'that another key signed',
      keyring(approvalKey(first), approvalKey(second), approvalKey(third)),
      statusOf(second, 9),
    ],
    [
      'after-its-key-ended',
      'that another key signed, after the key of the newer one ended',
      keyring(approvalKey(first, { validUntil: '2026-06-01T11:50:00Z' }), approvalKey(second)),
      statusOf(second, 9),
    ],
    [
      'after-its-key-left-the-keyring',
      'that another key signed, after the key of the newer one left the keyring',
      { ...keyring(approvalKey(second), approvalKey(third)), approvalKey: second },
      statusOf(second, 9),
    ],
  ] as const
).map(([is, when, change, status]): Attack => {
  const newer = { ...change, statusKey: second, ...(is === 'after-another-key-was-revoked' && { statusKey: first }) };
  return {
    is: `rollback-status-${is}`,
    attack: `holds the online keys and serves an older status ${when}`,
    outcome: { visited: 'E_ROLLBACK' },
    seen: registry(10, keyring(approvalKey(first), approvalKey(second))),
    serves: registry(20, { ...change, ...status }),
    honest: registry(20, newer),
    after: registry(30, newer),
  };
});

/** One key of a role is another now; the others signed what is old. */
const [targetsOne, targetsTwo] = roleKeys.targets as [TestKey, TestKey, TestKey];
const roleChanges = (
  [
    [
      'targets-after-a-key-was-replaced',
      'names an older targets file, with an old keyring, after one of the keys of the targets role was replaced',
      { keys: { targets: [targetsOne, targetsTwo, testKey(22)] } },
      { targets: 1 },
    ],
    [
      'timestamp-after-a-key-was-added',
      'serves an older timestamp after the role got a second key',
      { keys: { timestamp: [...roleKeys.timestamp, testKey(31)] }, signers: { timestamp: roleKeys.timestamp } },
      { timestamp: 9 },
    ],
    [
      'snapshot-after-a-key-was-added',
      'names an older snapshot after the role got a second key',
      { keys: { snapshot: [...roleKeys.snapshot, testKey(30)] }, signers: { snapshot: roleKeys.snapshot } },
      { snapshot: 9 },
    ],
    [
      'bins-after-a-key-was-added',
      'names older bins after the role got a second key',
      { keys: { bins: [...roleKeys.bins, testKey(30)] }, signers: { bins: roleKeys.bins } },
      { bins: 9, targets: 3 },
    ],
  ] as const
).map(([is, what, change, versions]): Attack => ({
  is: `rollback-${is}`,
  attack: `holds the online keys and ${what}`,
  outcome: { visited: 'E_ROLLBACK' },
  seen: registry(10, signedAs({ versions: { targets: 2 } })),
  damage: [{ path: 'metadata', becomes: 'deleted' }],
  serves: registry(20, signedAs({ ...change, versions })),
  honest: registry(20, signedAs({ ...change, versions: { targets: 3 } })),
  after: registry(30, signedAs({ ...change, versions: { targets: 3 } })),
  afterwards: { silent: 'network' },
}));

export const theftAttacks: readonly Attack[] = [
  ...keyringChanges,
  ...roleChanges,
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
