import { beforeEach, expect, test } from 'vitest';
import type { Tip } from '../../catalog/wanted.ts';
import { hoursAfter, toSecond } from '../../core/time.ts';
import type { Approval, SignersReview } from '../../schemas/types.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { folderState } from '../state/folder.ts';
import type { State } from '../state/state.ts';
import { readReviews, storeReview, type ReviewedBy } from './stored-reviews.ts';

const now = new Date('2026-11-20T10:00:00Z');
const digest = (digit: string): string => digit.repeat(64);
const by: ReviewedBy = { program: digest('a'), policy: digest('b'), now };
const candidate = {
  manifest: { name: 'tiny', version: '1.0.0' },
  manifestDigest: digest('c'),
  lockDigest: digest('d'),
} as Tip;
const checks: Approval['checks'] = [{ tool: 'code', version: '0.1.0', result: 'passed', ranBy: 'signer' }];

const review: SignersReview = {
  reviewedAt: toSecond(now),
  advisoriesAsOf: '2026-04-01',
  findings: [{ rule: 'new-package', level: 'review', subject: 'tiny@1.0.3', message: 'it is new here' }],
};

let state: State;
beforeEach(async () => {
  state = folderState(await temporaryFolder());
});

const read = async (of: Tip, at: ReviewedBy): Promise<string[]> => {
  const { passed, problems } = await readReviews(state, [of], at);
  return [...passed.map(() => 'passed'), ...problems.map(({ code }) => code)];
};

test('a review is taken for the bytes that it is about, with its checks', async () => {
  await storeReview(state, { candidate, checks, review, problems: [] }, by);
  expect(await readReviews(state, [candidate], by)).toEqual({
    passed: [{ candidate, checks, review, problems: [] }],
    problems: [],
  });
});

test.each<[string, Partial<Tip>, Partial<ReviewedBy>]>([
  ['another manifest', { manifestDigest: digest('e') }, {}],
  ['another lock', { lockDigest: digest('e') }, {}],
  ['another version', { manifest: { ...candidate.manifest, version: '1.0.1' } }, {}],
  ['another policy', {}, { policy: digest('e') }],
  ['another program', {}, { program: digest('e') }],
  ['a day later', {}, { now: hoursAfter(now, 24) }],
  ['a time before it', {}, { now: hoursAfter(now, -1) }],
])('it is not taken for %s', async (_, tip, context) => {
  await storeReview(state, { candidate, checks, review, problems: [] }, by);
  expect(await read({ ...candidate, ...tip }, { ...by, ...context })).toEqual(['not-reviewed']);
});

test('it is not taken where a check failed', async () => {
  const [first] = checks;
  if (first === undefined) throw new Error('there is one');
  await storeReview(state, { candidate, checks: [first, { ...first, result: 'failed' }], review, problems: [] }, by);
  expect(await read(candidate, by)).toEqual(['not-reviewed']);
});

test('the review of one server that is damaged is the fault of that one', async () => {
  const other = { ...candidate, manifest: { ...candidate.manifest, name: 'other' } };
  await storeReview(state, { candidate, checks, review, problems: [] }, by);
  await state.create('reviews/other.json', Buffer.from('{"schemaVersion":1'));
  const { passed, problems } = await readReviews(state, [other, candidate], by);
  expect(passed).toHaveLength(1);
  expect(problems).toMatchObject([{ file: 'servers/other.yaml', code: 'review-format' }]);
});

test('a later review takes the place of the earlier one', async () => {
  await storeReview(state, { candidate, checks, review, problems: [] }, { ...by, program: digest('e') });
  await storeReview(state, { candidate, checks, review, problems: [] }, by);
  expect(await read(candidate, by)).toEqual(['passed']);
});

test('what was never reviewed says what to do', async () => {
  expect((await readReviews(state, [candidate], by)).problems).toMatchObject([
    {
      code: 'not-reviewed',
      message: 'tiny 1.0.0 has no review that can be signed',
      remedy: expect.stringMatching(/fetch-and-review/u),
    },
  ]);
});
