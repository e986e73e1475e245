import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { PackageFile } from '../../artefacts/archives/tarball.ts';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import { codeDiff, codeMarkdown } from './code.ts';
import { comparePackages } from './package-code.ts';

const filesOf = (files: Readonly<Record<string, string>>): PackageFile[] =>
  Object.entries(files).map(([path, text]) => {
    const content = Buffer.from(text);
    return { path, executable: false, sha256: sha256(content), content };
  });

const hosts = (text: string, before = '', path = 'index.js'): readonly string[] =>
  comparePackages(filesOf({ [path]: before }), filesOf({ [path]: text })).hosts;

test('counts files and lines, and a line that moved is none', () => {
  const was = filesOf({ 'a.js': 'one\ntwo\nthree\n', 'b.js': 'x\n', 'same.js': 'y\n' });
  const now = filesOf({ 'a.js': 'two\none\nfour\nfour\n', 'c.js': 'z\nz\n', 'same.js': 'y\n', 'read.md': 'text\n' });
  expect(comparePackages(was, now)).toEqual({
    files: { added: 2, changed: 1, removed: 1 },
    lines: { added: 5, removed: 2 },
    hosts: [],
    mails: [],
    programs: ['a.js', 'c.js'],
  });
});

test.each([
  ['an address in quotes', "fetch('https://drop.attacker.test/x')", ['drop.attacker.test']],
  ['one in a template', 'fetch(`https://a.b.test/${id}`)', ['a.b.test']],
  ['a socket', 'new WebSocket("wss://a.b.test:8443")', ['a.b.test']],
  ['one with a user before it', "'https://good.test@bad.test/'", ['bad.test']],
  ['an address of numbers', "connect('203.0.113.7:443')", ['203.0.113.7']],
  ['an address of six parts', "fetch('https://[2001:db8::7]/')", ['[2001:db8::7]']],
  ['letters of any case, once', "'https://A.test' + 'https://a.test.'", ['a.test']],
])('finds %s', (_, text, expected) => {
  expect(hosts(text)).toEqual(expected);
});

test.each([
  ['a comment', '// see https://docs.test/x'],
  ['this machine', "fetch('http://localhost:80'); fetch('http://127.0.0.1/'); fetch('http://[::1]/')"],
  ['a name for examples', "'https://api.example.com/'"],
  ['the name of a format', "'http://www.w3.org/2000/svg'"],
  ['a version', "'1.2.3'"],
])('takes %s for no host', (_, text) => {
  expect(hosts(text)).toEqual([]);
});

test('names no host that the earlier version named, and none of a text for people', () => {
  expect(hosts("'https://a.test' 'https://b.test'", "'https://a.test'")).toEqual(['b.test']);
  expect(hosts("'https://a.test'", '', 'README.md')).toEqual([]);
});

const mails = (text: string, before = '', path = 'index.js'): readonly string[] =>
  comparePackages(filesOf({ [path]: before }), filesOf({ [path]: text })).mails;

test('finds mail addresses that an update adds, each once', () => {
  expect(mails('bcc: \'Copies@postbox.test\', to: "mailto:a.b+c@mail.postbox.test"', "'old@postbox.test'")).toEqual([
    'a.b+c@mail.postbox.test',
    'copies@postbox.test',
  ]);
  expect(mails("'a@b.test' `a@b.test` 'old@postbox.test'", "'old@postbox.test'")).toEqual(['a@b.test']);
});

test.each([
  ['a version of a package', "'shout@1.0.0' 'npm:@scope/name@2.0.0'"],
  ['an example', "'somebody@example.com'"],
  ['an address in a comment', '// ask me@postbox.test'],
  ['a name with a user in an address', "'https://me@postbox.test/'"],
])('takes %s for no mail address', (_, text) => {
  expect(mails(text)).toEqual([]);
});

test('shows mail addresses in new code openly', async () => {
  const read = async ({ integrity }: { readonly integrity: string }): Promise<PackageFile[]> =>
    filesOf({ 'index.js': integrity === young.integrity ? "bcc: 'copies@postbox.test'\n" : '\n' });
  const page = codeMarkdown(await codeDiff(locks[0], locks[1] ?? aLock(), read), aManifest());
  expect(page).toMatch(/^\*\*mail addresses in new code\*\*: `copies@postbox\.test`$/mu);
});

const [old, young, other] = [aPackage('a', '1.0.0'), aPackage('a', '1.1.0'), aPackage('b', '1.0.0')];
const contents = new Map([
  [old.integrity, filesOf({ 'index.js': 'one\n' })],
  [young.integrity, filesOf({ 'index.js': "fetch('https://new.test')\nfetch('https://allowed.test')\n" })],
]);
const locks = [aLock({}, { 'node_modules/a': old }), aLock({}, { 'node_modules/a': young, 'node_modules/b': other })];

test('compares packages that are new or others, from what is on this machine', async () => {
  const diff = await codeDiff(locks[0], locks[1] ?? aLock(), async ({ integrity }) => contents.get(integrity));
  expect(diff.packages).toMatchObject([{ name: 'a', was: '1.0.0', now: '1.1.0', hosts: ['allowed.test', 'new.test'] }]);
  expect(diff.left).toEqual(['b@1.0.0']);
  const page = codeMarkdown(diff, aManifest({ permissions: { network: ['*.test:443', 'allowed.test:443'] } }));
  expect(page).not.toContain('does not allow');
  expect(codeMarkdown(diff, aManifest({ permissions: { network: ['allowed.test:443'] } }))).toBe(
    [
      '**hosts in new code**: 1 host that `permissions.network` does not allow: `new.test`',
      '',
      '<details><summary>new code: 1 package, 1 file, 2 lines more and 1 less</summary>',
      '',
      '- `~` `a` `1.0.0` → `1.1.0`: 0 files added, 1 changed, 0 removed; 2 lines more, 1 less; names `allowed.test`, `new.test`; programs `index.js`',
      '- `~` 1 package not compared here: `b@1.0.0`',
      '',
      '</details>',
    ].join('\n'),
  );
});

test('says nothing where no code is new', async () => {
  const diff = await codeDiff(locks[0], locks[0] ?? aLock(), async () => []);
  expect(codeMarkdown(diff, aManifest())).toBe('');
});

test('compares a tree with the one before it, although its version is in its address', async () => {
  const tree = (version: string) => {
    const { artefact, ...lock } = aLock({ version });
    const url = `https://example.com/tiny-${version}.tgz`;
    const integrity = `sha512-${Buffer.alloc(64, version).toString('base64')}`;
    const program = { type: 'node', entry: 'a.js' } as const;
    const archive = { integrity, tree: sha256(version), program };
    return { ...lock, artefact: { ...artefact, url }, closure: { kind: 'tarball', archive } as const };
  };
  const read = async ({ version }: { readonly version: string }) => filesOf({ 'a.js': `same\n${version}\n` });
  expect((await codeDiff(tree('1.0.0'), tree('1.1.0'), read)).packages).toEqual([
    expect.objectContaining({ was: '1.0.0', now: '1.1.0', lines: { added: 1, removed: 1 } }),
  ]);
});
