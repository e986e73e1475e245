import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { approvalFormat } from '../../core/formats.ts';
import { checkFormat } from '../../core/schema.ts';
import {
  aLock,
  aManifest,
  anApproval,
  anOpenKeyring,
  aPolicy,
  minimalYaml,
  signed,
} from '../../test/support/statements.ts';
import type { Environment, Lock, Manifest } from '../../schemas/types.ts';
import { approvalDue, composeApproval, type ApprovalContext, type ApprovalNeed } from './approval.ts';
import { openApprovalFile } from './approvals-store.ts';
import type { ServerVersion } from '../../catalog/server-version.ts';
import type { OpenedApproval, StoredApproval } from '../../catalog/published.ts';
import type { Tip } from '../../catalog/wanted.ts';
import { difference } from '../../catalog/select.ts';

const now = new Date('2026-05-01T00:00:00Z');

/** A tip, with its files in full. */
type Candidate = ServerVersion & Pick<Tip, 'manifestDigest' | 'lockDigest'>;

function candidate(change: Partial<Manifest> = {}, lock: Lock = aLock()): Candidate {
  const manifestBytes = Buffer.from(minimalYaml());
  const lockBytes = canonicalJson(lock);
  return {
    manifest: aManifest(change),
    manifestBytes,
    manifestDigest: sha256(manifestBytes),
    lock,
    lockBytes,
    lockDigest: sha256(lockBytes),
  };
}

/** Every approval of these tests is in full. */
const open = (approval: StoredApproval): Promise<OpenedApproval> => Promise.resolve(approval as OpenedApproval);

/** What the store holds of a candidate that was approved. */
function approved(
  { manifest, lockBytes }: ServerVersion,
  sequence = 1,
  environment: Environment = 'production',
): OpenedApproval {
  const statement = anApproval({ server: manifest, sequence, revision: sequence, environment }, [
    { name: `servers/${manifest.name}.yaml`, digest: { sha256: 'a'.repeat(64) } },
    { name: `servers/${manifest.name}.lock.json`, digest: { sha256: sha256(lockBytes) } },
  ]);
  return openApprovalFile(signed(statement), anOpenKeyring({ environment }));
}

const otherLock = aLock({ resolvedAsOf: '2026-04-11T00:00:00Z' });
const revoked: Manifest['lifecycle'] = [{ versions: '<1.2.0', state: 'revoked', since: '2026-04-20', reason: 'x' }];
const next: Partial<Manifest> = { version: '1.3.0' };
const reviewed: Partial<Manifest> = { reviewed_at: '2026-04-30' };

test.each<[string, Candidate, StoredApproval[], ApprovalNeed]>([
  ['nothing was ever approved', candidate(), [], { kind: 'due' }],
  ['another version was', candidate(next), [approved(candidate())], { kind: 'due' }],
  ['the same was', candidate(), [approved(candidate())], { kind: 'approved' }],
  ['only the lifecycle changed', candidate({ lifecycle: revoked }), [approved(candidate())], { kind: 'approved' }],
  ['the review was repeated', candidate(reviewed), [approved(candidate())], { kind: 'due' }],
  ['others reviewed', candidate({ reviewers: ['other@example.com'] }), [approved(candidate())], { kind: 'due' }],
  [
    'the repeated review was approved',
    candidate(reviewed),
    [approved(candidate()), approved(candidate(reviewed), 2)],
    { kind: 'approved' },
  ],
  ['an older version is back', candidate(), [approved(candidate()), approved(candidate(next), 2)], { kind: 'due' }],
  [
    'the older version was approved again',
    candidate(),
    [approved(candidate()), approved(candidate(next), 2), approved(candidate(), 3)],
    { kind: 'approved' },
  ],
  ['the lock changed', candidate({}, otherLock), [approved(candidate())], { kind: 'conflict', differs: 'the lock' }],
  [
    'a field changed',
    candidate({ scope: ['write:everything'] }),
    [approved(candidate())],
    { kind: 'conflict', differs: 'scope' },
  ],
  [
    'a field came together with a new review',
    candidate({ ...reviewed, audience: ['all'] }),
    [approved(candidate())],
    { kind: 'conflict', differs: 'audience' },
  ],
  [
    'an older version is back with another lock',
    candidate({}, otherLock),
    [approved(candidate()), approved(candidate(next), 2)],
    { kind: 'conflict', differs: 'the lock' },
  ],
])('says whether an approval is due where %s', async (_, tip, approvals, due) => {
  await expect(approvalDue(tip, approvals, { now, environment: 'production', open })).resolves.toEqual(due);
});

// `anApproval` holds until this moment.
test.each<[Environment, string, string]>([
  ['development', '2026-10-13T09:29:59Z', 'approved'],
  ['development', '2026-10-13T09:30:00Z', 'due'],
  ['production', '2026-10-13T09:29:59Z', 'approved'],
  ['production', '2026-10-13T09:30:00Z', 'approved'],
])('renews in %s what expires, at %s: %s', async (environment, moment, kind) => {
  const approvals = [approved(candidate(), 1, environment)];
  const options = { now: new Date(moment), environment, open };
  await expect(approvalDue(candidate(), approvals, options)).resolves.toEqual({ kind });
});

test.each(['development', 'production'] as const)(
  'approves again in %s what a clock that was wrong approved',
  async (environment) => {
    const approvals = [approved(candidate(), 1, environment)];
    const kindAt = async (moment: string): Promise<string> =>
      (await approvalDue(candidate(), approvals, { now: new Date(moment), environment, open })).kind;
    // `anApproval` is of half past nine.
    expect(await kindAt('2026-04-16T09:29:59Z')).toBe('due');
    expect(await kindAt('2026-04-16T09:30:00Z')).toBe('approved');
  },
);

test('takes the exact bytes of the lock, and what the manifest says', async () => {
  const tip = candidate();
  const approval = approved(tip);
  await expect(difference(approval, tip, open)).resolves.toBeUndefined();
  const commented = { ...tip, manifestDigest: sha256(Buffer.from('# the same, with a comment')) };
  await expect(difference(approval, commented, open)).resolves.toBeUndefined();
  const longer = { ...tip, lockDigest: sha256(Buffer.concat([tip.lockBytes, Buffer.from('\n')])) };
  await expect(difference(approval, longer, open)).resolves.toBe('the lock');
});

test('opens no approval whose manifest has the same bytes', async () => {
  const tip = candidate();
  const approval = { ...approved(tip), manifestDigest: tip.manifestDigest };
  const never = (): Promise<OpenedApproval> => Promise.reject(new Error('it was opened'));
  const options = { now, environment: 'production' as const, open: never };
  await expect(approvalDue(tip, [approval], options)).resolves.toEqual({ kind: 'approved' });
});

const context: ApprovalContext = {
  registry: 'mcp.example.com',
  environment: 'production',
  policy: aPolicy(),
  policyDigest: 'c'.repeat(64),
  version: '0.1.0',
  checks: [{ tool: 'closure', version: '0.1.0', result: 'passed', ranBy: 'signer' }],
  review: { reviewedAt: '2026-04-16T09:45:00Z', findings: [] },
};
const mergedAt = new Date('2026-04-16T09:30:00.750Z');

test('composes a statement that is of its own format', () => {
  const tip = candidate();
  const statement = composeApproval(
    { ...tip, commit: 'd'.repeat(40) },
    { revision: 2, sequence: 7 },
    context,
    mergedAt,
  );
  expect(checkFormat(approvalFormat, statement)).toEqual({ ok: true, value: statement });
  expect(statement.subject).toEqual([
    {
      name: 'pkg:npm/%40example/mcp-postgres@1.2.0',
      digest: { sha256: tip.lock.artefact?.sha256, sha512: tip.lock.artefact?.sha512 },
    },
    { name: 'servers/internal-postgres.yaml', digest: { sha256: sha256(tip.manifestBytes) } },
    { name: 'servers/internal-postgres.lock.json', digest: { sha256: sha256(tip.lockBytes) } },
  ]);
  expect(statement.predicate).toEqual({
    schemaVersion: 1,
    environment: 'production',
    registry: 'mcp.example.com',
    sequence: 7,
    revision: 2,
    decision: 'approved',
    approvedAt: '2026-04-16T09:30:00Z',
    validUntil: '2026-10-13T09:30:00Z',
    offlineHours: 72,
    verifier: { id: 'urn:countersign:signer', version: '0.1.0' },
    policy: { uri: 'policy.yaml', digest: { sha256: 'c'.repeat(64) } },
    source: { commit: 'd'.repeat(40) },
    reviewers: [],
    review: context.review,
    checks: context.checks,
    assurance: 'bytes',
    server: tip.manifest,
  });
});

test('says nothing of a commit where a working tree is approved', () => {
  const { predicate } = composeApproval(candidate(), { revision: 1, sequence: 1 }, context, mergedAt);
  expect(predicate.source).toEqual({});
});

test.each([
  ['public', '10 days', 1, '2026-04-26T09:30:00Z'],
  ['restricted', '90 days', 24, '2026-07-15T09:30:00Z'],
] as const)(
  'takes the life of an approval from the rules for %s data',
  (dataClass, validFor, offlineHours, validUntil) => {
    const policy = aPolicy();
    const rules = policy.data_classes[dataClass];
    policy.data_classes[dataClass] = { ...rules, valid_for: validFor, offline_hours: offlineHours };
    const tip = candidate({ data_classification: dataClass });
    const { predicate } = composeApproval(tip, { revision: 1, sequence: 1 }, { ...context, policy }, mergedAt);
    expect(predicate).toMatchObject({ validUntil, offlineHours });
  },
);

test('assures only the endpoint of a remote server', () => {
  const { artefact: _, ...manifest } = aManifest({
    remote: { url: 'https://mcp.example.com/v1', transport: 'streamable-http' },
  });
  const statement = composeApproval({ ...candidate(), manifest }, { revision: 1, sequence: 1 }, context, mergedAt);
  expect(statement.predicate.assurance).toBe('endpoint');
  expect(statement.subject.map(({ name }) => name)).toEqual([
    'servers/internal-postgres.yaml',
    'servers/internal-postgres.lock.json',
  ]);
  expect(checkFormat(approvalFormat, statement).ok).toBe(true);
});
