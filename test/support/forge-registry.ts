/** A production registry whose pull requests are reviewed on a fake GitHub, and whose keys and state are in a fake AWS. */
import { afterAll, expect, vi } from 'vitest';
import { workspaceOf } from '../../catalog/workspace.ts';
import { toSecond } from '../../core/time.ts';
import type { SignerConfig } from '../../schemas/types.ts';
import type { FunctionContext } from '../../signer/functions/function-context.ts';
import { openState } from '../../signer/state/open-state.ts';
import { inKms } from '../fakes/aws/kms.ts';
import { startAws, type AwsServer } from '../fakes/aws/server.ts';
import {
  organisationId,
  startGitHub,
  token,
  type FakeGitHub,
  type FakePull,
  type User,
} from '../fakes/github/github.ts';
import { temporaryFolder } from './folder.ts';
import { onlineKeys, productionRegistry, type ProductionRegistry } from './production-registry.ts';

const [dora, alice, bob]: [User, User, User] = [
  { id: 4, login: 'dora', type: 'User' },
  { id: 1, login: 'alice', type: 'User' },
  { id: 2, login: 'bob', type: 'User' },
];

/** Of the platform team, and of the security team. */
export const reviewers = { alice, bob };

export interface ForgeRegistry {
  readonly github: FakeGitHub;
  readonly aws: AwsServer;
  readonly registry: ProductionRegistry;
  readonly config: SignerConfig;
  /** A change by Dora, which is approved and merged as one commit. Gives its id. */
  readonly merge: (files: Readonly<Record<string, string>>, at: Date, by?: readonly User[]) => Promise<string>;
  /** The time that AWS believes. */
  readonly setClock: (now: Date) => void;
}

/** What a function of the signer starts from; each time with a folder of its own. */
export async function functionContext({ config, setClock }: ForgeRegistry, now: Date): Promise<FunctionContext> {
  setClock(now);
  return {
    ...{ config, now, program: 'a'.repeat(64), version: '0.1.0' },
    state: await openState(config.state, now),
    workspace: workspaceOf(await temporaryFolder(), 'production'),
    readSecret: () => Promise.reject(new Error('nobody is asked')),
  };
}

/** Stopped after the tests of the file. */
export async function forgeRegistry(start: Date): Promise<ForgeRegistry> {
  let clock = start;
  let registry: ProductionRegistry | undefined = undefined as ProductionRegistry | undefined;
  const aws = await startAws(() => clock);
  for (const [name, value] of Object.entries({ ...aws.env, GITHUB_TOKEN: token })) vi.stubEnv(name, value);
  afterAll(() => vi.unstubAllEnvs());
  for (const [role, key] of Object.entries(onlineKeys)) {
    aws.keys.set(role, inKms(key));
    aws.aliases.set(`alias/${role}`, role);
  }
  aws.digestsOnly = true;
  aws.createBucket('signer', { versioning: true, onlyConditionalWrites: true });

  const github = await startGitHub(() => ({
    git: (...words) => registry?.git(clock, ...words).trim() ?? '',
    raw: (kind, id) => registry?.raw(kind, id) ?? Buffer.alloc(0),
  }));
  github.users.push(dora, alice, bob);
  github.accounts.set('t@example.com', dora);
  github.teams.set('platform', { id: 101, members: new Map([['alice', 'active']]) });
  github.teams.set('security', { id: 102, members: new Map([['bob', 'active']]) });

  const state = 's3://signer/state';
  const made = await productionRegistry(start, await openState(state, start));
  registry = made;
  const config: SignerConfig = {
    schemaVersion: 1,
    forge: {
      kind: 'github',
      api: github.url,
      organisation: { login: 'example', id: organisationId },
      repository: { owner: 'example', name: 'registry', id: 4711 },
      branch: 'main',
      teams: { platform: { slug: 'platform', id: 101 }, security: { slug: 'security', id: 102 } },
      guardians: 'security',
      token: 'env:GITHUB_TOKEN',
      begin: made.git(start, 'rev-parse', 'HEAD').trim(),
    },
    npmRegistry: made.npm.url,
    state,
    keys: {
      approval: 'awskms:///alias/approval',
      snapshot: 'awskms:///alias/snapshot',
      timestamp: 'awskms:///alias/timestamp',
    },
  };
  let number = 0;
  const merge: ForgeRegistry['merge'] = async (files, at, by = [alice]) => {
    const { git, write, commit, run } = made;
    const title = String(++number);
    git(at, 'checkout', '--quiet', '-B', 'change', 'main');
    for (const [path, content] of Object.entries(files)) await write(path, content);
    expect(await run('lock')).toMatchObject({ status: 0 });
    commit(at);
    const head = git(at, 'rev-parse', 'HEAD').trim();
    git(at, 'checkout', '--quiet', 'main');
    git(at, 'merge', '--quiet', '--squash', 'change');
    git(at, 'commit', '--quiet', '--message', `Change (#${title})`);
    const merged = git(at, 'rev-parse', 'HEAD').trim();
    const pull: FakePull = {
      ...{ number, user: dora, head, merge_commit_sha: merged, merged: true, merged_at: toSecond(at) },
      ...{ base: 4711, headRepository: 4711, baseBranch: 'main', commits: [head] },
      reviews: by.map((user) => ({
        ...{ user, state: 'APPROVED', commit_id: head },
        submitted_at: toSecond(new Date(at.getTime() - 60_000)),
      })),
    };
    github.pulls.set(number, pull);
    return merged;
  };
  return { github, aws, registry: made, config, merge, setClock: (now) => (clock = now) };
}
