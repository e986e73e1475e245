/** From a pull request to a host: a commit is signed where a forge proves that people approved it, and not otherwise. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openSources } from '../../artefacts/open-sources.ts';
import type { SignerConfig } from '../../schemas/types.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { openGitHub } from '../../signer/evidence/github/open.ts';
import { signCommit, type CommitResult } from '../../signer/sign-commit.ts';
import { openState } from '../../signer/state/open-state.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fakeServices, reviewers, type ForgeRegistry } from '../support/forge-registry.ts';
import type { ProductionRegistry } from '../support/production-registry.ts';

const start = new Date('2026-11-20T10:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);
const { bob } = reviewers;
const source = { repository: '4711', pullRequest: 7 };

let made: ForgeRegistry;
let registry: ProductionRegistry;
let merge: ForgeRegistry['merge'];
let config: SignerConfig;
let begin = '';
let clock = start;
const services = await fakeServices(start);
const { github } = services;

beforeEach(async () => {
  // How a bucket behaves is tested with the functions; a folder is quicker.
  made = await services.newRegistry(start, await temporaryFolder());
  ({ registry, merge, config } = made);
  begin = config.forge.begin ?? '';
});

/** The signer, told a commit id and nothing else. */
async function sign(commit: string, now: Date, folder = '.'): Promise<CommitResult> {
  clock = now;
  made.setClock(now);
  const result = await signCommit(join(registry.folder, folder), {
    ...{ config, commit, now, version: '0.1.0', program: 'this one' },
    forge: openGitHub(config.forge, made.clock).forge,
    readSecret: () => Promise.reject(new Error('no secret')),
    openSources: () => openSources({ npmRegistry: registry.npm.url }),
    onFetched: () => undefined,
  });
  if (result.ok && result.result.published.length > 0) await registry.serve(now);
  return result;
}

/** What the store says of the versions of a server. */
async function approved(name = 'tiny'): Promise<unknown[]> {
  const { identity, state } = await registry.prepared(clock);
  const { approvals, open } = await new ApprovalsStore(state, 'this one').readAll(identity.keyring);
  const opened = await Promise.all((approvals.get(name) ?? []).map(open));
  return opened.map(({ version, statement: { predicate } }) => [version, predicate.source, predicate.reviewers]);
}

const problemsOf = (result: CommitResult): string[] =>
  (result.ok ? result.result.problems : result.problems).map(({ code, file }) => `${code} ${file}`);

test('an approved commit is signed, and the approval says who approved what', async () => {
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  const result = await sign(commit, hours(2));
  // What the registry began with was approved by nobody.
  expect(problemsOf(result)).toEqual(['no-evidence servers/other.yaml']);
  expect(await approved()).toEqual([
    ['1.1.0', { ...source, commit }, [{ id: '1', role: 'platform', commit: github.pulls.get(7)?.head }]],
  ]);
  expect(await registry.host(hours(2))).toBe('1.1.0');
  expect(await registry.host(hours(2), 'other')).toBe('E_NOT_APPROVED');

  // Then it is revoked, by the security team alone.
  const revoked = `lifecycle:\n  - versions: ["1.1.0"]\n    state: revoked\n    since: 2026-11-20\n    reason: It leaks.\n`;
  const next = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0', revoked) }, hours(3), [bob]);
  expect(problemsOf(await sign(next, hours(4)))).toEqual(['no-evidence servers/other.yaml']);
  expect(await registry.host(hours(4))).toBe('E_REVOKED');
});

test('a commit that nobody approved stops the signer, which keeps going what was signed', async () => {
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  await sign(commit, hours(2));
  const pushed = await merge({ 'servers/tiny.yaml': registry.manifest('1.0.0') }, hours(3), []);
  const result = await sign(pushed, hours(30));
  expect(result).toMatchObject({ ok: true, stopped: { code: 'E_EVIDENCE_REVIEW' }, result: { statusSigned: true } });
  expect(await registry.host(hours(30))).toBe('1.1.0');
  expect(await approved()).toHaveLength(1);
  // What comes after it waits for it.
  const later = await merge({ 'servers/other.yaml': registry.otherManifest('1.1.0') }, hours(31));
  expect(await sign(later, hours(32))).toMatchObject({
    ok: true,
    stopped: { code: expect.stringMatching(/^E_EVIDENCE_/u) },
  });
  expect(await approved('other')).toEqual([]);
});

test('a clone whose history is another one lends no server the evidence of a commit that did not bring it', async () => {
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  // As if it had begun the repository, and brought every server in it.
  await writeFile(join(registry.folder, '.git/info/grafts'), `${commit}\n`);
  expect(problemsOf(await sign(commit, hours(2)))).toEqual(['no-evidence servers/other.yaml']);
  expect(await approved('other')).toEqual([]);
});

test('a forge that stops answering half-way leaves everything as it was, and the next run signs', async () => {
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  let asked = 0;
  github.fault = (response) => {
    if (++asked <= 4) return false;
    response.destroy();
    return true;
  };
  expect(await sign(commit, hours(2))).toMatchObject({
    ok: true,
    stopped: { name: expect.stringMatching(/Failure/u) },
  });
  expect(await approved()).toEqual([]);
  github.fault = undefined;
  await sign(commit, hours(3));
  expect(await registry.host(hours(3))).toBe('1.1.0');
  // What is signed outlives a forge that is away for longer than a status counts.
  github.fault = (response) => {
    response.destroy();
    return true;
  };
  expect(await sign(commit, hours(30))).toMatchObject({ ok: true, result: { statusSigned: true } });
  expect(await registry.host(hours(30))).toBe('1.1.0');
});

test('why the signer stopped is said where the commit that was signed last is gone', async () => {
  const commit = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  config = { ...config, forge: { ...config.forge, begin: 'f'.repeat(40) } };
  await expect(sign(commit, hours(2))).rejects.toMatchObject({
    code: 'E_EVIDENCE_HISTORY',
    message: expect.stringMatching(/cannot be renewed: this clone does not have the commit f{40}/u),
  });
});

test('of two signers at once with two commits, one is told that the other was quicker', async () => {
  const older = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  const state = await openState(config.state, hours(2));
  let isSigned = false;
  github.fault = () => {
    // The other one ends while this one still asks.
    if (!isSigned) void state.create('head.json', Buffer.from(JSON.stringify({ commit: begin })));
    isSigned = true;
    return false;
  };
  await expect(sign(older, hours(2))).rejects.toMatchObject({ code: 'other-commit' });
});

test('a registry that is a folder of its repository is not signed: the rules of evidence look at its top', async () => {
  await registry.write('inside/registry.yaml', 'a: 1\n');
  registry.commit(hours(1));
  const commit = registry.git(hours(1), 'rev-parse', 'HEAD').trim();
  await expect(sign(commit, hours(2), 'inside')).rejects.toMatchObject({
    message: expect.stringMatching(/folder inside/u),
  });
});
