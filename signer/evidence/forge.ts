/**
 * What a forge must be able to say about a commit, whichever forge it is. It is believed for what only it can know: who
 * opened, reviewed and merged, and who belongs to a team. Content is never taken from it unproved.
 */

/** Somebody's account. */
export interface Account {
  /** Numeric; nobody else ever gets it. */
  readonly id: string;
  /** The name that it has now. */
  readonly login: string;
  /** Whether it is a person: no bot, no application, no organisation. */
  readonly isPerson: boolean;
}

export interface PullRequest {
  readonly number: number;
  /** Of the repository and the branch that it was merged into. */
  readonly base: { readonly repository: string; readonly branch: string };
  /** The last commit that was reviewed. */
  readonly head: string;
  /** Absent while it is not merged. */
  readonly merged?: { readonly at: Date; readonly commit: string };
  /** Who opened it; absent where the account is gone. */
  readonly author?: Account;
  /** How many commits it has. */
  readonly commits: number;
}

/** A commit of a pull request, with the accounts that the forge takes its author and committer for. */
export interface PullRequestCommit {
  readonly id: string;
  readonly author?: Account;
  readonly committer?: Account;
}

export type ReviewState = 'approved' | 'changes-requested' | 'dismissed' | 'comment';

export interface Review {
  /** Absent where the account is gone. */
  readonly by?: Account;
  readonly state: ReviewState;
  /** What the reviewer looked at; absent where the forge no longer has it. */
  readonly commit?: string;
  readonly at: Date;
}

export interface Team {
  readonly id: string;
  /** Of the organisation that it belongs to. */
  readonly organisation: string;
}

/** How one commit stands to another. */
export interface Comparison {
  /** Whether `to` is `from`, or comes after it. */
  readonly isAhead: boolean;
  /** The newest commit that both come from. */
  readonly mergeBase: string;
}

/** What its functions throw: Failure where it does not answer; Refusal E_EVIDENCE_ANSWER where it answers something unknown. */
export interface Forge {
  /** The numeric id of the repository that has the configured name now. */
  readonly repositoryId: () => Promise<string>;
  /** The commit that a branch ends with. */
  readonly tip: (branch: string) => Promise<string>;
  /** Nothing where it does not have one of the two commits. */
  readonly compare: (from: string, to: string) => Promise<Comparison | undefined>;
  /** The numbers of all pull requests that it connects with a commit. */
  readonly pullRequestsOf: (commit: string) => Promise<readonly number[]>;
  readonly pullRequest: (number: number) => Promise<PullRequest>;
  readonly commitsOf: (number: number) => Promise<readonly PullRequestCommit[]>;
  /** The oldest first. */
  readonly reviewsOf: (number: number) => Promise<readonly Review[]>;
  /** An account as it is now; nothing where it is gone. */
  readonly account: (id: string) => Promise<Account | undefined>;
  readonly team: (slug: string) => Promise<Team>;
  /** Whether an account belongs to a team now: not invited, not removed. */
  readonly isMember: (slug: string, account: Account) => Promise<boolean>;
}
