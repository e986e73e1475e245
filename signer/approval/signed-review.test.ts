import { expect, test } from 'vitest';
import { maxSignedFindings, maxSignedMessageLength } from '../../core/limits.ts';
import { approval } from '../../schemas/compiled.js';
import type { AdvisorySource, Finding, ServerReview } from '../../schemas/types.ts';
import { anApproval } from '../../test/support/statements.ts';
import { signedReview } from './signed-review.ts';

const now = new Date('2026-11-20T10:00:00Z');
const advisories: AdvisorySource = { source: 'folder:advisories', asOf: '2026-11-19' };
const finding: Finding = {
  rule: 'package-new',
  level: 'review',
  server: 'tiny',
  subject: 'left@1.0.0',
  file: 'servers/tiny.yaml',
  message: 'left@1.0.0 is new in this registry',
  remedy: 'look at it',
};

const of = (...findings: readonly Finding[]): ServerReview =>
  ({ name: 'tiny', verdict: 'needs-a-person', findings }) as unknown as ServerReview;

test('says when it was made, by which advisories, and what needed a person', () => {
  expect(signedReview(of(finding), now, advisories)).toEqual({
    reviewedAt: '2026-11-20T10:00:00Z',
    advisoriesAsOf: '2026-11-19',
    findings: [
      { rule: 'package-new', level: 'review', subject: 'left@1.0.0', message: 'left@1.0.0 is new in this registry' },
    ],
  });
});

test('names the reason and the end of an exception, and not the address of its owner', () => {
  const accepted = { reason: 'It is ours.', owner: 'security@example.com', expires: '2027-05-01' };
  const { findings } = signedReview(of({ ...finding, level: 'block', accepted }), now, advisories);
  expect(findings).toMatchObject([{ level: 'block', exception: { reason: 'It is ours.', expires: '2027-05-01' } }]);
  expect(JSON.stringify(findings)).not.toContain('security@example.com');
});

test('leaves out notes, and the day of advisories that have none', () => {
  expect(signedReview(of({ ...finding, level: 'note' }), now, { source: 'npm', asOf: null })).toEqual({
    reviewedAt: '2026-11-20T10:00:00Z',
    findings: [],
  });
});

test('is one that the format of approvals takes, however long its messages are', () => {
  const long = { ...finding, message: '𝄞'.repeat(maxSignedMessageLength + 1) };
  const review = signedReview(of(...Array.from({ length: maxSignedFindings }, () => long)), now, advisories);
  approval(anApproval({ review }));
  expect(approval.errors).toBeNull();
  expect(review.findings[0]?.message).toBe(`${'𝄞'.repeat(maxSignedMessageLength - 1)}…`);
});

test('refuses more findings than anybody can have decided about', () => {
  const many = Array.from({ length: maxSignedFindings + 1 }, () => finding);
  expect(() => signedReview(of(...many), now, advisories)).toThrow(
    expect.objectContaining({ code: 'too-many-findings' }),
  );
});
