/** Answers with every field that GitHub's description requires. The fake knows few of them; the others hold what is usual. */
import type { FakePull, FakeReview, User } from './github.ts';

type Json = Readonly<Record<string, unknown>>;

const api = 'https://api.github.com';
const web = 'https://github.com';
const long = '2020-01-01T00:00:00Z';

const urls = (at: string, names: string): Json =>
  Object.fromEntries(names.split(' ').map((name) => [`${name}_url`, `${at}/${name}`]));

const simpleUser = ({ id, login, type }: User): Json => ({
  ...urls(
    `${api}/users/${login}`,
    'avatar events followers following gists html organizations received_events repos starred subscriptions',
  ),
  ...{ id, login, type, node_id: `U_${id}`, gravatar_id: '', site_admin: false },
  url: `${api}/users/${login}`,
});

export const publicUser = (user: User): Json => ({
  ...simpleUser(user),
  ...{ bio: null, blog: null, company: null, email: null, hireable: null, location: null, name: null },
  ...{ followers: 0, following: 0, public_gists: 0, public_repos: 0 },
  ...{ created_at: long, updated_at: long, user_view_type: 'public' },
});

export interface RepositoryIdentity {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

const organisation = (login: string): User => ({ id: 9001, login, type: 'Organization' });

/** As a part of another answer. */
const repository = ({ id, owner, name }: RepositoryIdentity): Json => ({
  ...urls(
    `${api}/repos/${owner}/${name}`,
    'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads' +
      ' events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges' +
      ' milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees',
  ),
  ...urls(`${web}/${owner}/${name}`, 'html clone git ssh svn'),
  ...{ id, name, node_id: `R_${id}`, full_name: `${owner}/${name}`, owner: simpleUser(organisation(owner)) },
  ...{ url: `${api}/repos/${owner}/${name}`, private: true, fork: false, default_branch: 'main' },
  ...{ description: null, homepage: null, language: null, mirror_url: null, license: null },
  ...{ archived: false, disabled: false, size: 1, pushed_at: long, created_at: long, updated_at: long },
  ...{ has_downloads: true, has_issues: true, has_projects: true, has_wiki: true, has_pages: false },
  ...{ forks: 0, forks_count: 0, open_issues: 0, open_issues_count: 0, stargazers_count: 0 },
  ...{ watchers: 0, watchers_count: 0, has_discussions: false },
});

export const fullRepository = (identity: RepositoryIdentity): Json => ({
  ...repository(identity),
  ...{ network_count: 0, subscribers_count: 0 },
});

/** The numbers that the fake knows of a pull request, and names for its repositories. */
export function simplePull(pull: FakePull, inside: RepositoryIdentity): Json {
  const { number, user, head, merge_commit_sha, merged, merged_at } = pull;
  const at = `${api}/repos/${inside.owner}/${inside.name}/pulls/${number}`;
  const end = (id: number, ref: string, sha: string): Json => ({
    ...{ label: `${inside.owner}:${ref}`, ref, sha, user: simpleUser(user), repo: repository({ ...inside, id }) },
  });
  const links = 'comments commits statuses html issue review_comments review_comment self'.split(' ');
  return {
    ...urls(at, 'comments commits diff html issue patch review_comment review_comments statuses'),
    ...{ url: at, id: 1000 + number, node_id: `PR_${number}`, number, title: 'Change', body: null, labels: [] },
    ...{ assignee: null, milestone: null, auto_merge: null, locked: false, author_association: 'MEMBER' },
    ...{ state: merged ? 'closed' : 'open', closed_at: merged_at, created_at: long, updated_at: long },
    ...{ user: simpleUser(user), merge_commit_sha, merged_at },
    base: end(pull.base, pull.baseBranch, merge_commit_sha),
    head: end(pull.headRepository, 'change', head),
    _links: Object.fromEntries(links.map((name) => [name, { href: `${at}/${name}` }])),
  };
}

export const fullPull = (pull: FakePull, inside: RepositoryIdentity): Json => ({
  ...simplePull(pull, inside),
  ...{ merged: pull.merged, commits: pull.commits.length, merged_by: null },
  ...{ mergeable: null, mergeable_state: 'unknown', maintainer_can_modify: false },
  ...{ additions: 1, deletions: 1, changed_files: 1, comments: 0, review_comments: 0 },
});

export const review = (each: FakeReview, index: number): Json => ({
  ...each,
  user: each.user === null ? null : simpleUser(each.user),
  ...{ id: index + 1, node_id: `PRR_${index + 1}`, body: '', author_association: 'MEMBER' },
  ...urls(web, 'html pull_request'),
  _links: { html: { href: web }, pull_request: { href: web } },
});

/** A commit in a list, of what there is about the object of git. */
export function listedCommit(sha: string, object: Json, accounts: ReadonlyMap<string, User>): Json {
  const { author, committer, message, tree, parents } = object;
  const accountOf = (person: unknown): Json | null => {
    const found = accounts.get((person as { readonly email: string } | undefined)?.email ?? '');
    return found === undefined ? null : simpleUser(found);
  };
  return {
    ...urls(`${api}/commits/${sha}`, 'html comments'),
    ...{ sha, node_id: `C_${sha}`, url: `${api}/commits/${sha}`, parents },
    ...{ author: accountOf(author), committer: accountOf(committer) },
    commit: { author, committer, message, tree, comment_count: 0, url: `${api}/commits/${sha}` },
  };
}

export const comparison = (
  { status, ahead, behind }: { readonly status: string; readonly ahead: number; readonly behind: number },
  base: Json,
  mergeBase: Json,
): Json => ({
  ...urls(`${web}/compare`, 'html permalink diff patch'),
  ...{ url: `${api}/compare`, status, ahead_by: ahead, behind_by: behind, total_commits: ahead, commits: [] },
  ...{ base_commit: base, merge_base_commit: mergeBase },
});

export const team = (id: number, slug: string, organisationId: number): Json => ({
  ...urls(`${api}/organizations/${organisationId}/team/${id}`, 'members repositories html'),
  ...{ id, node_id: `T_${id}`, url: `${api}/organizations/${organisationId}/team/${id}`, name: slug, slug },
  ...{ description: null, permission: 'pull', type: 'organization', created_at: long, updated_at: long },
  ...{ members_count: 1, repos_count: 1 },
  organization: {
    ...urls(`${api}/orgs/example`, 'repos events hooks issues members public_members avatar html'),
    ...{ login: 'example', id: organisationId, node_id: `O_${organisationId}`, url: `${api}/orgs/example` },
    ...{ description: null, has_organization_projects: true, has_repository_projects: true, type: 'Organization' },
    ...{ public_repos: 0, public_gists: 0, followers: 0, following: 0 },
    ...{ created_at: long, updated_at: long, archived_at: null },
  },
});

export const membership = (state: string): Json => ({ state, role: 'member', url: `${api}/teams/1/memberships/a` });

export const reference = (ref: string, sha: string): Json => ({
  ...{ ref, node_id: `REF_${ref}`, url: `${api}/git/${ref}`, object: { type: 'commit', sha, url: `${api}/${sha}` } },
});

/** How GitHub says no. */
export const refusal = (status: number, message: string): { readonly status: number; readonly body: Json } => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});
