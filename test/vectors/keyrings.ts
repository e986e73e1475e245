/** Attacks with keyrings, and with files that were signed outside a key's validity or after it was stolen. */
import { sha256 } from '../../core/digest.ts';
import type { ApprovalKey } from '../../schemas/types.ts';
import type { Change } from '../support/published.ts';
import { approvalKey, testKey } from '../support/statements.ts';
import { registry, type Attack } from './define.ts';
import { brainpoolKey } from './metadata-keys.ts';
import { approvalSays, entrySays, refreshes, servers, statusSays } from './says.ts';

const keyed = (key: Partial<ApprovalKey>): Change => ({
  keyring: { keys: [approvalKey(testKey(), key), approvalKey(testKey(2))] },
  statusKey: testKey(2),
});
const revokedKey = (stillCount: string[]): Change =>
  keyed({ revoked: { since: '2026-05-20T00:00:00Z', reason: 'the token was stolen', stillCount } });
const backDated: Change = {
  ...approvalSays({ approvedAt: '2026-04-01T00:00:00Z' }),
  ...entrySays({ approvedAt: '2026-04-01T00:00:00Z' }),
};
const approvalDigest = (change: Change): string =>
  [...registry(20, change).keys()]
    .find((path) => path.startsWith('approvals/'))
    ?.slice('approvals/'.length, -'.json'.length) ?? '';

/** Another key signed the approval that the control shows under the same keyring. */
const underKeyring = (keyring: Change, change: Change = {}): [Change, Partial<Attack>] => {
  const honest = { ...keyring, approvalKey: testKey(2) };
  return [
    { ...keyring, ...change },
    { honest: registry(20, honest), after: registry(30, honest) },
  ];
};

export const keyringAttacks: readonly Attack[] = [
  ...servers([
    [
      'approval-from-before-its-key',
      'serves an approval from one second before its key counted',
      'E_KEY_WINDOW',
      ...underKeyring(keyed({ validFrom: '2026-05-01T00:00:01Z' })),
    ],
    [
      'approval-from-after-its-key',
      'serves an approval from the very second at which its key ended',
      'E_KEY_WINDOW',
      ...underKeyring(keyed({ validUntil: '2026-05-01T00:00:00Z' })),
    ],
    [
      'approval-from-the-first-second-of-its-key',
      'serves an approval from the second at which its key began',
      'accepted',
      ...underKeyring(keyed({ validFrom: '2026-05-01T00:00:00Z', validUntil: '2026-05-01T00:00:01Z' })),
    ],
    [
      'approval-back-dated-with-a-stolen-key',
      'signs an approval with a stolen key and dates it back before the theft',
      'E_KEY_REVOKED',
      ...underKeyring(revokedKey([]), backDated),
    ],
    [
      'approval-back-dated-beside-one-that-counts',
      'signs an approval with a stolen key that did sign another before the theft',
      'E_KEY_REVOKED',
      ...underKeyring(revokedKey([approvalDigest({})]), backDated),
    ],
    [
      'approval-that-a-stolen-key-signed-before',
      'shows what a key signed before it was stolen',
      'accepted',
      ...underKeyring(revokedKey([approvalDigest(backDated)]), backDated),
    ],
  ]),
  ...refreshes([
    [
      'status-from-before-its-key',
      'serves a status from before its key counted',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validFrom: '2026-06-01T00:00:01Z' })] } },
    ],
    [
      'status-from-after-its-key',
      'serves a status from the very second at which its key ended',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validUntil: '2026-06-01T00:00:00Z' })] } },
    ],
    [
      'status-signed-with-a-stolen-key',
      'signs a status with a stolen key',
      'E_KEY_REVOKED',
      { ...revokedKey([]), statusKey: testKey() },
    ],
    [
      'keyring-of-another-registry',
      "serves another registry's keyring, and what its keys signed",
      'E_REGISTRY',
      {
        keyring: { registry: 'mcp.other.com' },
        ...approvalSays({ registry: 'mcp.other.com' }),
        ...statusSays({ registry: 'mcp.other.com' }),
        record: (r) => ({ ...r, registry: 'mcp.example.com' }),
      },
    ],
    [
      'keyring-of-development',
      'serves a keyring for development, and what its keys signed',
      'E_ENVIRONMENT',
      {
        keyring: { environment: 'development' },
        ...approvalSays({ environment: 'development' }),
        ...statusSays({ environment: 'development' }),
      },
    ],
    [
      'keyring-with-a-key-twice',
      'names one key twice, with two windows',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey(), { validUntil: '2026-05-02T00:00:00Z' }), approvalKey(testKey())] } },
    ],
    [
      'keyring-with-another-hint',
      "gives its own key the hint of another's",
      'E_KEY',
      {
        keyring: { keys: [approvalKey(testKey(9), { hint: testKey().hint })] },
        approvalKey: { ...testKey(9), hint: testKey().hint },
        statusKey: { ...testKey(9), hint: testKey().hint },
      },
    ],
    [
      'keyring-with-a-key-that-is-none',
      'names a key that is none',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey()), keyOf(Buffer.alloc(91, 1))] } },
    ],
    [
      'keyring-with-a-key-on-another-curve',
      'names a key on another curve',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey()), keyOf(brainpoolKey)] } },
    ],
    [
      'keyring-with-another-algorithm',
      'says that a key is one of RSA',
      'E_FORMAT',
      { keyring: { keys: [approvalKey(testKey(), { algorithm: 'rsa-pss-sha256' } as never)] } },
    ],
    [
      'keyring-of-an-unknown-version',
      'serves a keyring of a version that this program does not know',
      'E_SCHEMA_VERSION',
      { keyring: { schemaVersion: 2 } as never },
    ],
  ]),
];

/** A key of the keyring with any bytes. */
function keyOf(spki: Buffer): ApprovalKey {
  const hintOf = Buffer.from(sha256(spki), 'hex').toString('base64');
  return { ...approvalKey(testKey()), hint: hintOf, publicKey: spki.toString('base64') };
}
