/**
 * Who wrote a pull request: who opened it, and authors, committers and co-authors of all its commits. Somebody of whom
 * nobody knows who it is could be one of those who approved, so a commit of such a person is refused.
 */
import type { ProvedCommit } from '../../catalog/objects/git-objects.ts';
import { Refusal } from '../../core/refusal.ts';
import { accountInAddress, coAuthorsIn } from './co-authors.ts';
import type { Account, PullRequestCommit } from './forge.ts';

export interface Writers {
  readonly has: (account: Account) => boolean;
}

interface Written {
  readonly listed: PullRequestCommit;
  readonly proved: ProvedCommit;
}

/** @param merge The merged commit, of which the co-authors count as well. @throws Refusal E_EVIDENCE_WRITER */
export function writersOf(opener: Account, commits: readonly Written[], merge: ProvedCommit): Writers {
  const ids = new Set([opener.id]);
  const logins = new Set<string>();
  const known = new Map<string, string>();
  for (const { listed, proved } of commits)
    for (const [account, { email }] of [
      [listed.author, proved.author],
      [listed.committer, proved.committer],
    ] as const) {
      if (account === undefined) throw unknownWriter(listed.id, email);
      ids.add(account.id);
      known.set(email.toLowerCase(), account.id);
    }
  for (const { id, message } of [...commits.map(({ proved }) => proved), merge])
    for (const email of coAuthorsIn(message)) {
      if (email === undefined) throw refusal(`a co-author of the commit ${id} has no address`);
      const account = known.get(email) ?? accountInAddress(email)?.id;
      const login = accountInAddress(email)?.login;
      if (account !== undefined) ids.add(account);
      else if (login !== undefined) logins.add(login);
      else throw unknownWriter(id, email);
    }
  return { has: ({ id, login }) => ids.has(id) || logins.has(login.toLowerCase()) };
}

const unknownWriter = (commit: string, email: string): Refusal =>
  refusal(`nobody knows whose account ${email.slice(0, 100)} is, an author of the commit ${commit}`);

const refusal = (message: string): Refusal =>
  new Refusal(
    'E_EVIDENCE_WRITER',
    `${message}: it could be one of those who approved it`,
    'use addresses that the forge knows, such as <id>+<login>@users.noreply.github.com, and make the change again',
  );
