import { describe, expect, test } from 'vitest';
import { aManifest, aPolicy } from '../test/support/statements.ts';
import type { Exception, LifecycleEntry } from '../schemas/types.ts';
import { accessReviewsDue, approvalsDue, dayAfter, deprecated, exceptionsDue, type DueItem } from './due.ts';

const period = { today: '2026-11-20', within: 30 };
/** In short: `day (days) server`. */
const short = (due: readonly DueItem[]): string[] =>
  due.map(({ server, date = 'never', days = NaN }) => `${date} (${days}) ${server}`);

describe('an access review', () => {
  const reviewed = (name: string, reviewed_at: string) => aManifest({ name, reviewed_at });
  test('is due some days after the last one, as the data class has it', () => {
    expect(accessReviewsDue([aManifest({ reviewed_at: '2026-06-01' })], aPolicy(), period)).toEqual([
      {
        server: 'internal-postgres',
        date: '2026-11-28',
        days: 8,
        what: 'reviewed on 2026-06-01; confidential data is reviewed every 180 days',
      },
    ]);
    const policy = aPolicy();
    policy.data_classes = {
      ...policy.data_classes,
      public: { ...policy.data_classes.public, access_review_every: '5 days' },
    };
    const open = aManifest({ data_classification: 'public', reviewed_at: '2026-11-18' });
    expect(short(accessReviewsDue([open], policy, period))).toEqual(['2026-11-23 (3) internal-postgres']);
  });
  test('is listed until the last day of the period, and from then on for ever, the earliest first', () => {
    const all = [
      reviewed('after', dayAfter('2026-12-21', -180)),
      reviewed('last', dayAfter('2026-12-20', -180)),
      reviewed('today', dayAfter('2026-11-20', -180)),
      reviewed('past', dayAfter('2026-11-20', -181)),
      reviewed('long-past', '2020-01-01'),
      reviewed('also-last', dayAfter('2026-12-20', -180)),
    ];
    const expected = [
      '2020-06-29 (-2335) long-past',
      '2026-11-19 (-1) past',
      '2026-11-20 (0) today',
      '2026-12-20 (30) also-last',
      '2026-12-20 (30) last',
    ];
    expect(short(accessReviewsDue(all, aPolicy(), period))).toEqual(expected);
    expect(short(accessReviewsDue(all.toReversed(), aPolicy(), period))).toEqual(expected);
  });
  test('can be listed for today only', () => {
    const all = [reviewed('today', dayAfter('2026-11-20', -180)), reviewed('tomorrow', dayAfter('2026-11-21', -180))];
    expect(short(accessReviewsDue(all, aPolicy(), { ...period, within: 0 }))).toEqual(['2026-11-20 (0) today']);
  });
});

test('lists approvals that expire, and what they are of', () => {
  const approval = (name: string, validUntil: string) => ({ name, version: '1.2.0', validUntil });
  const all = [
    approval('far', '2027-06-01T00:00:00Z'),
    approval('near', '2026-12-01T09:30:00Z'),
    approval('over', '2026-11-01T00:00:00Z'),
  ];
  expect(short(approvalsDue(all, period))).toEqual(['2026-11-01 (-19) over', '2026-12-01 (11) near']);
  expect(approvalsDue(all, period)[1]?.what).toBe('1.2.0 is valid until 2026-12-01T09:30:00Z');
});

describe('a deprecation', () => {
  const entry = (change: Partial<LifecycleEntry> = {}): LifecycleEntry => ({
    versions: '<2.0.0',
    state: 'deprecated',
    since: '2026-10-01',
    reason: 'Nobody keeps it.',
    ...change,
  });
  const withEntries = (name: string, ...lifecycle: LifecycleEntry[]) => aManifest({ name, lifecycle });
  test('is listed for any sunset, and last without one', () => {
    const all = [
      withEntries('without', entry()),
      withEntries('far', entry({ sunset: '2028-01-01' })),
      withEntries('past', entry({ sunset: '2026-11-19' })),
    ];
    expect(short(deprecated(all, period))).toEqual([
      '2026-11-19 (-1) past',
      '2028-01-01 (407) far',
      'never (NaN) without',
    ]);
  });
  test('says of which versions, since when, why, and what to use', () => {
    const [due] = deprecated(
      [withEntries('old', entry({ versions: ['1.0.0', '1.2.0'], sunset: '2027-01-01', replaced_by: 'new' }))],
      period,
    );
    expect(due?.what).toBe('1.0.0, 1.2.0 since 2026-10-01, now at 1.2.0: Nobody keeps it.; use new');
    const [every] = deprecated([withEntries('old', entry({ versions: '*' }))], period);
    expect(every?.what).toBe('every version since 2026-10-01, now at 1.2.0: Nobody keeps it.; there is no sunset');
  });
  test('is neither a revocation nor a withdrawal', () => {
    expect(
      deprecated([withEntries('x', entry({ state: 'revoked' }), entry({ state: 'withdrawn' })), aManifest()], period),
    ).toEqual([]);
  });
});

test('lists exceptions that end, and whose they are', () => {
  const exception = (server: string, expires: string, subject?: string): Exception => ({
    rule: 'install-script',
    server,
    artefact: 'npm:@example/server',
    ...(subject !== undefined && { subject }),
    reason: 'It only prints.',
    owner: 'security@example.com',
    expires,
  });
  const all = [
    exception('far', '2027-06-01'),
    exception('today', '2026-11-20', 'depd@1.1.2'),
    exception('over', '2026-11-01'),
  ];
  expect(short(exceptionsDue(all, period))).toEqual(['2026-11-01 (-19) over', '2026-11-20 (0) today']);
  expect(exceptionsDue(all, period).map(({ what }) => what)).toEqual([
    'install-script in npm:@example/server, of security@example.com: It only prints.',
    'install-script for depd@1.1.2 in npm:@example/server, of security@example.com: It only prints.',
  ]);
});
