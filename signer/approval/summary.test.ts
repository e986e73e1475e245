import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { openKeyring } from '../../core/keyring.ts';
import { folderState } from '../state/folder.ts';
import { signStatement } from '../bundle.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import {
  aKeyring,
  aManifest,
  anApproval,
  anOpenKeyring,
  approvalKey,
  signed,
  signingKey,
  testKey,
} from '../../test/support/statements.ts';
import type { OpenedApproval } from '../../catalog/published.ts';
import type { VerificationSummary } from '../../schemas/types.ts';
import { ApprovalsStore, openApprovalFile } from './approvals-store.ts';
import { composeSummary, isSummaryOf } from './summary.ts';

const keyring = anOpenKeyring();
const approval = openApprovalFile(signed(anApproval()), keyring);
const other = openApprovalFile(signed(anApproval({ sequence: 2, revision: 2 })), keyring);

function summaryOf(of: OpenedApproval = approval): VerificationSummary {
  const summary = composeSummary(of);
  if (summary === undefined) throw new Error('an artefact was approved');
  return summary;
}

test('says what a program that knows SLSA alone looks for', () => {
  expect(summaryOf()).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'pkg:npm/%40example/mcp-postgres@1.2.0', digest: { sha256: '3f9a'.repeat(16) } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'urn:countersign:signer:production:mcp.example.com', version: { countersign: '0.1.0' } },
      timeVerified: '2026-04-16T09:30:00Z',
      resourceUri: 'pkg:npm/%40example/mcp-postgres@1.2.0',
      policy: { uri: 'urn:countersign:policy.yaml', digest: { sha256: 'c'.repeat(64) } },
      inputAttestations: [{ digest: { sha256: approval.digest } }],
      verificationResult: 'PASSED',
      verifiedLevels: ['COUNTERSIGN_CLOSURE_APPROVED'],
      slsaVersion: '1.2',
    },
  });
});

test('says nothing of an endpoint', () => {
  const { artefact: _, ...server } = aManifest();
  const remote = { transport: 'streamable-http', url: 'https://mcp.example.com/mcp' } as const;
  expect(composeSummary({ statement: anApproval({ server: { ...server, remote } }), digest: '' })).toBeUndefined();
});

describe('signing', () => {
  const at = (change: Partial<VerificationSummary['predicate']>): VerificationSummary => {
    const summary = summaryOf();
    return { ...summary, predicate: { ...summary.predicate, ...change } };
  };
  const by = (id: string): VerificationSummary => at({ verifier: { id, version: { countersign: '0.1.0' } } });

  test('gives a bundle that is the summary of this approval', async () => {
    expect(isSummaryOf(approval, await signStatement(summaryOf(), signingKey(), keyring), keyring)).toBe(true);
  });

  test.each([
    ['another environment', by('urn:countersign:signer:development:mcp.example.com'), 'wrong-key'],
    ['another registry', by('urn:countersign:signer:production:elsewhere.example.com'), 'E_REGISTRY'],
    ['a time before the key', at({ timeVerified: '2025-12-31T23:59:59Z' }), 'E_KEY_WINDOW'],
    ['a level that nobody verified', at({ verifiedLevels: ['SLSA_BUILD_LEVEL_3' as never] }), 'E_FORMAT'],
    ['another verifier', by('urn:countersign:signer'), 'E_FORMAT'],
  ])('refuses %s', async (_, summary, code) => {
    await expect(signStatement(summary, signingKey(), keyring)).rejects.toMatchObject({ code });
  });
});

describe('what lies in the place of a summary', () => {
  test.each([
    ['the summary of another approval', signed(summaryOf(other)), 'E_FORMAT'],
    ['the approval itself', approval.bytes, 'E_FORMAT'],
    ['a summary with more in it', signed({ ...summaryOf(), more: true }), 'E_FORMAT'],
    ['one that a stranger signed', signed(summaryOf(), { key: testKey(2) }), 'E_KEY'],
    ['no bundle', canonicalJson(summaryOf()), 'E_FORMAT'],
  ])('is refused: %s', (_, bytes, code) => {
    expect(() => isSummaryOf(approval, bytes, keyring)).toThrow(expect.objectContaining({ code }));
  });

  test('is refused where its key was not valid yet', () => {
    const later = approvalKey(testKey(2), { validFrom: '2026-05-01T00:00:00Z' });
    const both = openKeyring(aKeyring({ keys: [approvalKey(testKey()), later] }));
    expect(() => isSummaryOf(approval, signed(summaryOf(), { key: testKey(2) }), both)).toThrow(
      expect.objectContaining({ code: 'E_KEY_WINDOW' }),
    );
  });

  test('counts no more where its key was revoked, though the approval still does', () => {
    const revoked = { since: '2026-06-01T00:00:00Z', reason: 'It was stolen.', stillCount: [approval.digest] };
    const after = openKeyring(aKeyring({ keys: [approvalKey(testKey(), { revoked })] }));
    expect(isSummaryOf(approval, signed(summaryOf()), after)).toBe(false);
  });
});

test('the store gives back what was added, and nothing where there is none', async () => {
  const folder = await temporaryFolder();
  const store = new ApprovalsStore(folderState(folder), 'this program');
  const summary = signed(summaryOf());
  await store.add(approval, Buffer.from('the manifest'), Buffer.from('the lock'), summary);
  await store.add(other, Buffer.from('the manifest'), Buffer.from('the lock'));
  expect(Buffer.from((await store.summary(approval, keyring)) ?? []).equals(summary)).toBe(true);
  expect(await store.summary(other, keyring)).toBeUndefined();
  // What lies beside the approvals is not taken for one.
  expect((await store.readAll(keyring)).approvals.get('internal-postgres')).toHaveLength(2);
});
