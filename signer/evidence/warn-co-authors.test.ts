import { expect, test } from 'vitest';
import { gitRepository } from '../../test/support/git-repository.ts';
import { coAuthorsIn } from './co-authors.ts';
import { unknownCoAuthors, warnCoAuthors } from './warn-co-authors.ts';

const id = 'a'.repeat(40);
const by = (email: string): { readonly email: string } => ({ email });
const commit = (message: string, author = 'dora@example.com') => ({
  ...{ id, message, author: by(author), committer: by('noreply@github.com') },
});
const warned = (...trailers: string[]): string[] =>
  unknownCoAuthors([
    commit(`change\n\n${trailers.map((each) => `Co-authored-by: ${each}`).join('\n')}`),
    commit('another', 'Erin@example.com'),
  ]).map(({ message }) => /with the address (\S+),|without an address/u.exec(message)?.[1] ?? 'none');

test.each([
  ['names an account by id', 'Alice <1+alice@users.noreply.github.com>'],
  ['names an account as GitHub formerly did', 'Alice <Alice@users.noreply.github.com>'],
  ['is an author of another commit', 'Erin <erin@example.com>'],
])('is silent about a co-author who %s', (_, trailer) => {
  expect(warned(trailer)).toEqual([]);
});

test('warns of a co-author whose account the signer could not find, once for each', () => {
  expect(warned('A <Private@example.com>', 'A <private@example.com>', 'B <b@example.com>, C <c@example.com>')).toEqual([
    'private@example.com',
    'b@example.com',
    'c@example.com',
  ]);
  expect(warned('somebody', 'No id <0+alice@users.noreply.github.com>')).toEqual([
    'none',
    '0+alice@users.noreply.github.com',
  ]);
});

test('says which commit, which address and what to do, and fails nothing', () => {
  const [problem] = unknownCoAuthors([commit('change\n\nCo-authored-by: A <a@example.com>')]);
  expect(problem).toMatchObject({
    code: 'co-author-unknown',
    severity: 'warning',
    message: expect.stringMatching(/^the commit a{12} has a co-author with the address a@example\.com,/u),
    remedy: expect.stringMatching(/users\.noreply\.github\.com.*git rebase/u),
  });
});

test('looks at the commits since the base, where the change needs evidence', async () => {
  const { root, write, commit: commitAll, git } = await gitRepository();
  const trailer = 'Co-authored-by: A <private@example.com>';
  write('servers/a.yaml', 'a');
  const begin = commitAll(`before\n\n${trailer}`);
  expect(await warnCoAuthors(root, begin)).toEqual([]);
  write('README.md', 'a');
  const documented = commitAll(`documents\n\n${trailer}`);
  expect(await warnCoAuthors(root, begin)).toEqual([]);
  write('servers/a.yaml', 'b');
  const last = commitAll(`change\n\n${trailer}`);
  const named = (await warnCoAuthors(root, begin)).map(({ message }) => message.slice(0, 23));
  expect(named).toEqual([last, documented].map((each) => `the commit ${each.slice(0, 12)}`));
  git('commit', '--quiet', '--amend', '--message', 'change');
  expect(await warnCoAuthors(root, documented)).toEqual([]);
});

test('finds every co-author in a message', () => {
  const message = 'change\n\nco-Authored-By : A <A@example.com>\r\n  Co-authored-by: B < b@example.com >\nNot co-authored-by: C <c@example.com>\nCo-authored-by: D';
  expect(coAuthorsIn(message)).toEqual(['a@example.com', 'b@example.com', undefined]);
}); // prettier-ignore
