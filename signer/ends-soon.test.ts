import { describe, expect, test } from 'vitest';
import type { StoredApproval } from '../catalog/published.ts';
import { metadataKey } from '../core/metadata.ts';
import type { ApprovalKey } from '../schemas/types.ts';
import { aKeyring, approvalKey, testKey } from '../test/support/statements.ts';
import { begin, type Ceremony } from './ceremony/ceremony.ts';
import { approvalsEndSoon, offlineEndings, offlineEndsSoon, onlineEndings } from './ends-soon.ts';

const holders = { keys: [metadataKey(testKey(1).spki)], threshold: 1 };

/** The root ends on 2027-04-16, the targets file on 2026-10-13. */
function valid(keys: ApprovalKey[] = [approvalKey(testKey())]): Ceremony {
  const { proposedRoot, proposedTargets } = begin(
    {},
    { root: holders, targets: holders, snapshot: holders, timestamp: holders },
    aKeyring({ keys }),
    new Date('2026-04-16T10:00:00Z'),
  );
  if (proposedRoot === undefined || proposedTargets === undefined) throw new Error('both are proposed');
  return { root: proposedRoot, targets: proposedTargets };
}
const said = (ceremony: Ceremony, at: string): string[] =>
  offlineEndsSoon(ceremony, new Date(at)).map(({ message, remedy }) => `${message}; ${remedy}`);

describe('what the offline keys sign', () => {
  test.each([
    ['2026-08-14T09:59:59Z', []],
    [
      '2026-08-14T10:00:00Z',
      ['targets 1 ends at 2026-10-13T10:00:00Z; run `registry keyring renew`; two holders sign it'],
    ],
    [
      '2027-02-15T10:00:00Z',
      [
        'root 1 ends at 2027-04-16T10:00:00Z; run `registry root rotate`; two holders sign it',
        'targets 1 ended at 2026-10-13T10:00:00Z; run `registry keyring renew`; two holders sign it',
      ],
    ],
  ])('at %s', (at, lines) => expect(said(valid(), at)).toEqual(lines));

  test('says before the only approval key ends that another is needed', () => {
    const keys = [approvalKey(testKey(), { validUntil: '2026-06-01T00:00:00Z' })];
    expect(said(valid(keys), '2026-05-01T00:00:00Z')).toEqual([
      `the approval key ${testKey().hint} ends at 2026-06-01T00:00:00Z; run \`registry keyring add\`; two holders sign it`,
    ]);
  });

  test('says before a key ends that has a successor, and not after', () => {
    const keys = [approvalKey(testKey(), { validUntil: '2026-06-01T00:00:00Z' }), approvalKey(testKey(9))];
    expect(said(valid(keys), '2026-05-01T00:00:00Z')).toEqual([expect.stringContaining('name another key')]);
    expect(said(valid(keys), '2026-06-01T00:00:00Z')).toEqual([]);
  });

  test('does not mind the end of a key that is not used any more', () => {
    const keys = [{ hint: 'old', validUntil: '2026-06-01T00:00:00Z' }, { hint: 'new' }];
    const whats = (inUse: string): string[] =>
      offlineEndings({ keys, inUse }, new Date('2026-05-31T00:00:00Z')).map(({ what }) => what);
    expect(whats('old')).toEqual(['the approval key old']);
    expect(whats('new')).toEqual([]);
  });

  test('says nothing of a registry in development', () => expect(said({}, '2030-01-01T00:00:00Z')).toEqual([]));
});

test('of what the online keys sign, names the bin that ends first', () => {
  const until = (version: number, expires: string) => ({ version, expires });
  const endings = onlineEndings({
    timestamp: until(9, '2026-06-03T00:00:00Z'),
    snapshot: until(8, '2026-06-07T00:00:00Z'),
    bins: [until(1, '2026-06-30T00:00:00Z'), until(2, '2026-06-20T00:00:00Z')],
    status: { sequence: 7, expiresAt: '2026-06-06T00:00:00Z' },
  });
  expect(endings.map(({ what, end }) => `${what} ${end}`)).toEqual([
    'timestamp 9 2026-06-03T00:00:00Z',
    'snapshot 8 2026-06-07T00:00:00Z',
    'the first of 2 bins 2026-06-20T00:00:00Z',
    'status 7 2026-06-06T00:00:00Z',
  ]);
});

describe('approvals', () => {
  const until = (name: string, validUntil: string): StoredApproval =>
    ({ name, version: '1.0.0', validUntil }) as StoredApproval;
  const now = new Date('2026-06-01T00:00:00Z');

  test('that end within thirty days are named, the earliest first', () => {
    const current = [
      until('b', '2026-06-30T00:00:00Z'),
      until('a', '2026-07-02T00:00:00Z'),
      until('c', '2026-05-01T00:00:00Z'),
    ];
    expect(approvalsEndSoon(current, now)).toMatchObject([
      {
        severity: 'warning',
        message: 'approvals end soon, or have ended: c 1.0.0 at 2026-05-01T00:00:00Z, b 1.0.0 at 2026-06-30T00:00:00Z',
      },
    ]);
  });

  test('are an error where it is urgent', () => {
    const current = [until('a', '2026-06-02T00:00:00Z'), until('b', '2026-06-20T00:00:00Z')];
    const [problem] = approvalsEndSoon(current, now, { days: 2, urgent: true });
    expect(problem?.message).toMatch(/: a 1\.0\.0 at \S+$/u);
    expect(problem?.severity).toBeUndefined();
  });

  test('are counted where there are many', () => {
    const many = Array.from({ length: 9 }, (_, index) => until(`s${index}`, '2026-06-02T00:00:00Z'));
    expect(approvalsEndSoon(many, now)[0]?.message).toMatch(/s4 1\.0\.0 at \S+, 4 more$/u);
  });
});
