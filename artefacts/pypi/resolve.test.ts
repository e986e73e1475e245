import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { startIndex, type FakeRelease } from '../../test/support/package-index.ts';
import { failingUv, hasUv, standInUv } from '../../test/support/uv.ts';
import { readIndexAddress } from './index-address.ts';
import { openPackageIndex } from './index-client.ts';
import { resolvePypi, type PypiResolution } from './resolve.ts';

const wheels = (name: string, ...tags: string[]): string[] => tags.map((tag) => `${name}-1.0-${tag}.whl`);
const late = '2026-09-01T00:00:00Z';
const releases: FakeRelease[] = [
  {
    ...{ name: 'Root.Server', version: '1.0', requiresPython: '>=3.10' },
    requires: ['dep>=1', "windows-only; sys_platform == 'win32'", "wasm; sys_platform == 'emscripten'", 'extras[more]'],
  },
  { name: 'dep', version: '1.0' },
  { name: 'dep', version: '2.0', uploadedAt: late },
  { name: 'windows-only', version: '1.0', files: wheels('windows_only', 'cp311-cp311-win_amd64', 'cp311-cp311-win32') },
  { name: 'wasm', version: '1.0' },
  { name: 'extras', version: '1.0', requires: ["forked<2; extra == 'more'", "never; extra == 'other'"] },
  { name: 'forked', version: '1.0', requiresPython: '>=3.10' },
  { name: 'forked', version: '1.5', requiresPython: '>=3.12' },
  { name: 'source', version: '1.0', files: ['source-1.0.tar.gz'] },
  { name: 'needs-source', version: '1.0', requires: ['source'] },
  { name: 'needs-missing', version: '1.0', requires: ['missing'] },
  { name: 'needs-newer', version: '1.0', requires: ['dep>=2'] },
  { name: 'needs-both', version: '1.0', requires: ['dep<1', 'dep>=1'] },
  { name: 'needs-address', version: '1.0', requires: ['dep @ https://example.com/dep-1.0-py3-none-any.whl'] },
  { name: 'needs-git', version: '1.0', requires: ['dep @ git+https://example.com/dep'] },
  { name: 'needs-312', version: '1.0', requires: ['for-312'] },
  {
    ...{ name: 'for-312', version: '1.0', requiresPython: '>=3.12,<3.14' },
    files: ['cp311-cp311', 'cp312-cp312', 'cp313-cp313', 'cp314-cp314'].flatMap((tag) =>
      wheels('for_312', `${tag}-win_amd64`),
    ),
  },
  { name: 'for-315', version: '1.0', requiresPython: '>=3.15' },
  { name: 'undated', version: '1.0', stated: { 'upload-time': undefined } },
  { name: 'unsized', version: '1.0', stated: { size: undefined } },
  { name: 'elsewhere', version: '1.0', files: wheels('elsewhere', 'cp310-cp310-manylinux_2_17_s390x') },
];
const server = await startIndex(releases);
const address = readIndexAddress(server.index.replace('//', '//robot:s3cret@'), 'a test');
const asOf = new Date('2026-03-01T00:00:00Z');
const resolve = async (name: string, version = '1.0'): Promise<PypiResolution> =>
  resolvePypi(name, version, asOf, await openPackageIndex(address));

afterEach(() => vi.unstubAllEnvs());

describe('before uv is asked', () => {
  test.each<[string, string, string, string, string]>([
    ['a project that is not there', 'nothing', '1.0', 'no-such-package', 'the package index has no nothing'],
    ['a version that is not there', 'dep', '9.0', 'no-such-package', 'the package index has no dep==9.0'],
    ['a version of another form', 'dep', '1.0\nx==1', 'no-such-package', 'the package index has no dep==1.0\nx==1'],
    [
      'a version that was not there yet',
      'dep',
      '2.0',
      'no-such-package',
      'dep==2.0 was published 2026-09-01, and not before 2026-03-01T00:00:00Z',
    ],
    ['an index without dates', 'undated', '1.0', 'no-dates', 'the package index gives no dates for undated==1.0'],
    [
      'a source distribution alone',
      'source',
      '1.0.0',
      'unpinned',
      'only wheels can be pinned: source==1.0.0 has only a source distribution',
    ],
    [
      'a Python to come',
      'for-315',
      '1.0',
      'unresolvable',
      'for-315==1.0 needs Python >=3.15, and locks are made for 3.10 to 3.14',
    ],
  ])('names %s', async (_, name, version, code, message) => {
    vi.stubEnv('PATH', '/nonexistent');
    await expect(resolve(name, version)).rejects.toMatchObject({ name: 'Failure', code, message });
  });
});

/** As uv 0.13 says them. */
const said = {
  source:
    'error: No solution found\n  cause: Because source==1.0 has no usable wheels …\n\nhint: Wheels are required for `source` because building from source is disabled',
  address:
    'error: Failed to resolve\n  cause: Package `dep` was included as a URL dependency. URL dependencies must be …',
  missing:
    'error: No solution found\n  cause: Because missing was not found in the package registry and all versions …',
  newer:
    'error: No solution found\n  cause: Because only dep==1.0 is available …\nhint: `dep` was filtered by `exclude-newer` …',
  gone: 'error: No solution found\n  cause: Because there is no version of dep==7.2.0 and root-server>=1.0 depends on dep==7.2.0 …',
  both: 'error: No solution found\n  cause: Because root-server depends on dep<1 and dep>=1 …',
  other: 'error: something new',
};
test.each<[keyof typeof said, string, string]>([
  ['source', 'unpinned', 'only wheels can be pinned: source has only a source distribution'],
  ['address', 'unpinned', 'root-server==1.0 needs dep from an address outside the package index'],
  ['missing', 'no-such-package', 'root-server==1.0 needs missing, which the package index does not have'],
  [
    'newer',
    'no-such-package',
    'root-server==1.0 needs what is not in the package index: No solution found cause: Because only dep==1.0 is available … hint: `dep` was filtered by `exclude-newer` …, and not before 2026-03-01T00:00:00Z',
  ],
  ['gone', 'no-such-package', 'root-server==1.0 needs dep==7.2.0, a version that the package index does not have'],
  [
    'both',
    'unresolvable',
    'root-server==1.0 cannot be resolved: No solution found cause: Because root-server depends on dep<1 and dep>=1 …',
  ],
  ['other', 'unresolvable', 'root-server==1.0 cannot be resolved: something new'],
])('says why uv does not resolve it: %s', async (key, code, message) => {
  vi.stubEnv('PATH', await failingUv(said[key]));
  await expect(resolve('root-server')).rejects.toMatchObject({ name: 'Failure', code, message });
});

test.each<[string, number]>([
  ['error: Because the requested Python version does not satisfy Python>=3.15', 5],
  [said.both, 1],
])('tries later versions of Python only where uv says that they may do: %j', async (message, times) => {
  const asked = join(await temporaryFolder(), 'asked');
  const noting = `const words = process.argv; const python = words[words.indexOf('--python-version') + 1];
    require('node:fs').appendFileSync(${JSON.stringify(asked)}, python + ' ');
    process.stderr.write(${JSON.stringify(message)} + ' ' + python); process.exitCode = 1;`;
  vi.stubEnv('PATH', await standInUv(noting));
  // What it said first is what is shown.
  await expect(resolve('root-server')).rejects.toMatchObject({ message: expect.stringMatching(/ 3\.10$/u) });
  expect((await readFile(asked, 'utf8')).trim().split(' ')).toEqual(
    ['3.10', '3.11', '3.12', '3.13', '3.14'].slice(0, times),
  );
});

describe.skipIf(!hasUv)('with uv, where it is installed', () => {
  test('resolves a closure for the platforms that have all of it', async () => {
    const { pythons, packages, platforms, without } = await resolve('Root_Server');
    expect(pythons).toEqual(['3.10', '3.11', '3.12', '3.13', '3.14']);
    const [file] = wheels('windows_only', 'cp311-cp311-win_amd64');
    expect(packages.find(({ name }) => name === 'windows-only')).toMatchObject({
      ...{ version: '1.0', marker: expect.stringContaining("sys_platform == 'win32'") },
      wheels: [{ file, sha256: server.digest(file ?? ''), size: 51 }],
    });
    // What only a browser needs is left out, and so is what was not there yet.
    expect(packages.map(({ name, version }) => `${name}==${version}`)).toEqual([
      ...['dep==1.0', 'extras==1.0', 'forked==1.0', 'forked==1.5', 'root-server==1.0', 'windows-only==1.0'],
    ]);
    expect(platforms.filter((name) => name.includes('win32'))).toEqual(['cp311 win32 x64']);
    expect(platforms).toHaveLength(31);
    expect(without).toHaveLength(8);
    expect(without[0]).toEqual({ platform: 'cp310 win32 x64', package: 'windows-only==1.0' });
  });
  test('keeps nothing for a Python that the package does not take', async () => {
    const { pythons, packages, platforms } = await resolve('for-312');
    expect(pythons).toEqual(['3.12', '3.13']);
    expect(platforms).toEqual(['cp312 win32 x64', 'cp313 win32 x64']);
    const kept = packages.flatMap((each) => each.wheels.map(({ file }) => file));
    expect(kept).toEqual(wheels('for_312', 'cp312-cp312-win_amd64', 'cp313-cp313-win_amd64'));
  });
  test('takes a later Python where something needs one', async () => {
    const { pythons, packages } = await resolve('needs-312');
    expect(pythons).toEqual(['3.12', '3.13', '3.14']);
    expect(packages.map(({ name }) => name)).toEqual(['for-312', 'needs-312']);
  });
  test.each([
    ['needs-source', 'unpinned', /^only wheels can be pinned: source has only a source distribution$/u],
    ['needs-address', 'unpinned', /^needs-address==1\.0 needs dep from an address outside the package index$/u],
    ['needs-git', 'unpinned', /^needs-git==1\.0 needs dep from an address outside the package index$/u],
    ['needs-missing', 'no-such-package', /^needs-missing==1\.0 needs missing, which the package index does not have$/u],
    ['needs-newer', 'no-such-package', /^needs-newer==1\.0 needs what is not in the package index: .* dep>=2/u],
    ['needs-both', 'unresolvable', /^needs-both==1\.0 cannot be resolved: No solution found .*dep<1 and dep>=1/u],
    ['unsized', 'unpinned', /^the package index gives no size of unsized-1\.0-py3-none-any\.whl$/u],
    [
      'elsewhere',
      'unpinned',
      /^elsewhere==1\.0 runs on no platform that locks are made for: elsewhere==1\.0 has no wheel for cp310 linux glibc x64, and so on$/u,
    ],
  ])('does not resolve %s', async (name, code, message) => {
    const failure = await resolve(name).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Failure', code, message: expect.stringMatching(message) });
    expect(String(failure)).not.toMatch(/s3cret|robot/u);
  });
});
