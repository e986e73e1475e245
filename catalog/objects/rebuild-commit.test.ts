import { describe, expect, test } from 'vitest';
import { gitRepository, signWithSsh, type GitRepository } from '../../test/support/git-repository.ts';
import { describedByForge } from '../../test/support/described-commit.ts';
import type { ObjectHash } from './object-id.ts';
import { rebuildCommit, type DescribedCommit } from './rebuild-commit.ts';

/** A commit of HEAD's tree with this message, exactly, in these time zones. */
function commitOf(repository: GitRepository, message: string, author = '+0000', committer = author): string {
  const { git, gitWith } = repository;
  const env = {
    GIT_AUTHOR_NAME: 'Ada Lovelace é',
    GIT_AUTHOR_DATE: `1776333600 ${author}`,
    GIT_COMMITTER_DATE: `1776333661 ${committer}`,
  };
  return gitWith({ input: message, env }, 'commit-tree', git('rev-parse', 'HEAD^{tree}'), '-p', 'HEAD');
}

const rebuilt = ({ raw }: GitRepository, id: string): string =>
  rebuildCommit(id, describedByForge(raw('commit', id))).toString('utf8');
const text = ({ raw }: GitRepository, id: string): string => raw('commit', id).toString('utf8');

const withCommit = async (hash?: ObjectHash): Promise<GitRepository> => {
  const repository = await gitRepository(hash);
  repository.write('a', '1');
  repository.commit();
  return repository;
};

describe('of a commit without a signature', () => {
  test('finds the time zones again, though the forge has lost them', async () => {
    const repository = await withCommit();
    const pairs = [['+0000', '+0000'], ['+0200', '+0200'], ['-0330', '+1245'], ['+1400', '-1200'], ['-0000', '+0545']] as const; // prettier-ignore
    for (const [author, committer] of pairs) {
      const id = commitOf(repository, 'change\n', author, committer);
      expect(rebuilt(repository, id)).toBe(text(repository, id));
      expect(text(repository, id)).toContain(`1776333661 ${committer}\n`);
    }
  });

  test.each(['change', 'change\n', 'change\n\n', '', 'Change\n\nWith a body.\n\nCo-authored-by: A <a@b>\n', 'é 名'])(
    'finds the end of the message %j again, though the forge has cut it',
    async (message) => {
      const repository = await withCommit('sha256');
      const id = commitOf(repository, message);
      expect(rebuilt(repository, id)).toBe(text(repository, id));
    },
  );

  test('finds the first commit of all again, and merges of many', async () => {
    const repository = await withCommit();
    const { git } = repository;
    const first = git('rev-parse', 'HEAD');
    const others = ['1', '2', '3'].map((message) => commitOf(repository, message));
    const tree = git('rev-parse', 'HEAD^{tree}');
    const octopus = git('commit-tree', tree, '-m', 'x', ...[first, ...others].flatMap((id) => ['-p', id]));
    for (const id of [first, octopus]) expect(rebuilt(repository, id)).toBe(text(repository, id));
  });

  test('says what to do where the forge leaves out more than can be tried out', async () => {
    const repository = await withCommit();
    const odd = { ...repository, raw: (kind: string, id: string) => repository.raw(kind, id) };
    repository.git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '--quiet', '--allow-empty', '--message', 'é');
    const zone = commitOf(repository, 'change', '+0007');
    for (const id of [repository.git('rev-parse', 'HEAD'), zone])
      expect(() => rebuilt(odd, id)).toThrow(
        expect.objectContaining({
          code: 'E_OBJECT',
          message: `what the forge says of the commit ${id} does not give its id again`,
          remedy: expect.stringContaining('sign the commits of main'),
        }),
      );
  });

  test('believes nothing of the description', async () => {
    const repository = await withCommit();
    const id = commitOf(repository, 'change\n');
    const described = describedByForge(repository.raw('commit', id));
    const other = '1'.repeat(40);
    const changes: Partial<DescribedCommit>[] = [
      { tree: other },
      { parents: [] },
      { parents: [...described.parents, other] },
      { author: { ...described.author, email: 'ada@example.org' } },
      { committer: { ...described.committer, name: 'b' } },
      { committer: { ...described.committer, at: new Date('2026-04-16T10:01:02Z') } },
      { message: 'Change\n' },
      { message: 'change\n\n\nx' },
    ];
    for (const change of changes)
      expect(() => rebuildCommit(id, { ...described, ...change })).toThrow(
        expect.objectContaining({ code: 'E_OBJECT' }),
      );
  });
});

describe.each<ObjectHash>(['sha1', 'sha256'])('of a signed commit, by ids of %s', (hash) => {
  test('puts the signature back, in merges of signed tags and odd encodings too', async () => {
    const repository = await withCommit(hash);
    const { git, write, commit } = repository;
    signWithSsh(repository);
    git('checkout', '--quiet', '-b', 'change');
    write('b', '1');
    const signed = commit('Change\n\nWith a body.');
    git('tag', '--annotate', '--message', 'a signed tag', 'v1');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', '--message', 'merge', 'v1');
    const merged = git('rev-parse', 'HEAD');
    git('-c', 'i18n.commitEncoding=UTF-16', 'commit', '--quiet', '--allow-empty', '--message', 'x');
    const encoded = git('rev-parse', 'HEAD');
    expect(text(repository, merged)).toContain('\nmergetag object ');
    for (const id of [signed, merged, encoded]) expect(rebuilt(repository, id)).toBe(text(repository, id));
  });
});

/** A commit as a forge makes it: signed by its own key, with an empty line behind the signature. */
const byForge = (tree: string, signature: string, more = ''): string =>
  `tree ${tree}\nauthor A <a@b> 1776333600 +0200\ncommitter GitHub <c@d> 1776333600 +0200\n${signature}${more}\nMerge`;
const lines = ['-----BEGIN PGP SIGNATURE-----', '', 'wsFcBAABCAAQBQ', '=abcd', '-----END PGP SIGNATURE-----'];
const header = `gpgsig ${lines.join('\n ')}\n`;

test.each([
  ['as git writes them', byForge('', header)],
  ['with an empty line at their end, as forges write them', byForge('', `${header} \n`)],
  ['in front of another header', byForge('', header, 'encoding UTF-8\n')],
])('puts signatures back %s', async (_, form) => {
  const repository = await withCommit();
  const { git, gitWith } = repository;
  const input = form.replace('tree ', `tree ${git('rev-parse', 'HEAD^{tree}')}`);
  const id = gitWith({ input }, 'hash-object', '-t', 'commit', '-w', '--stdin');
  for (const end of ['', '\n', '\n\n']) {
    const described = describedByForge(repository.raw('commit', id));
    const signed = { payload: input.replace(/^gpgsig .*\n(?: .*\n)*/mu, ''), signature: `${lines.join('\n')}${end}` };
    expect(rebuildCommit(id, { ...described, signed }).toString('utf8')).toBe(input);
  }
});

test('refuses a signed text that is not the one of the id, and one without an end of its headers', async () => {
  const repository = await withCommit();
  signWithSsh(repository);
  const id = repository.commit();
  const described = describedByForge(repository.raw('commit', id));
  const { payload = '', signature = '' } = described.signed ?? {};
  expect(signature).toContain('BEGIN SSH SIGNATURE');
  const others = [
    { payload: payload.replace('change', 'Change'), signature },
    { payload: payload.replace('\n\n', '\n'), signature },
    { payload: '', signature },
    { payload, signature: signature.replace('BEGIN', 'Begin') },
  ];
  for (const signed of others)
    expect(() => rebuildCommit(id, { ...described, signed })).toThrow(
      expect.objectContaining({ code: 'E_OBJECT', remedy: expect.stringContaining('do not sign it') }),
    );
});

test('refuses a commit that is too large before it tries anything', async () => {
  const repository = await withCommit();
  const id = repository.git('rev-parse', 'HEAD');
  const described = { ...describedByForge(repository.raw('commit', id)), message: 'x'.repeat(1024 * 1024 + 1) };
  expect(() => rebuildCommit(id, described)).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }));
});
