import { describe, expect, test } from 'vitest';
import { readProject, type Project } from './project-page.ts';

const address = 'https://index.example.com/simple/my-pkg/';
const digest = 'ab'.repeat(32);
const read = (text: unknown, name = 'My.Pkg'): Project =>
  readProject(name, Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)), address);
const json = (...files: unknown[]): unknown => ({ meta: { 'api-version': '1.3' }, name: 'my-pkg', files });
const wheel = 'my_pkg-1.2-py3-none-any.whl';

test('reads what JSON says of each file', () => {
  const full = {
    ...{ filename: wheel, url: `https://files.example.com/a/${wheel}`, hashes: { sha256: digest, md5: 'x' }, size: 5 },
    ...{ 'upload-time': '2026-01-02T03:04:05.678901Z', 'requires-python': '>=3.10', yanked: 'broken' },
    provenance: 'https://index.example.com/integrity/x',
  };
  const source = { filename: 'my-pkg-1.2.tar.gz', url: '../../files/my-pkg-1.2.tar.gz', hashes: {}, yanked: false };
  expect(read(json(full, source))).toEqual({
    name: 'my-pkg',
    files: [
      {
        ...{ file: wheel, kind: 'wheel', version: '1.2', url: full.url, sha256: digest, size: 5, yanked: 'broken' },
        ...{ uploadedAt: '2026-01-02T03:04:05.678901Z', requiresPython: '>=3.10', provenance: full.provenance },
      },
      {
        ...{ file: 'my-pkg-1.2.tar.gz', kind: 'source', version: '1.2' },
        url: 'https://index.example.com/files/my-pkg-1.2.tar.gz',
      },
    ],
  });
});

test('leaves out fields of another form', () => {
  const odd = {
    ...{ filename: wheel, url: wheel, hashes: { sha256: 'short' }, size: '5', 'upload-time': 5, yanked: 0 },
    ...{ 'requires-python': null, provenance: 'file:///etc/passwd' },
  };
  expect(read(json(odd)).files).toEqual([{ file: wheel, kind: 'wheel', version: '1.2', url: `${address}${wheel}` }]);
});

test.each<[string, string | undefined]>([
  ['my_pkg-1.2-py3-none-any.whl', '1.2'],
  ['My.Pkg-1.2-py3-none-any.whl', '1.2'],
  ['my_pkg_more-1.2-py3-none-any.whl', undefined],
  ['my_pkg-1.2.whl', undefined],
  ['my_pkg-1.2.tar.gz', '1.2'],
  ['my-pkg-1.2.post1.zip', '1.2.post1'],
  ['my-pkg-more-1.2.tar.gz', 'more-1.2'],
  ['my_pkg-1.2-py3.6.egg', undefined],
  ['my_pkg-1.2.win32.exe', undefined],
  ['other-1.2.tar.gz', undefined],
  ['../my_pkg-1.2-py3-none-any.whl', undefined],
])('%s is a file of version %s', (filename, version) => {
  expect(read(json({ filename, url: 'x', hashes: {} })).files.map((each) => each.version)).toEqual(
    version === undefined ? [] : [version],
  );
});

test.each([
  ['no files', json(), []],
  ['an address that is not http', json({ filename: wheel, url: `file:///tmp/${wheel}`, hashes: {} }), []],
  ['a yanked one without a reason', json({ filename: wheel, url: 'x', yanked: true }), ['']],
  ['one that is not yanked', json({ filename: wheel, url: 'x', yanked: false }), [undefined]],
])('reads %s', (_, page, yanked) => {
  expect(read(page).files.map((each) => each.yanked)).toEqual(yanked);
});

test.each([
  ['a broken answer', '{"files":', 'is not JSON'],
  ['a list', '[]', 'lists no files'],
  ['an object of something else', '{}', 'has no list of files'],
  ['a list of names', '{"files":["x"]}', 'has no list of files'],
  ['another interface', '{"meta":{"api-version":"2.0"},"files":[]}', 'is of version "2.0" of the interface, not 1'],
  ['a number for it', '{"meta":{"api-version":1},"files":[]}', 'is of version 1 of the interface, not 1'],
  [
    'another interface in HTML',
    '<meta name="pypi:repository-version" content="2.1">',
    'is of version "2.1" of the interface, not 1',
  ],
  ['a page to sign in', '<h1>Sign in</h1><form></form>', 'lists no files'],
  ['nothing', '', 'lists no files'],
])('says that %s is no project', (_, text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      ...{ name: 'Failure', code: 'not-a-project' },
      message: `the package index's answer for My.Pkg ${message}`,
    }),
  );
});

describe('reads in HTML', () => {
  const link = `href="../../files/${wheel}#sha256=${digest}"`;
  test.each([
    ['as PyPI writes it', `<a ${link} data-requires-python="&gt;=3.10">${wheel}</a>`, { requiresPython: '>=3.10' }],
    ['without escapes', `<a ${link} data-requires-python=">=3.10,<4">${wheel}</a>`, { requiresPython: '>=3.10,<4' }],
    ['in other quotes', `<A\n ${link.replaceAll('"', "'")} data-yanked=bad >`, { yanked: 'bad' }],
    ['a yanked one', `<a ${link} data-yanked>`, { yanked: '' }],
    [
      'an address of attestations',
      `<a ${link} data-provenance="https://x.example/a?b=1&amp;c">`,
      { provenance: 'https://x.example/a?b=1&c' },
    ],
    ['of interface 1', `<meta name="pypi:repository-version" content="1.0"><a ${link} rel="nofollow">`, {}],
  ])('%s', (_, text, more) => {
    expect(read(`<!DOCTYPE html><html><body>${text}</body></html>`).files).toEqual([
      {
        ...{ file: wheel, kind: 'wheel', version: '1.2', sha256: digest, ...more },
        url: `https://index.example.com/files/${wheel}`,
      },
    ]);
  });
  test('names with escapes', () => {
    const escaped = 'my_pkg-1.2%2Blocal-py3-none-any.whl';
    expect(read(`<a href="${escaped}">x</a><a href="%zz.whl">y</a>`).files).toMatchObject([
      { file: 'my_pkg-1.2+local-py3-none-any.whl', version: '1.2+local', url: `${address}${escaped}` },
    ]);
  });
  test('quickly what is made to be slow', () => {
    for (const part of ['<a ', '<a x', '<a x=', '<a x="', ' x', "<a x='y' "])
      expect(read(`<a href="${wheel}">${part.repeat(100_000)}`).files).toHaveLength(1);
  });
});
