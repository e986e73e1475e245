/** The workflows that publish, run on this machine: views go out with the registry, to buckets of a fake AWS. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openTarget } from '../../scripts/publish/target.ts';
import { writeHead } from '../../signer/evidence/source.ts';
import { openState } from '../../signer/state/open-state.ts';
import { startAws, type AwsServer } from '../fakes/aws/server.ts';
import { registry as registryOf, registryCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/folder.ts';
import { productionRegistry, type ProductionRegistry } from '../support/production-registry.ts';
import { runWorkflow, type JobRun } from '../support/workflow-run.ts';
import { lockOnce } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
const now = new Date();
const before = new Date(now.getTime() - 8 * 3_600_000);
const state = 's3://state/registry';

let aws: AwsServer;
let registry: ProductionRegistry;
/** Holds stand-ins for programs of a runner. */
let programs: string;

/** What registry.yaml says of views: the one in the middle is for a group that no server names. */
const views = `views:
  - { audience: [developers], to: s3://developers, url: https://developers.example.com }
  - { audience: [devlopers], to: s3://shared/devlopers }
  - { audience: [developers, writers], to: s3://shared/both }
`;
const own =
  'name: Test\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n';

async function program(name: string, text: string): Promise<void> {
  await writeFile(join(programs, name), `#!/usr/bin/env bash\n${text}\n`);
  await chmod(join(programs, name), 0o755);
}

beforeAll(async () => {
  programs = await temporaryFolder();
  await program('npx', `[ "$1" = registry ] && shift && exec '${process.execPath}' '${registryCommand}' "$@"`);
  await program('curl', `echo '{"value":"an.identity.token"}'`);
  aws = await startAws();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  for (const name of ['site', 'developers', 'shared']) aws.createBucket(name);
  aws.createBucket('state', { versioning: true, onlyConditionalWrites: true });
  registry = await productionRegistry(before, await openState(state, before));
  await registry.write('registry.yaml', own + views);
  await registry.write('servers/tiny.yaml', registry.manifest('1.0.0', 'audience: [developers]\n'));
  await registry.write('servers/other.yaml', registry.otherManifest('1.0.0', 'audience: [writers]\n'));
  await lockOnce(registry);
  registry.commit(before);
  await registry.sign(before);
  const signed = await openState(state, now);
  await writeHead(signed, { commit: '' }, registry.git(now, 'rev-parse', 'HEAD').trim());
  // What is on main and was not signed decides nothing.
  await registry.write('registry.yaml', `${own}views:\n  - { audience: [writers], to: s3://nobody-signed-this }\n`);
  registry.commit(now);
});

// The scripts are written for the tools of a GitHub runner.
beforeEach((context) => context.skip(process.platform !== 'linux', 'this is not Linux'));

/** The job that publishes. What asks the signer needs a signer, and the site is built from what is installed here. */
async function publish(workflow: string, vars: Readonly<Record<string, string>> = {}): Promise<JobRun | undefined> {
  const asks = ['ask', 'metadata'].flatMap((job) =>
    ['identity', 'review', 'approve', 'repository', 'timestamp'].map((step) => `${job}/${step}`),
  );
  const jobs = await runWorkflow({
    workflow: join(root, '.github/workflows', workflow),
    github: { sha: registry.git(now, 'rev-parse', 'HEAD').trim() },
    vars: {
      ...{ AWS_REGION: 'eu-central-1', AWS_ROLE: 'arn:aws:iam::111122223333:role/countersign-site-publisher' },
      ...{ REGISTRY_NAME: 'countersign', STATE_BUCKET: 'state/registry', SITE_BUCKET: 'site' },
      ...{ SITE_DISTRIBUTION: 'E2QWRUHAPOMQZL', ...vars },
    },
    env: {
      ...aws.env,
      PATH: [programs, dirname(process.execPath), process.env['PATH']].join(delimiter),
      GITHUB_ENV: join(programs, 'env'),
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://forge.example/token?x=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
    checkout: async (_, folder) => {
      execFileSync('git', ['clone', '--quiet', registry.folder, folder]);
      await mkdir(join(folder, '.github'));
      await symlink(join(root, '.github/scripts'), join(folder, '.github/scripts'));
    },
    leftOut: new Map([...asks, 'publish/install'].map((step) => [step, 'nothing is asked or installed here'])),
  });
  return jobs['publish'];
}

const read = async (address: string, path: string): Promise<string | undefined> =>
  (await (await openTarget(address, new Date())).read(path, 1_000_000))?.bytes.toString('utf8');
const timestampAt = async (address: string): Promise<unknown> =>
  (JSON.parse((await read(address, 'metadata/timestamp.json')) ?? '{"signed":{}}') as { signed: { version?: number } })
    .signed.version;
const errors = (job: JobRun | undefined): readonly string[] => job?.log.match(/^::error::.*$/gmu) ?? [];

test('a view that fails is named, and keeps neither the others nor the registry from being published', async () => {
  const job = await publish('publish.yml');
  expect(job?.steps, job?.log).toMatchObject({ build: 'success', publish: 'success', views: 'failure' });
  expect(job?.result).toBe('failure');
  expect(errors(job)).toEqual([expect.stringMatching(/^::error::the view for devlopers was not published: /u)]);
  expect(job?.log).toContain(
    'no approved server names the group "devlopers" in its audience (did you mean developers?)',
  );
  for (const address of ['s3://site', 's3://developers', 's3://shared/both'])
    expect(await timestampAt(address)).toBe(1);
  expect(await read('s3://developers', 'v0.1/servers.json')).toContain('https://developers.example.com/');
  expect(await read('s3://developers', 'servers/other.json')).toBeUndefined();
  expect(await read('s3://shared/both', 'v0.1/servers.json')).toContain('https://mcp.example.com/servers/other.json');
  expect(JSON.parse((await read('s3://shared/both', 'view.json')) ?? '')).toMatchObject({
    audience: ['developers', 'writers'],
  });
  expect(await timestampAt('s3://shared/devlopers')).toBeUndefined();
});

test('a new timestamp reaches the views, also where the registry itself was not published', async () => {
  registry.git(now, 'reset', '--quiet', '--hard', 'HEAD^');
  await registry.sign(now);
  const job = await publish('refresh.yml', { SITE_BUCKET: 'nowhere' });
  expect(job?.steps, job?.log).toMatchObject({ publish: 'failure', views: 'failure' });
  expect(errors(job)).toHaveLength(1);
  expect(await timestampAt('s3://site')).toBe(1);
  for (const address of ['s3://developers', 's3://shared/both']) expect(await timestampAt(address)).toBe(2);
  const status = ['status', '--audience', 'developers', '--at', 's3://developers'];
  const said = await registryOf(status, { cwd: registry.folder });
  expect(said, said.stdout).toMatchObject({ status: 0 });
});
