/** What GitHub answers, made of a repository of git's own, against the same repository read as a clone. */
import { beforeAll, expect, test } from 'vitest';
import { readCommitFiles, type Wanted } from '../../../catalog/objects/commit-files.ts';
import { changedPaths } from '../../../catalog/objects/changed-paths.ts';
import { withClone } from '../../../catalog/objects/clone.ts';
import type { GitObjects } from '../../../catalog/objects/git-objects.ts';
import { maxBlobBytes } from '../../../core/limits.ts';
import { gitObject } from '../../../test/fakes/github/git-objects.ts';
import { gitRepository, signWithSsh, type GitRepository } from '../../../test/support/git-repository.ts';
import { githubObjects } from './objects.ts';

const name = { owner: 'example', name: 'registry' };
type Json = Record<string, unknown>;
let repository: GitRepository;
let first: string;
let signed: string;

beforeAll(async () => {
  repository = await gitRepository();
  const { git, write, commit } = repository;
  for (const path of [
    'policy.yaml',
    'registry.yaml',
    'servers/a.yaml',
    'servers/é "quoted".yaml',
    '.github/CODEOWNERS',
  ])
    write(path, path.repeat(30));
  write('servers/empty.yaml', '');
  first = commit();
  git('checkout', '--quiet', '-b', 'change');
  write('servers/b.yaml', '\0\u00ff');
  commit();
  git('checkout', '--quiet', 'main');
  signWithSsh(repository);
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  signed = git('rev-parse', 'HEAD');
});

/** As the documentation of its API describes the answer. */
function answerOf(route: string, parameters: Json): Json {
  const [, kind = ''] =
    /^GET \/repos\/\{owner\}\/\{repo\}\/git\/(commits|trees|blobs)\/\{\w+_sha\}$/u.exec(route) ?? [];
  const [id] = Object.values(parameters);
  const answer = gitObject(kind, String(id), repository);
  if (answer === undefined) throw new Error(`there is no ${route} for ${String(id)}`);
  return answer;
}

/** The repository through answers of which some are changed. */
const github = (change: (answer: Json) => unknown = (answer) => answer): GitObjects =>
  githubObjects(
    {
      get: (route, { owner, repo, ...parameters } = {}) => {
        expect([owner, repo]).toEqual(['example', 'registry']);
        return Promise.resolve(change(answerOf(route, parameters)));
      },
    },
    name,
  );

const wanted: Wanted = { paths: ['servers', 'policy.yaml', 'registry.yaml', '.github/CODEOWNERS'], folder: '' };

test('gives the same files as a clone, of commits with a signature and without one', async () => {
  for (const id of [first, signed]) {
    const files = await readCommitFiles(github(), id, wanted);
    const ofClone = await withClone(repository.root, (objects) => readCommitFiles(objects, id, wanted));
    expect(files.commit).toEqual(ofClone.commit);
    expect(files.files).toEqual(ofClone.files);
    expect(files.objects).toEqual(ofClone.objects);
    expect(files.list('servers').length).toBeGreaterThan(2);
  }
});

test('says what a commit changed', async () => {
  expect((await changedPaths(github(), first, signed)).map(({ path }) => path)).toEqual(['servers/b.yaml']);
});

/** An answer in which one value is another one. */
const but = (path: string, value: unknown): ((answer: Json) => Json) => {
  const [key = '', ...rest] = path.split('.');
  return (answer) => ({
    ...answer,
    [key]: rest.length === 0 ? value : but(rest.join('.'), value)(answer[key] as Json),
  });
};

const other = '1'.repeat(40);
const id = { commit: () => signed, tree: () => repository.git('rev-parse', `${first}^{tree}`), blob: () => repository.git('rev-parse', `${first}:policy.yaml`) } as const; // prettier-ignore

test.each([
  ['commit', 'no object', () => [], 'E_FORMAT'],
  ['commit', 'nothing', () => null, 'E_FORMAT'],
  ['commit', 'another commit', but('sha', other), 'E_FORMAT'],
  ['commit', 'no tree', but('tree', undefined), 'E_FORMAT'],
  ['commit', 'a tree by a name', but('tree.sha', 'main'), 'E_FORMAT'],
  ['commit', 'parents that are no list', but('parents', {}), 'E_FORMAT'],
  ['commit', 'a parent without an id', but('parents', [{}]), 'E_FORMAT'],
  ['commit', 'no author', but('author', null), 'E_FORMAT'],
  ['commit', 'a time in another zone', but('author.date', '2026-04-16T10:00:00+02:00'), 'E_FORMAT'],
  ['commit', 'a time that is none', but('author.date', '2026-13-16T10:00:00Z'), 'E_FORMAT'],
  ['commit', 'a message that is no text', but('message', 1), 'E_FORMAT'],
  ['commit', 'half of a character', but('message', '\ud800'), 'E_FORMAT'],
  ['commit', 'a signature without its text', but('verification.payload', null), 'E_FORMAT'],
  ['commit', 'a text without its signature', but('verification.signature', null), 'E_FORMAT'],
  ['commit', 'another signed text', but('verification.payload', 'tree\n\n'), 'E_OBJECT'],
  ['commit', 'no signature, of one that has one', but('verification', undefined), 'E_OBJECT'],
  ['tree', 'a part', but('truncated', true), 'E_TOO_LARGE'],
  ['tree', 'perhaps a part', but('truncated', undefined), 'E_TOO_LARGE'],
  ['tree', 'no list', but('tree', undefined), 'E_FORMAT'],
  ['tree', 'an entry that is no object', but('tree', ['a']), 'E_FORMAT'],
  ['tree', 'an entry without an id', but('tree', [{ path: 'a', mode: '100644' }]), 'E_FORMAT'],
  [
    'tree',
    'an id that is not hexadecimal',
    but('tree', [{ path: 'a', mode: '100644', sha: 'g'.repeat(40) }]),
    'E_FORMAT',
  ],
  ['tree', 'other entries', but('tree', [{ path: 'a', mode: '100644', sha: other }]), 'E_OBJECT'],
  ['tree', 'no entries', but('tree', []), 'E_OBJECT'],
  ['blob', 'other bytes', but('content', 'YQ=='), 'E_OBJECT'],
  ['blob', 'no bytes', but('content', ''), 'E_OBJECT'],
  ['blob', 'text as it is', but('encoding', 'utf-8'), 'E_FORMAT'],
  ['blob', 'text that is not base64', but('content', 'name: tiny'), 'E_FORMAT'],
  ['blob', 'no size', but('size', undefined), 'E_FORMAT'],
  ['blob', 'a size that is too large', but('size', maxBlobBytes + 1), 'E_TOO_LARGE'],
] as const)('refuses for a %s %s', async (kind, _, change, code) => {
  await expect(github()[kind](id[kind]())).resolves.toBeDefined();
  await expect(github(change)[kind](id[kind]())).rejects.toMatchObject({
    name: 'Refusal',
    code,
    remedy: expect.stringMatching(/./u),
  });
});

test('asks for whole ids only, never for a name or another address', async () => {
  const asks = github(() => {
    throw new Error('it was asked');
  });
  for (const text of ['main', '../../..', first.slice(0, 12), `${first}?recursive=1`])
    await expect(asks.tree(text)).rejects.toMatchObject({ code: 'E_OBJECT' });
});
