/**
 * The whole story: a pull request is reviewed and merged, the functions sign it, the publisher puts it into a bucket, and a
 * host that has only the trust config gets an answer from the server. Then it is revoked, and the host refuses.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve } from '../../signer/functions/approve.ts';
import { fetchAndReview } from '../../signer/functions/fetch-and-review.ts';
import { repository } from '../../signer/functions/repository.ts';
import { timestamp } from '../../signer/functions/timestamp.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { countersign, countersignCommand, registry as runRegistry, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { fakeServices, functionContext, reviewers } from '../support/forge-registry.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

// Commands ask the real clock, so everything happened shortly before.
const now = new Date();
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);

const services = await fakeServices(minutes(-120));
const made = await services.newRegistry(minutes(-120));
const cdn = await serveFiles();
let env: Record<string, string>;
let home: string;

afterAll(() => rm(home, { recursive: true, force: true }));

beforeAll(async () => {
  made.aws.createBucket('site', { versioning: true });
  // Of production, a trust config counts only where nobody else can write, which is not so below /tmp.
  home = await mkdtemp(join(homedir(), '.countersign-story-'));
  const trust = join(home, 'trust.json');
  const { registry, aws } = made;
  expect(await registry.run('trust', 'export', '--out', trust)).toMatchObject({ status: 0 });
  const config = JSON.parse(await readFile(trust, 'utf8')) as TrustConfig;
  // Its address is that of the CDN, which is on loopback here.
  await writeFile(
    trust,
    JSON.stringify({ ...config, registry: { ...config.registry, url: cdn.url }, npmRegistry: registry.npm.url }),
  );
  env = { ...registry.npm.env, ...aws.env, XDG_DATA_HOME: home, COUNTERSIGN_TRUST: trust };
});

/** What the workflow does after a merge; the bucket is what the CDN answers from. */
async function afterMerge(commit: string): Promise<void> {
  const { registry, aws } = made;
  for (const [work, told] of [
    [fetchAndReview, commit],
    [approve, commit],
    [repository, undefined],
    [timestamp, undefined],
  ] as const)
    expect(await work(await functionContext(made, new Date()), told)).not.toHaveProperty('stopped');
  const run = (...words: string[]): Promise<Ended> => runRegistry(words, { cwd: registry.folder, env });
  // One server was approved by nobody, which is said, and holds up no other.
  expect(await run('build', '--state', made.config.state)).toMatchObject({ stdout: '', status: 1 });
  expect(await run('publish', '--to', 's3://site')).toMatchObject({ status: 0 });
  const bucket = aws.buckets.get('site');
  for (const key of bucket?.keys() ?? []) cdn.files.set(key, bucket?.current(key)?.bytes ?? Buffer.alloc(0));
}

const trusting = (): string[] => ['--trust', env['COUNTERSIGN_TRUST'] ?? ''];

test('a reviewed pull request reaches a host, and so does a revocation', async () => {
  const { registry, merge } = made;
  await afterMerge(await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, minutes(-60)));

  const client = new Client({ name: 'story', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [countersignCommand, 'run', 'tiny', ...trusting()],
      env: { ...env, PATH: process.env['PATH'] ?? '' },
      stderr: 'ignore',
    }),
  );
  const answer = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
  expect(answer).toMatchObject({ content: [{ type: 'text', text: 'GOOD DAY ADA!' }] });
  await client.close();

  const revoked = `lifecycle:\n  - versions: ["1.1.0"]\n    state: revoked\n    since: 2026-11-20\n    reason: It leaks.\n`;
  await afterMerge(
    await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0', revoked) }, minutes(-30), [reviewers.bob]),
  );
  const refused = await countersign(['run', 'tiny', '--refresh', ...trusting()], { env });
  expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('It leaks.') });
});
