/** What GitHub's REST API says of the objects of a repository: https://docs.github.com/en/rest/git */
import { describedByForge } from '../../support/described-commit.ts';
import type { GitRepository } from '../../support/git-repository.ts';

type Described = Readonly<Record<string, unknown>>;

/** An object is what its id says, in whichever repository it is: git is asked once. */
const known = new Map<string, Described>();
const at = (sha: string): { readonly url: string; readonly html_url: string } => ({
  url: `https://api.github.com/${sha}`,
  html_url: `https://github.com/${sha}`,
});

/** `kind` is `commits`, `trees` or `blobs`. Nothing where there is no such object. */
export function gitObject(
  kind: string,
  id: string,
  repository: Pick<GitRepository, 'git' | 'raw'>,
): Described | undefined {
  const key = `${kind} ${id}`;
  const found = known.get(key) ?? describe(kind, id, repository);
  if (found !== undefined) known.set(key, found);
  return found;
}

function describe(kind: string, id: string, { git, raw }: Pick<GitRepository, 'git' | 'raw'>): Described | undefined {
  const { url, html_url } = at(id);
  try {
    switch (kind) {
      case 'commits': {
        const { tree, parents, author, committer, message, signed } = describedByForge(raw('commit', id));
        const [writtenBy, committedBy] = [author, committer].map(({ name, email, at: time }) => ({
          ...{ name, email },
          date: time.toISOString().replace('.000', ''),
        }));
        const verification = { verified: false, reason: 'unsigned', verified_at: null, payload: null, signature: null };
        return {
          ...{ sha: id, node_id: `C_${id}`, url, html_url },
          ...{ author: writtenBy, committer: committedBy, message, tree: { sha: tree, url: at(tree).url } },
          parents: parents.map((sha) => ({ sha, ...at(sha) })),
          verification: { ...verification, ...signed },
        };
      }
      case 'trees': {
        // `ls-tree` takes a commit for its tree, which GitHub's answer would name.
        raw('tree', id);
        const lines = git('ls-tree', '-z', id)
          .split('\0')
          .filter((line) => line !== '');
        const tree = lines.map((line) => {
          const [meta = '', path = ''] = line.split('\t');
          const [mode, type, sha] = meta.split(' ');
          return { path, mode, type, sha };
        });
        return { sha: id, url, tree, truncated: false };
      }
      case 'blobs': {
        const bytes = raw('blob', id);
        const content = bytes.toString('base64').replace(/(?<line>.{60})/gu, '$<line>\n');
        return { sha: id, node_id: `B_${id}`, url, size: bytes.byteLength, encoding: 'base64', content };
      }
      default:
        return undefined;
    }
  } catch {
    // What git says where there is no such object.
    return undefined;
  }
}
