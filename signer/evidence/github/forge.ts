/** GitHub as a forge: https://docs.github.com/en/rest */
import { maxPullRequestCommits, maxPullRequestReviews, maxPullRequestsOfCommit } from '../../../core/limits.ts';
import type { ForgeConfig } from '../../../schemas/types.ts';
import type { Forge, PullRequest, Review, ReviewState } from '../forge.ts';
import {
  accountOf,
  commitOf,
  count,
  idOf,
  isNothing,
  part,
  partsOf,
  text,
  timeOf,
  truth,
  unexpected,
  type Part,
} from './answers.ts';
import type { GitHubClient } from './client.ts';
import { GitHubFailure } from './transport.ts';

export type GitHubNames = Pick<ForgeConfig, 'organisation' | 'repository'>;

export function githubForge(client: GitHubClient, { organisation, repository }: GitHubNames): Forge {
  const org = organisation.login;
  const names = { owner: repository.owner, repo: repository.name };
  const get = async (where: string, route: string, parameters: Readonly<Record<string, string | number>>) =>
    ({ value: await client.get(route, parameters), where }) satisfies Part;
  const list = async (
    where: string,
    route: string,
    parameters: Readonly<Record<string, string | number>>,
    maxItems: number,
  ) => partsOf({ value: await client.list(route, parameters, maxItems), where });

  return {
    repositoryId: async () => {
      const answer = await get(`the repository ${names.owner}/${names.repo}`, 'GET /repos/{owner}/{repo}', names);
      return idOf(part(answer, 'id'));
    },
    tip: async (branch) => {
      const where = `the branch ${branch}`;
      const answer = await get(where, 'GET /repos/{owner}/{repo}/git/ref/{ref}', { ...names, ref: `heads/${branch}` });
      const isBranch = text(part(answer, 'ref')) === `refs/heads/${branch}`;
      if (!isBranch || text(part(answer, 'object', 'type')) !== 'commit') throw unexpected(where, 'is about no branch');
      return commitOf(part(answer, 'object', 'sha'));
    },
    compare: async (from, to) => {
      // The commits in between are not used.
      const parameters = { ...names, basehead: `${from}...${to}`, per_page: 1 };
      const answer = await orNothing(() =>
        get('two commits', 'GET /repos/{owner}/{repo}/compare/{basehead}', parameters),
      );
      if (answer === undefined) return undefined;
      const status = text(part(answer, 'status'));
      if (!['ahead', 'identical', 'behind', 'diverged'].includes(status))
        throw unexpected('two commits', 'does not say how they stand to each other');
      return {
        isAhead: status === 'ahead' || status === 'identical',
        mergeBase: commitOf(part(answer, 'merge_base_commit', 'sha')),
      };
    },
    pullRequestsOf: async (commit) => {
      const found = await list(
        `the pull requests of ${commit}`,
        'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
        { ...names, commit_sha: commit },
        maxPullRequestsOfCommit,
      );
      return found.map((each) => count(part(each, 'number')));
    },
    pullRequest: async (number) => {
      const answer = await get(`the pull request ${number}`, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...names,
        pull_number: number,
      });
      if (count(part(answer, 'number')) !== number) throw unexpected(answer.where, 'is about another one');
      return pullRequestOf(answer);
    },
    commitsOf: async (number) => {
      const found = await list(
        `the commits of the pull request ${number}`,
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
        { ...names, pull_number: number },
        maxPullRequestCommits,
      );
      return found.map((each) => {
        const author = accountOf(part(each, 'author'));
        const committer = accountOf(part(each, 'committer'));
        return {
          id: commitOf(part(each, 'sha')),
          ...(author !== undefined && { author }),
          ...(committer !== undefined && { committer }),
        };
      });
    },
    reviewsOf: async (number) => {
      const found = await list(
        `the reviews of the pull request ${number}`,
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
        { ...names, pull_number: number },
        maxPullRequestReviews,
      );
      // What is not submitted yet is seen by who writes it alone.
      return found.filter((each) => text(part(each, 'state')) !== 'PENDING').map(reviewOf);
    },
    account: (id) =>
      orNothing(async () => {
        const answer = await get(`the account ${id}`, 'GET /user/{account_id}', { account_id: id });
        const account = accountOf(answer);
        if (account !== undefined && account.id !== id) throw unexpected(answer.where, 'is about another one');
        return account;
      }),
    team: async (slug) => {
      const answer = await get(`the team ${slug}`, 'GET /orgs/{org}/teams/{team_slug}', { org, team_slug: slug });
      return { id: idOf(part(answer, 'id')), organisation: idOf(part(answer, 'organization', 'id')) };
    },
    isMember: async (slug, { login }) => {
      const route = 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}';
      const where = `the membership of ${login} in ${slug}`;
      const answer = await orNothing(() => get(where, route, { org, team_slug: slug, username: login }));
      if (answer === undefined) return false;
      const state = text(part(answer, 'state'));
      if (state !== 'active' && state !== 'pending') throw unexpected(where, 'has a state that is not known');
      return state === 'active';
    },
  };
}

/** GitHub says with 404, and with nothing else, that something is not there. */
async function orNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GitHubFailure && error.status === 404) return undefined;
    throw error;
  }
}

function pullRequestOf(answer: Part): PullRequest {
  const author = accountOf(part(answer, 'user'));
  const isMerged = truth(part(answer, 'merged'));
  return {
    number: count(part(answer, 'number')),
    base: { repository: idOf(part(answer, 'base', 'repo', 'id')), branch: text(part(answer, 'base', 'ref')) },
    head: commitOf(part(answer, 'head', 'sha')),
    commits: count(part(answer, 'commits')),
    ...(isMerged && {
      merged: { at: timeOf(part(answer, 'merged_at')), commit: commitOf(part(answer, 'merge_commit_sha')) },
    }),
    ...(author !== undefined && { author }),
  };
}

const states = new Map<string, ReviewState>([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['DISMISSED', 'dismissed'],
  ['COMMENTED', 'comment'],
]);

function reviewOf(answer: Part): Review {
  const state = states.get(text(part(answer, 'state')));
  if (state === undefined) throw unexpected(answer.where, 'has a state that is not known');
  const by = accountOf(part(answer, 'user'));
  const commit = part(answer, 'commit_id');
  return {
    state,
    at: timeOf(part(answer, 'submitted_at')),
    ...(by !== undefined && { by }),
    ...(!isNothing(commit) && { commit: commitOf(commit) }),
  };
}
