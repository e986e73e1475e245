/** What the signer finds out by itself about a commit: that people with the right roles approved exactly this. */
import { changedPaths } from '../../catalog/objects/changed-paths.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import { hashOf } from '../../catalog/objects/object-id.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Approval, ForgeConfig } from '../../schemas/types.ts';
import { reviewersOf } from './approvals.ts';
import { assignRoles } from './assign-roles.ts';
import type { Account, Forge } from './forge.ts';
import { mainLine, notOnBranch } from './main-line.ts';
import { neededRoles } from './needed-roles.ts';
import { allCommitsOf, pullRequestOf } from './pull-request.ts';
import { reviewedFiles } from './same-files.ts';
import { needsEvidence } from './which-paths.ts';
import { writersOf } from './writers.ts';

export interface Evidence {
  /** Numeric id. */
  readonly repository: string;
  readonly commit: string;
  /** The main line before it. */
  readonly parent: string;
  readonly pullRequest: number;
  /** What was reviewed. */
  readonly head: string;
  readonly mergedAt: Date;
  readonly reviewers: Approval['reviewers'];
  readonly changed: readonly string[];
}

export interface EvidenceContext {
  readonly forge: Forge;
  readonly objects: GitObjects;
  readonly config: Pick<ForgeConfig, 'repository' | 'organisation' | 'branch' | 'teams' | 'guardians'>;
  /** The commit that was signed last. */
  readonly since: string;
}

/**
 * The evidence for every commit after the one that was signed last, up to `commit`, the oldest first; a commit that
 * touches nothing of the registry's needs none. Each is judged by the policy of the commit before it, which is the one
 * that would have been signed last: what one of them loosens counts for those after it only.
 * @throws Refusal E_EVIDENCE_…, E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure where the forge does not answer
 */
export async function gatherEvidence(commit: string, context: EvidenceContext): Promise<readonly Evidence[]> {
  const { forge, objects, config, since } = context;
  hashOf(commit);
  await checkRepository(context);
  if (commit === since) return [];
  const tip = await forge.tip(config.branch);
  const compared = await forge.compare(commit, tip);
  if (compared === undefined) throw notOnBranch(commit, 'is none that the forge has, or lets the signer read');
  if (!compared.isAhead || compared.mergeBase !== commit)
    throw notOnBranch(commit, `is not part of ${config.branch}, which ends with ${tip}`);
  const evidence: Evidence[] = [];
  for (const { id, parents } of await mainLine(objects, { tip, commit, since })) {
    const [parent = since] = parents;
    const paths = await changedPaths(objects, parent, id);
    if (paths.some(({ path }) => needsEvidence(path))) evidence.push(await evidenceFor(id, parent, context));
  }
  // Names may have been given to another repository while they were asked.
  await checkRepository(context);
  return evidence;
}

async function checkRepository({ forge, config: { repository } }: EvidenceContext): Promise<void> {
  const found = await forge.repositoryId();
  if (found === String(repository.id)) return;
  throw new Refusal(
    'E_EVIDENCE_REPOSITORY',
    `${repository.owner}/${repository.name} is the repository ${found} now, and ${repository.id} is the one that is signed`,
    "find out who took the name; write the repository's present name into the signer's configuration",
  );
}

/** GitHub refuses more than a hundred questions at one time, and a pull request may have more commits. */
const atOnce = 16;

async function evidenceFor(commit: string, parent: string, context: EvidenceContext): Promise<Evidence> {
  const { forge, objects, config } = context;
  const repository = String(config.repository.id);
  const pullRequest = await pullRequestOf(forge, commit, { repository, branch: config.branch });
  const { number, head, merged, author } = pullRequest;

  const listed = await allCommitsOf(forge, pullRequest);
  const commits = await mapConcurrently(listed, atOnce, async (each) => ({
    listed: each,
    proved: await objects.commit(each.id),
  }));
  const writers = writersOf(author, commits, await objects.commit(commit));

  const compared = await forge.compare(parent, head);
  if (compared === undefined)
    throw new Refusal(
      'E_EVIDENCE_COMMITS',
      `the pull request ${number} ends with the commit ${head}, which the forge does not have any more`,
      'undo the commit, and make the change again in a new pull request',
    );
  const paths = await reviewedFiles(objects, { parent, commit, head, mergeBase: compared.mergeBase });

  const { approvers, objectors } = reviewersOf(await forge.reviewsOf(number), pullRequest, writers);
  await checkObjectors(objectors, number, context);
  const roles = await neededRoles(objects, { parent, commit, paths, guardians: config.guardians });
  const filled = await fillRoles(roles, approvers, number, context);
  return {
    repository,
    commit,
    parent,
    pullRequest: number,
    head,
    mergedAt: merged.at,
    reviewers: filled.map(({ role, id }) => ({ id, role, commit: head })),
    changed: paths.map(({ path }) => path),
  };
}

/**
 * A request for changes by somebody in one of the teams stops the signer. One by anybody else does not: everybody who may read
 * a repository may ask for changes in it, after the merge too, and would otherwise stop it at will. Of an account that is
 * gone nobody knows in which team it was.
 */
async function checkObjectors(
  objectors: readonly (Account | undefined)[],
  number: number,
  { forge, config }: EvidenceContext,
): Promise<void> {
  for (const objector of objectors) {
    const account = objector === undefined ? undefined : await forge.account(objector.id);
    for (const role of Object.keys(config.teams))
      if (account === undefined || (await forge.isMember(await teamOf(role, forge, config), account)))
        throw new Refusal(
          'E_EVIDENCE_CHANGES_REQUESTED',
          `${account?.login ?? 'somebody whose account is gone'} asked for changes in the pull request ${number}, and nobody resolved it`,
          'have the request withdrawn or dismissed there, and ask again; or undo the commit',
        );
  }
}

async function fillRoles(
  roles: readonly string[],
  approvers: readonly Account[],
  number: number,
  { forge, config }: EvidenceContext,
): Promise<readonly { readonly role: string; readonly id: string }[]> {
  const candidates = new Map<string, readonly string[]>();
  for (const role of roles) {
    const slug = await teamOf(role, forge, config);
    const members: string[] = [];
    for (const { id } of approvers) {
      // By the id, with the name that it has now: a name may have been given to somebody else.
      const account = await forge.account(id);
      if (account?.isPerson === true && (await forge.isMember(slug, account))) members.push(id);
    }
    candidates.set(role, members);
  }
  const assigned = assignRoles(candidates);
  if ('unfilled' in assigned)
    throw new Refusal(
      'E_EVIDENCE_REVIEW',
      `the pull request ${number} needs one person each of ${roles.join(', ')}; for ${assigned.unfilled}, no member of that team approved its last commit without being an author or filling another role`,
      'undo the commit, and merge the change again once these people have approved it as it is merged',
    );
  return [...assigned].map(([role, id]) => ({ role, id }));
}

/** The slug of a role's team, which still is the team that was configured. */
async function teamOf(role: string, forge: Forge, config: EvidenceContext['config']): Promise<string> {
  const wanted = Object.hasOwn(config.teams, role) ? config.teams[role] : undefined;
  if (wanted === undefined)
    throw new Refusal(
      'E_EVIDENCE_TEAM',
      `the policy asks for ${role}, and the signer's configuration has no team for it`,
      `add ${role} to forge.teams`,
    );
  const { id, organisation } = await forge.team(wanted.slug);
  if (id === String(wanted.id) && organisation === String(config.organisation.id)) return wanted.slug;
  throw new Refusal(
    'E_EVIDENCE_TEAM',
    `the team ${wanted.slug} is ${id} of the organisation ${organisation}, and ${wanted.id} of ${config.organisation.id} is configured`,
    "find out who made it; write the team's present slug into the signer's configuration",
  );
}
