/** A production registry whose pull requests are reviewed on a fake GitHub, and whose keys and state are in a fake AWS. */
import { afterAll, vi } from 'vitest';
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
import { lockOnce } from './tiny-registry.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';
import { onlineKeys, productionRegistry, type ProductionRegistry } from './production-registry.ts';

const [dora, alice, bob]: [User, User, User] = [
  { id: 4, login: 'dora', type: 'User' },
  { id: 1, login: 'alice', type: 'User' },
  { id: 2, login: 'bob', type: 'User' },
];

/** Of the platform team, and of the security team. */
export const reviewers = { alice, bob };

/** The two services, for every registry of a file of tests. */
export interface FakeServices {
  readonly github: FakeGitHub;
  readonly aws: AwsServer;
  /** Passes only in pauses between questions to GitHub, and where a test says so. */
  readonly clock: VirtualClock;
  /** The time that AWS and the clock believe, and of what git writes. */
  readonly setClock: (now: Date) => void;
  /**
   * A registry with a state of its own, in the bucket if not in a folder; GitHub has that one from then on, and forgets the one
   * before.
   */
  readonly newRegistry: (start: Date, folder?: string) => Promise<ForgeRegistry>;
}

export interface ForgeRegistry extends Omit<FakeServices, 'newRegistry'> {
  readonly registry: ProductionRegistry;
  readonly config: SignerConfig;
  /** A change by Dora, which is approved and merged as one commit, as pull request 7 and so on. Gives its id. */
  readonly merge: (files: Readonly<Record<string, string>>, at: Date, by?: readonly User[]) => Promise<string>;
}

/** What a function of the signer starts from; each time with a folder of its own. */
export async function functionContext({ config, clock, setClock }: ForgeRegistry, now: Date): Promise<FunctionContext> {
  setClock(now);
  return {
    ...{ config, now, clock, program: 'a'.repeat(64), version: '0.1.0' },
    state: await openState(config.state, now),
    workspace: workspaceOf(await temporaryFolder(), 'production'),
    readSecret: () => Promise.reject(new Error('nobody is asked')),
  };
}

/** Called where a file of tests begins; stopped after them. */
export async function fakeServices(start: Date): Promise<FakeServices> {
  let time = start;
  const clock = virtualClock(start);
  let current: ProductionRegistry | undefined;
  let states = 0;
  const aws = await startAws(() => time);
  for (const [name, value] of Object.entries({ ...aws.env, GITHUB_TOKEN: token })) vi.stubEnv(name, value);
  afterAll(() => vi.unstubAllEnvs());
  for (const [role, key] of Object.entries(onlineKeys)) {
    aws.keys.set(role, inKms(key));
    aws.aliases.set(`alias/${role}`, role);
  }
  aws.digestsOnly = true;
  aws.createBucket('signer', { versioning: true, onlyConditionalWrites: true });

  const github = await startGitHub(() => {
    if (current === undefined) throw new Error('there is no registry yet');
    const { git, raw } = current;
    return { git: (...words) => git(time, ...words).trim(), raw };
  });
  github.users.push(dora, alice, bob);
  github.accounts.set('t@example.com', dora);
  github.teams.set('platform', { id: 101, members: new Map([['alice', 'active']]) });
  github.teams.set('security', { id: 102, members: new Map([['bob', 'active']]) });
  const setClock = (now: Date): void => {
    time = now;
    clock.set(now);
  };

  const newRegistry: FakeServices['newRegistry'] = async (since, folder) => {
    setClock(since);
    aws.fault = undefined;
    github.fault = undefined;
    github.pulls.clear();
    const state = folder ?? `s3://signer/${states++}`;
    const registry = await productionRegistry(since, await openState(state, since));
    current = registry;
    const begin = registry.git(since, 'rev-parse', 'HEAD').trim();
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
        begin,
      },
      npmRegistry: registry.npm.url,
      state,
      keys: {
        approval: 'awskms:///alias/approval',
        snapshot: 'awskms:///alias/snapshot',
        timestamp: 'awskms:///alias/timestamp',
      },
    };
    return { github, aws, clock, setClock, registry, config, merge: mergeOn(registry, github) };
  };
  return { github, aws, clock, setClock, newRegistry };
}

function mergeOn(registry: ProductionRegistry, github: FakeGitHub): ForgeRegistry['merge'] {
  const { git, write, commit } = registry;
  return async (files, at, by = [alice]) => {
    const number = 7 + github.pulls.size;
    git(at, 'checkout', '--quiet', '-B', 'change', 'main');
    for (const [path, content] of Object.entries(files)) await write(path, content);
    await lockOnce(registry);
    commit(at);
    const head = git(at, 'rev-parse', 'HEAD').trim();
    git(at, 'checkout', '--quiet', 'main');
    git(at, 'merge', '--quiet', '--squash', 'change');
    git(at, 'commit', '--quiet', '--message', `Change (#${number})`);
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
}
