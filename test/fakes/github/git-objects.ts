/** What GitHub's REST API says of the objects of a repository: https://docs.github.com/en/rest/git */
import { describedByForge } from '../../support/described-commit.ts';
import type { GitRepository } from '../../support/git-repository.ts';

/** `kind` is `commits`, `trees` or `blobs`. Nothing where there is no such object. */
export function gitObject(
  kind: string,
  id: string,
  { git, raw }: Pick<GitRepository, 'git' | 'raw'>,
): Readonly<Record<string, unknown>> | undefined {
  switch (kind) {
    case 'commits': {
      const { tree, parents, author, committer, message, signed } = describedByForge(raw('commit', id));
      const [writtenBy, committedBy] = [author, committer].map(({ name, email, at }) => ({
        ...{ name, email },
        date: at.toISOString().replace('.000', ''),
      }));
      const verification = { verified: false, reason: 'unsigned', verified_at: null, payload: null, signature: null };
      return {
        ...{ sha: id, author: writtenBy, committer: committedBy, message, tree: { sha: tree } },
        parents: parents.map((sha) => ({ sha })),
        verification: { ...verification, ...signed },
      };
    }
    case 'trees': {
      const lines = git('ls-tree', '-z', id)
        .split('\0')
        .filter((line) => line !== '');
      const tree = lines.map((line) => {
        const [meta = '', path = ''] = line.split('\t');
        const [mode, type, sha] = meta.split(' ');
        return { path, mode, type, sha };
      });
      return { sha: id, tree, truncated: false };
    }
    case 'blobs': {
      const bytes = raw('blob', id);
      const content = bytes.toString('base64').replace(/(?<line>.{60})/gu, '$<line>\n');
      return { sha: id, size: bytes.byteLength, encoding: 'base64', content };
    }
    default:
      return undefined;
  }
}
