/** The four functions of the signer, one after the other, as the workflow asks them: from a merge to a host. */
import { matchesGlob } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { FunctionContext } from '../../signer/functions/function-context.ts';
import type { Outcome, SignerFunction } from '../../signer/functions/function.ts';
import { approve } from '../../signer/functions/approve.ts';
import { fetchAndReview } from '../../signer/functions/fetch-and-review.ts';
import { repository } from '../../signer/functions/repository.ts';
import { timestamp } from '../../signer/functions/timestamp.ts';
import { deletes, keys, reads, signs, writes, type KeyName } from '../../infra/names.ts';
import { openState } from '../../signer/state/open-state.ts';
import type { State } from '../../signer/state/state.ts';
import { fakeServices, functionContext, reviewers } from '../support/forge-registry.ts';

const start = new Date('2026-11-20T10:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);
const roles = new Map<SignerFunction, keyof typeof writes>([
  [fetchAndReview, 'fetch-and-review'],
  [approve, 'approve'],
  [repository, 'repository'],
  [timestamp, 'timestamp'],
]);
const made = await (await fakeServices(start)).newRegistry(start);
afterEach(() => {
  made.aws.fault = undefined;
  made.github.fault = undefined;
});

/** What the state was given by the functions, in their order. */
const written: string[] = [];

/** One function, each time as a new process starts it. */
async function ask(
  work: SignerFunction,
  now: Date,
  commit?: string,
  change?: Partial<FunctionContext>,
): Promise<Outcome> {
  const context = await functionContext(made, now);
  const state = asRole(context.state, roles.get(work) ?? 'timestamp');
  return work({ ...context, state, ...change }, commit);
}

/** What the workflow does after a merge. Each function signs as often as it stores what its key signs, or an alarm rings. */
async function askAll(now: Date, commit: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [work, role] of roles) {
    const before = { signatures: signatures(), written: written.length };
    outcomes.push(await ask(work, now, role === 'fetch-and-review' || role === 'approve' ? commit : undefined));
    const key = (Object.keys(keys) as KeyName[]).find((each) => keys[each] === role);
    const signed = written.slice(before.written).filter((path) => key !== undefined && isOneOf(signs[key], path));
    expect(signatures() - before.signatures, role).toBe(signed.length);
  }
  return outcomes;
}

const signatures = (): number => made.aws.counted()['Sign'] ?? 0;

const isOneOf = (patterns: readonly string[], path: string): boolean =>
  patterns.some((pattern) => matchesGlob(path, pattern.replace(/^([a-z]+)\/\*$/u, '$1/**')));

/** What each function did that its role does not allow. */
const forbidden: string[] = [];

/** A state that notes what a function writes to it, and what it does that the template of its role would refuse. */
function asRole(state: State, name: keyof typeof writes): State {
  const check = (what: string, patterns: readonly string[], path: string): void => {
    if (!isOneOf(patterns, path)) forbidden.push(`${name} ${what} ${path}`);
  };
  return {
    ...state,
    read: (path, maxBytes) => {
      check('reads', reads[name], path);
      return state.read(path, maxBytes);
    },
    create: (path, bytes) => {
      check('writes', writes[name], path);
      written.push(path);
      return state.create(path, bytes);
    },
    replace: (path, bytes, version) => {
      check('writes', writes[name], path);
      written.push(path);
      if (version !== undefined) check('replaces', ['reviews/*', 'status.json', 'head.json', 'index/*'], path);
      return state.replace(path, bytes, version);
    },
    remove: (path) => {
      check('deletes', deletes[name], path);
      return state.remove(path);
    },
  };
}

const codes = ({ problems }: Outcome): string[] => problems.map(({ code, file }) => `${code} ${file}`);
const reviewed = async (name: string): Promise<boolean> =>
  (await (await openState(made.config.state, start)).read(`reviews/${name}.json`, 100_000)) !== undefined;

test('from a merge to a host: reviewed, approved, named and timestamped, each within its role', async () => {
  const { registry, merge } = made;
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  const outcomes = await askAll(hours(2), commit);
  expect(outcomes.map(({ done }) => done)).toEqual([
    { reviewed: expect.arrayContaining(['tiny@1.1.0']) },
    { approved: ['tiny@1.1.0'], statusSigned: true },
    { servers: 1, bins: 256, snapshot: true },
    { signed: true },
  ]);
  // The other server was there before the signer began: nobody approved it.
  expect(outcomes.map(codes)).toEqual([[], ['no-evidence servers/other.yaml'], [], []]);
  await registry.serve(hours(2));
  expect(await registry.host(hours(2))).toBe('1.1.0');
  expect(await registry.host(hours(2), 'other')).toBe('E_NOT_APPROVED');

  // The same once more changes nothing.
  expect((await askAll(hours(3), commit)).map(({ done }) => done)).toEqual([
    { reviewed: ['other@1.0.0'] },
    { approved: [], statusSigned: false },
    { servers: 1, bins: 0, snapshot: false },
    { signed: false },
  ]);
});

test('a revocation reaches hosts though nothing can be fetched any more', async () => {
  const { registry, merge } = made;
  const revoked = `lifecycle:\n  - versions: ["1.1.0"]\n    state: revoked\n    since: 2026-11-20\n    reason: It leaks.\n`;
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0', revoked) }, hours(4), [reviewers.bob]);
  expect((await ask(approve, hours(5), commit)).done).toEqual({ approved: [], statusSigned: true });
  await ask(repository, hours(5));
  await ask(timestamp, hours(5));
  await registry.serve(hours(5));
  expect(await registry.host(hours(5))).toBe('E_REVOKED');
});

test('nothing is fetched of a commit that nobody approved, and the status is signed all the same', async () => {
  const { registry, merge } = made;
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.0.0') }, hours(6), []);
  registry.npm.asked.length = 0;
  const fetched = await ask(fetchAndReview, hours(30), commit);
  expect(fetched).toMatchObject({ done: { reviewed: [] }, stopped: { code: 'E_EVIDENCE_REVIEW' } });
  expect(registry.npm.asked).toEqual([]);
  expect(await ask(approve, hours(30), commit)).toMatchObject({
    done: { approved: [], statusSigned: true },
    stopped: { code: 'E_EVIDENCE_REVIEW' },
  });
  // Somebody takes it back, which has to be reviewed too.
  registry.git(hours(31), 'reset', '--quiet', '--hard', 'HEAD^');
});

test('while the forge does not answer, the status is signed from what is known', async () => {
  const { github, registry } = made;
  github.fault = (response) => {
    response.destroy();
    return true;
  };
  await expect(ask(approve, hours(60))).rejects.toMatchObject({ code: 'network' });
  // What another version of the program knew is not enough for it, and both reasons are said.
  await expect(ask(approve, hours(60), undefined, { program: 'd'.repeat(64) })).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/cannot be renewed: what main holds is not stored/u),
  });
  await ask(repository, hours(60));
  await ask(timestamp, hours(60));
  await registry.serve(hours(60));
  expect(await registry.host(hours(60))).toBe('E_REVOKED');
});

test('without a commit, approve signs the status where it is a day old', async () => {
  expect((await ask(approve, hours(61))).done).toEqual({ approved: [], statusSigned: false });
  expect((await ask(approve, hours(90))).done).toEqual({ approved: [], statusSigned: true });
});

/** The same version of the other server, reviewed again. */
const reviewedOn = (day: string): string =>
  made.registry.otherManifest('1.1.0').replace(/^reviewed_at: .*$/mu, `reviewed_at: ${day}`);

test('what was not reviewed as it is merged is not approved', async () => {
  const { registry, merge } = made;
  const commit = await merge({ 'servers/other.yaml': registry.otherManifest('1.1.0') }, hours(91));
  const first = await ask(approve, hours(92), commit);
  expect(first).toMatchObject({ done: { approved: [] } });
  // There is a review, of the version before.
  expect(await reviewed('other')).toBe(true);
  expect(codes(first)).toContain('not-reviewed servers/other.yaml');
  // Afterwards the same commit is enough.
  await ask(fetchAndReview, hours(93), commit);
  expect((await ask(approve, hours(94), commit)).done).toMatchObject({ approved: ['other@1.1.0'] });
});

test('a review of yesterday, or by another program, is not signed', async () => {
  const commit = await made.merge({ 'servers/other.yaml': reviewedOn('2026-11-16') }, hours(95));
  await ask(fetchAndReview, hours(96), commit);
  for (const [now, change] of [
    [hours(96 + 25), {}],
    [hours(97), { program: 'b'.repeat(64) }],
  ] as const)
    expect(codes(await ask(approve, now, commit, change))).toContain('not-reviewed servers/other.yaml');
  expect((await ask(approve, hours(97), commit)).done).toMatchObject({ approved: ['other@1.1.0'] });
});

test('metadata is not made of what another version of the program knew', async () => {
  await expect(ask(repository, hours(98), undefined, { program: 'c'.repeat(64) })).rejects.toMatchObject({
    code: 'not-known',
  });
});

test('the same commit three times at once gives the same approvals', async () => {
  const { registry, merge } = made;
  const commit = await merge({ 'servers/other.yaml': reviewedOn('2026-11-17') }, hours(99));
  await Promise.allSettled([1, 2, 3].map(() => ask(fetchAndReview, hours(100), commit)));
  const asked = await Promise.allSettled([1, 2, 3].map(() => ask(approve, hours(100), commit)));
  expect(asked.some(({ status }) => status === 'fulfilled')).toBe(true);
  await ask(approve, hours(101), commit);
  await ask(repository, hours(101));
  await ask(timestamp, hours(101));
  await registry.serve(hours(101));
  expect(await registry.host(hours(101), 'other')).toBe('1.1.0');
});

test('an artefact that changed after the review of the pull request passes no review of the signer', async () => {
  const { registry, merge } = made;
  const commit = await merge({ 'servers/other.yaml': reviewedOn('2026-11-18') }, hours(102));
  registry.npm.tampered.set('other-server@1.1.0', registry.npm.tarball('other-server', '1.0.0'));
  expect(codes(await ask(fetchAndReview, hours(103), commit))).toEqual(['closure-digest servers/other.lock.json']);
  expect(codes(await ask(approve, hours(103), commit))).toContain('not-reviewed servers/other.yaml');
});

test('no function did what the template of its role refuses', () => {
  expect(forbidden).toEqual([]);
});
