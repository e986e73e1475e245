import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { Times } from '../../../core/download.ts';
import type { PackageName } from '../../../artefacts/part.ts';
import { openAdvisories, type AdvisorySource } from './source.ts';

const quick: Times = { tryMs: 200, pauseMs: 1, retries: 1, deadlineMs: 2_000 };
const patient: Times = { tryMs: 10_000, pauseMs: 1, retries: 2, deadlineMs: 20_000 };
const unavailable = (message: string) => ({
  name: 'Failure',
  code: 'advisories-unavailable',
  message: expect.stringContaining(message),
  remedy: expect.stringContaining('without advisories nothing can be approved'),
});

/** A record about `pkg` before 1.2.0. */
const record = (id = 'GHSA-aaaa-bbbb-cccc', name = 'pkg', more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  affected: [
    {
      package: { ecosystem: 'npm', name },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
    },
  ],
  database_specific: { severity: 'HIGH' },
  ...more,
});
const advisory = { id: 'GHSA-aaaa-bbbb-cccc', aliases: [], severity: 'high', malware: false, fixedIn: ['1.2.0'] };
const old = { type: 'npm', name: 'pkg', version: '1.0.0' } as const;
const fixed = { ...old, version: '1.2.0' };
const python = { ...old, type: 'pypi' } as const;

test.each(['', 'file:advisories', 'advisories', 'osv:', 'osv:ftp://example.com', 'folder:'])(
  'refuses the source %j',
  async (source) => {
    await expect(openAdvisories(source, { root: await temporaryFolder() })).rejects.toMatchObject(
      unavailable('advisories'),
    );
  },
);

describe('a folder', () => {
  const day = { schemaVersion: 1, asOf: '2026-11-20' };
  const open = async (files: Readonly<Record<string, unknown>>): Promise<AdvisorySource> => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'advisories'));
    for (const [path, content] of Object.entries(files)) {
      const file = join(root, 'advisories', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return openAdvisories('folder:advisories', { root });
  };

  test('is searched with its subfolders, and says its day and size', async () => {
    const source = await open({
      'as-of.json': { ...day, note: 'a mirror' },
      'README.md': 'text',
      'npm/2026/one.json': record(),
      'npm/two.json': record('CVE-2026-1', 'pkg', { aliases: ['GHSA-aaaa-bbbb-cccc'] }),
      'go/three.json': { id: 'GO-1', affected: [{ package: { ecosystem: 'Go', name: 'pkg' } }] },
    });
    expect(source.describe()).toEqual({ source: 'folder:advisories', asOf: '2026-11-20', records: 2 });
    expect(await source.find([old, fixed, old])).toEqual(
      new Map([['pkg@1.0.0', [{ ...advisory, aliases: ['CVE-2026-1'] }]]]),
    );
  });
  test('tells packages of the same name in two registries apart', async () => {
    const source = await open({
      'as-of.json': day,
      'npm.json': record(),
      'pypi.json': {
        ...record('PYSEC-1'),
        affected: [
          {
            package: { ecosystem: 'PyPI', name: 'Pkg' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0.post1' }] }],
          },
        ],
      },
    });
    expect(source.describe()).toMatchObject({ records: 2 });
    expect(await source.find([old, python, { ...python, version: '1.0.post1' }])).toEqual(
      new Map([
        ['pkg@1.0.0', [advisory]],
        ['pkg==1.0.0', [{ ...advisory, id: 'PYSEC-1', fixedIn: ['1.0.post1'] }]],
      ]),
    );
  });
  test('without records about a registry is no source for its packages', async () => {
    const source = await open({ 'as-of.json': day, 'one.json': record() });
    await expect(source.find([old, python])).rejects.toMatchObject(
      unavailable('hold no record about a package of PyPI, so nothing is known about pkg==1.0.0'),
    );
    expect((await source.find([old])).size).toBe(1);
  });
  test('has no advisories about packages with the name of a property that every object has', async () => {
    const source = await open({ 'as-of.json': day, 'one.json': record() });
    const names = ['constructor', '__proto__', 'toString'].map((name) => ({ ...old, name }));
    expect(await source.find(names)).toEqual(new Map());
  });
  test('ignores withdrawn records', async () => {
    const source = await open({
      'as-of.json': day,
      'one.json': record('X-1', 'pkg', { withdrawn: '2026-01-01T00:00:00Z' }),
    });
    expect(await source.find([old])).toEqual(new Map());
  });
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no date', { 'one.json': record() }, 'as-of.json'],
    [
      'a malformed date',
      { 'as-of.json': { ...day, asOf: '2026-02-30' }, 'one.json': record() },
      'have no day in as-of.json',
    ],
    ['a date in words', { 'as-of.json': { ...day, asOf: 'today' }, 'one.json': record() }, 'have no day in as-of.json'],
    [
      'a date of another schema',
      { 'as-of.json': { ...day, schemaVersion: 2 }, 'one.json': record() },
      'a schema version other than 1',
    ],
    ['a date with more to it', { 'as-of.json': { ...day, complete: true }, 'one.json': record() }, 'other fields than'],
    ['no records', { 'as-of.json': day }, 'hold no record about a package of npm or PyPI'],
    [
      'records of another ecosystem alone',
      { 'as-of.json': day, 'one.json': { id: 'X-1', affected: [] } },
      'hold no record',
    ],
    [
      'a record that is not JSON',
      { 'as-of.json': day, 'a/one.json': '{' },
      join('a', 'one.json') + ', which cannot be read as JSON',
    ],
    ['a record with a key twice', { 'as-of.json': day, 'one.json': '{"id":"a","id":"b"}' }, 'cannot be read as JSON'],
    ['a record without an id', { 'as-of.json': day, 'one.json': { affected: [] } }, 'hold one.json, which has no id'],
    [
      'a record that is too large',
      { 'as-of.json': day, 'one.json': record('X-1', 'x'.repeat(5_000_000)) },
      'more than 4194304 bytes',
    ],
    [
      'too many folders in each other',
      { 'as-of.json': day, [`${'a/'.repeat(20)}one.json`]: record() },
      'more than 16 folders deep',
    ],
  ])('with %s is not a source', async (_, files, message) => {
    await expect(open(files)).rejects.toMatchObject(unavailable(message));
  });
  test('that does not exist is not a source', async () => {
    await expect(openAdvisories('folder:nowhere', { root: await temporaryFolder() })).rejects.toMatchObject(
      unavailable('the advisories of folder:nowhere fail: ENOENT'),
    );
  });
  test.each(['linked', 'linked.json'])('with the link %s in it is not a source', async (name) => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'as-of.json'), JSON.stringify(day));
    await writeFile(join(root, 'one.json'), JSON.stringify(record()));
    await symlink(join(root, 'one.json'), join(root, name));
    await expect(openAdvisories('folder:.', { root })).rejects.toMatchObject(unavailable(`hold ${name}, which is`));
  });
});

/** A service on loopback; each test sets its answers. */
const asked: { path: string; question: unknown }[] = [];
let answer: (path: string, question: unknown, response: ServerResponse) => unknown;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    const path = request.url ?? '';
    const question: unknown = body === '' ? undefined : JSON.parse(body);
    asked.push({ path, question });
    const value = answer(path, question, response);
    if (value !== undefined) response.end(typeof value === 'string' ? value : JSON.stringify(value));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
beforeEach(() => {
  asked.length = 0;
});
const hang = (): undefined => undefined;
const status = (code: number) => (_path: string, _question: unknown, response: ServerResponse) => {
  response.writeHead(code);
  return 'no';
};

interface OsvQuery {
  readonly package: { readonly name: string; readonly ecosystem: string };
  readonly version: string;
  readonly page_token?: string;
}
const queriesOf = (question: unknown): readonly OsvQuery[] => (question as { queries: OsvQuery[] }).queries;
const many = (count: number): PackageName[] =>
  Array.from({ length: count }, (_, index) => ({ ...old, name: `pkg-${index}` }));

describe('an OSV service', () => {
  const open = (times = patient) => openAdvisories(`osv:${url}/mirror/`, { root: '/nowhere', times });

  test('is asked about versions in batches, and for each record once', async () => {
    answer = (path, question) =>
      path === '/mirror/v1/querybatch'
        ? {
            results: queriesOf(question).map(({ package: { name } }) =>
              name.endsWith('7') ? { vulns: [{ id: 'GHSA-x' }] } : {},
            ),
          }
        : record('GHSA-x', 'pkg-7');
    const source = await open();
    expect(source.describe()).toEqual({ source: `osv:${url}/mirror/`, asOf: null });
    const found = await source.find(many(5_000));
    expect(found.size).toBe(500);
    expect(found.get('pkg-7@1.0.0')).toEqual([{ ...advisory, id: 'GHSA-x' }]);
    expect(asked.map(({ path }) => path)).toEqual([
      ...Array(5).fill('/mirror/v1/querybatch'),
      '/mirror/v1/vulns/GHSA-x',
    ]);
    expect(asked.slice(0, 5).every(({ question }) => queriesOf(question).length === 1_000)).toBe(true);
    expect(queriesOf(asked[0]?.question)[0]).toEqual({
      package: { name: 'pkg-0', ecosystem: 'npm' },
      version: '1.0.0',
    });
    expect((await source.find(many(4_000))).size).toBe(400);
    expect(asked).toHaveLength(6);
  });
  test('is asked about each package in its own registry', async () => {
    answer = (path, question) =>
      path.endsWith('querybatch')
        ? {
            results: queriesOf(question).map(({ package: { ecosystem } }) => ({
              vulns: ecosystem === 'PyPI' ? [{ id: 'X-1' }] : [],
            })),
          }
        : record('X-1', 'my-pkg', {
            affected: [
              {
                package: { ecosystem: 'PyPI', name: 'my-pkg' },
                ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.10' }] }],
              },
            ],
          });
    const found = await (await open()).find([old, { type: 'pypi', name: 'My_Pkg', version: '1.9+cpu' }]);
    expect(queriesOf(asked[0]?.question)).toEqual([
      { package: { name: 'pkg', ecosystem: 'npm' }, version: '1.0.0' },
      { package: { name: 'my-pkg', ecosystem: 'PyPI' }, version: '1.9' },
    ]);
    expect(found).toEqual(new Map([['My_Pkg==1.9+cpu', [{ ...advisory, id: 'X-1', fixedIn: ['1.10'] }]]]));
  });
  test('gives the ids of the advisories about other ecosystems, and is asked for no record', async () => {
    answer = (_path, question) => ({
      results: queriesOf(question).map(({ package: { ecosystem }, page_token: page }) =>
        ecosystem !== 'Debian:12'
          ? {}
          : page === undefined
            ? { vulns: [{ id: 'DEBIAN-1' }], next_page_token: 'more' }
            : { vulns: [{ id: 'DEBIAN-2' }] },
      ),
    });
    const bash = { package: { ecosystem: 'Debian:12', name: 'bash' }, version: '5.2-1' };
    const net = { package: { ecosystem: 'Go', name: 'golang.org/x/net' }, version: '0.1.0' };
    const source = await open();
    expect(await source.findIds?.([net, bash])).toEqual([new Set(), new Set(['DEBIAN-1', 'DEBIAN-2'])]);
    expect(asked.map(({ path, question }) => [path, queriesOf(question)])).toEqual([
      ['/mirror/v1/querybatch', [net, bash]],
      ['/mirror/v1/querybatch', [{ ...bash, page_token: 'more' }]],
    ]);
    answer = status(500);
    await expect((await open(quick)).findIds?.([bash])).rejects.toMatchObject(unavailable('answered 500'));
  });
  test('is read page by page', async () => {
    const pages: Readonly<Record<string, unknown>> = {
      '': { vulns: [{ id: 'X-1' }], next_page_token: 'second' },
      second: { next_page_token: 'third' },
      third: { vulns: [{ id: 'X-2' }] },
    };
    answer = (path, question) =>
      path.endsWith('querybatch')
        ? {
            results: queriesOf(question).map(({ package: { name }, page_token = '' }) =>
              name === 'pkg' ? pages[page_token] : {},
            ),
          }
        : record(path.slice(path.lastIndexOf('/') + 1));
    const found = await (await open()).find([old, { ...old, name: 'other' }]);
    expect(found.get('pkg@1.0.0')?.map(({ id }) => id)).toEqual(['X-1', 'X-2']);
    expect(
      asked.filter(({ path }) => path.endsWith('querybatch')).map(({ question }) => queriesOf(question).length),
    ).toEqual([2, 1, 1]);
  });
  test('decides which versions are affected, except for withdrawn records', async () => {
    answer = (path) =>
      path.endsWith('querybatch')
        ? { results: [{ vulns: [{ id: 'X-1' }, { id: 'X-2' }] }] }
        : path.endsWith('X-1')
          ? record('X-1', 'pkg', { affected: [] })
          : record('X-2', 'pkg', { withdrawn: '2026-01-01T00:00:00Z' });
    expect(await (await open()).find([old])).toEqual(
      new Map([['pkg@1.0.0', [{ ...advisory, id: 'X-1', fixedIn: [] }]]]),
    );
  });
  test('is asked again after a temporary fault', async () => {
    let fault = true;
    answer = (_path, _question, response) => {
      if (fault) response.writeHead(503);
      fault = false;
      return { results: [{}] };
    };
    expect(await (await open()).find([old])).toEqual(new Map());
    expect(asked).toHaveLength(2);
  });

  const first = (vulns: unknown) => (path: string) =>
    path.endsWith('querybatch') ? { results: [{ vulns }] } : record('X-1');
  test.each<[string, typeof answer, string]>([
    ['500', status(500), 'answered 500'],
    ['404', status(404), 'answered 404'],
    ['a redirect', status(302), 'answered 302'],
    ['nothing in time', hang, 'no answer in time'],
    [
      'half an answer',
      (_path, _question, response) => response.writeHead(200, { 'content-length': '999' }).write('{'),
      '',
    ],
    ['a page', () => '<h1>sign in</h1>', 'are not JSON at /v1/querybatch'],
    ['an object', () => ({}), 'have a malformed answer'],
    ['too few answers', () => ({ results: [] }), 'have 0 answers to 1 questions'],
    ['too many answers', () => ({ results: [{}, {}] }), 'have 2 answers to 1 questions'],
    ['malformed answers', () => ({ results: [null] }), 'have a malformed answer'],
    ['text for advisories', first('X-1'), 'have a malformed answer'],
    ['an id that would leave its path', first([{ id: '../../x' }]), 'have a malformed answer'],
    ['a malformed page token', () => ({ results: [{ next_page_token: 5 }] }), 'have a malformed answer'],
    ['pages without end', () => ({ results: [{ next_page_token: 'more' }] }), 'have more than 100 pages'],
    ['another record', first([{ id: 'X-2' }]), 'give X-1 for X-2'],
    [
      'more ids than anybody needs',
      first(Array.from({ length: 10_001 }, (_, id) => ({ id: `X-${id}` }))),
      'are more than 10000',
    ],
    [
      'a malformed record',
      (path) => (path.endsWith('querybatch') ? { results: [{ vulns: [{ id: 'X-1' }] }] } : []),
      'hold X-1, which is not an object',
    ],
    [
      'a record that is gone',
      (path, question, response) =>
        path.endsWith('querybatch') ? { results: [{ vulns: [{ id: 'X-1' }] }] } : status(404)(path, question, response),
      'vulns/X-1 answered 404',
    ],
    [
      'a record without end',
      (path) => (path.endsWith('querybatch') ? { results: [{ vulns: [{ id: 'X-1' }] }] } : ' '.repeat(5_000_000)),
      'is larger than 4194304 bytes',
    ],
  ])('that answers %s is a failure, never a pass', async (_, answers, message) => {
    answer = answers;
    await expect((await open(quick)).find([old])).rejects.toMatchObject(unavailable(message));
  });
  test('that does not exist is a failure', async () => {
    const source = await openAdvisories('osv:http://127.0.0.1:1', { root: '/nowhere', times: quick });
    await expect(source.find([old])).rejects.toMatchObject(unavailable('cannot be reached'));
  });
  test('is asked without a name or password, and none appears in a message', async () => {
    await expect(openAdvisories('osv:https://user:secret@example.com/', { root: '/nowhere' })).rejects.toSatisfy(
      (error: Error) => !error.message.includes('secret') && error.message.includes('more than a host and a path'),
    );
  });
});

describe('an npm registry', () => {
  const open = (times = patient) => openAdvisories('npm:', { root: '/nowhere', mirror: url, times });
  const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
    id: 1_101_850,
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    title: 'Does\nharm',
    severity: 'high',
    vulnerable_versions: '<1.2.0',
    cwe: ['CWE-79'],
    ...more,
  });
  const known = { ...advisory, summary: 'Does harm' };

  test('is asked about packages in batches, each version once', async () => {
    answer = () => ({ 'pkg-7': [entry()] });
    const source = await open();
    expect(source.describe()).toEqual({ source: 'npm:', asOf: null });
    const found = await source.find([...many(2_500), ...many(2_500), { ...old, name: 'pkg-7', version: '0.9.0' }]);
    expect([...found.keys()]).toEqual(['pkg-7@1.0.0', 'pkg-7@0.9.0']);
    expect(found.get('pkg-7@1.0.0')).toEqual([known]);
    expect(asked.map(({ path }) => path)).toEqual(Array(3).fill('/-/npm/v1/security/advisories/bulk'));
    expect(asked.map(({ question }) => Object.keys(question as object).length)).toEqual([1_000, 1_000, 500]);
    expect(asked[0]?.question).toMatchObject({ 'pkg-7': ['1.0.0', '0.9.0'] });
    await source.find(many(2_500));
    expect(asked).toHaveLength(3);
  });
  test.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    ['with the fix behind the version', { vulnerable_versions: '>=0.5.0 <0.9.0 || >=1.0.0 <1.2.0' }, known],
    ['with no fix', { vulnerable_versions: '<=1.1.0' }, { ...known, fixedIn: [] }],
    ['in a range that nobody can read', { vulnerable_versions: 'all of them' }, { ...known, fixedIn: [] }],
    ['in no range', { vulnerable_versions: undefined }, { ...known, fixedIn: [] }],
    ['with npm’s own number', { url: 'https://npmjs.com/advisories/1101850' }, { ...known, id: 'npm-1101850' }],
    ['of a severity that nobody knows', { severity: 5 }, { ...known, severity: 'unknown' }],
    ['of malware', { cwe: ['CWE-506'] }, { ...known, malware: true }],
  ])('gives an advisory %s', async (_, more, expected) => {
    answer = () => ({ pkg: [entry(more)] });
    expect((await (await open()).find([old])).get('pkg@1.0.0')).toEqual([expected]);
  });
  test('is no source for packages of another registry, and is not asked', async () => {
    answer = () => ({});
    await expect((await open()).find([old, python])).rejects.toMatchObject({
      code: 'advisories-silent',
      message: 'the advisories of npm: are about packages of npm, and say nothing about pkg==1.0.0',
      remedy: expect.stringContaining('an OSV service or a folder with records of PyPI in policy.yaml'),
    });
    expect(asked).toEqual([]);
  });
  test('gives nothing for a version outside the range, or for a package that was not asked', async () => {
    answer = () => ({ pkg: [entry()], other: [entry()] });
    expect(await (await open()).find([fixed])).toEqual(new Map());
  });
  test.each<[string, typeof answer, string]>([
    ['500', status(500), 'answered 500'],
    ['405, as mirrors do that have no such endpoint', status(405), 'answered 405'],
    ['nothing in time', hang, 'no answer in time'],
    ['a page', () => '<h1>sign in</h1>', 'are not JSON'],
    ['a list', () => [], 'have a malformed answer'],
    ['null', () => 'null', 'have a malformed answer'],
    ['a package with text', () => ({ pkg: 'all good' }), 'have a malformed answer'],
    ['an advisory that is text', () => ({ pkg: ['GHSA'] }), 'have a malformed answer'],
    ['an advisory without an id', () => ({ pkg: [{}] }), 'have an advisory without an id'],
    ['too many advisories', () => ({ pkg: Array.from({ length: 10_001 }, () => ({})) }), 'are more than 10000'],
  ])('that answers %s is a failure, never a pass', async (_, answers, message) => {
    answer = answers;
    await expect((await open(quick)).find([old])).rejects.toMatchObject(unavailable(message));
  });
  test('cannot redirect its requests to another place', async () => {
    answer = (_path, _question, response) => {
      response.writeHead(307, { location: `${url}/elsewhere` });
      return '';
    };
    await expect((await open(quick)).find([old])).rejects.toMatchObject(unavailable('answered 307'));
    expect(asked).toHaveLength(1);
  });
});
