import { expect, test } from 'vitest';
import { packedWheel, type WheelParts } from '../../test/support/wheels.ts';
import { readZip } from '../archives/zip.ts';
import { describeWheel, type DescribedWheel } from './wheel.ts';

async function described(parts: WheelParts = {}, fileName?: string): Promise<DescribedWheel> {
  const packed = packedWheel(parts);
  return describeWheel(await readZip(packed.wheel, packed.fileName), fileName ?? packed.fileName);
}

const refused = (why: string, fileName = 'tiny-1.0.0-py3-none-any.whl') => ({
  name: 'Refusal',
  code: 'E_ARCHIVE',
  message: `${fileName} ${why}`,
});

test('says of a wheel that says little no more than its name and version', async () => {
  const little = { name: 'tiny', version: '1.0.0' };
  expect(await described()).toStrictEqual(little);
  expect(await described({ metadata: ['Requires-Python:', 'License:'] })).toStrictEqual(little);
});

test('says of a wheel what a lock needs', async () => {
  const metadata = [
    'License-Expression: MIT',
    'Requires-Python: >=3.10',
    'Requires-Dist: anyio>=4',
    "Requires-Dist: pywin32>=310; sys_platform == 'win32'",
    'Requires-Dist: rich[jupyter]',
    "\t; extra == 'cli'",
  ];
  const entryPoints = '[console_scripts]\ntiny-mcp = tiny.server:main\n[other]\nx = y:z\n';
  expect(await described({ metadata, info: { 'entry_points.txt': entryPoints } })).toEqual({
    name: 'tiny',
    version: '1.0.0',
    license: 'MIT',
    requiresPython: '>=3.10',
    dependencies: ['anyio>=4', "pywin32>=310; sys_platform == 'win32'", "rich[jupyter] ; extra == 'cli'"],
    scripts: { 'tiny-mcp': 'tiny.server:main' },
  });
});

test('says where else Python looks for modules, and that there is code in a .pth file', async () => {
  const files = {
    'tiny.py': '',
    'tiny.pth': 'lib\nimport tiny_start\n',
    'lib/more.py': '',
    'tiny-1.0.0.data/purelib/pure.py': '',
  };
  expect(await described({ files })).toMatchObject({
    paths: ['', 'tiny-1.0.0.data/purelib', 'lib'],
    pthCode: true,
  });
});

test('gives the name in its normal form, and takes another spelling of name and version', async () => {
  const info = { METADATA: 'Metadata-Version: 2.1\nName: Tiny.Tools\nVersion: 1.0\n\n' };
  const infoFolder = 'TINY_tools-1.0.dist-info';
  expect(await described({ name: 'tiny_tools', info, infoFolder }, 'tiny_tools-1.0.0-py3-none-any.whl')).toEqual({
    name: 'tiny-tools',
    version: '1.0',
  });
});

test('takes a dist-info further down for files like others: some packages carry other packages', async () => {
  const files = { 'tiny/vendor/six-1.17.0.dist-info/METADATA': 'Name: six\n' };
  expect(await described({ files })).toEqual({ name: 'tiny', version: '1.0.0' });
});

test.each([
  ['the tags of its name', 'py2.py3-none-any', 'Tag: py2-none-any\nTag: py3-none-any'],
  ['compressed tags', 'py2.py3-none-any', 'Tag: py2.py3-none-any'],
  ['more tags than its name', 'cp311-cp311-win32', 'Tag: cp311-cp311-win32\nTag: cp311-cp311-win_amd64'],
  ['the tags of a wheel for every platform', 'py3-none-manylinux1_x86_64', 'Tag: py3-none-any'],
  ['the tags of a wheel for every Python', 'cp311-cp311-win32', 'Tag: py3-none-any'],
  ['the tag of any Linux', 'cp312-cp312-manylinux_2_28_x86_64', 'Tag: cp312-cp312-linux_x86_64'],
  ['the tag of any Linux with musl', 'cp312-cp312-musllinux_1_2_aarch64', 'Tag: cp312-cp312-linux_aarch64'],
])('takes a wheel with %s in its WHEEL', async (_, tags, lines) => {
  const info = { WHEEL: `Wheel-Version: 1.9\n${lines}\n` };
  expect((await described({ tags, info })).name).toBe('tiny');
});

const metadataOf = (...lines: string[]): WheelParts => ({ info: { METADATA: `${lines.join('\n')}\n\n` } });
const second = (path: string): WheelParts => ({ files: { 'tiny.py': '', [path]: '' } });

test.each([
  ['no dist-info', { infoFolder: 'tiny-1.0.0.info' }, 'has no dist-info'],
  [
    'two of them',
    second('other-1.0.0.dist-info/METADATA'),
    'has more than one dist-info: "other-1.0.0.dist-info", "tiny-1.0.0.dist-info"',
  ],
  [
    'another one in upper case',
    second('other-1.0.0.DIST-INFO/METADATA'),
    'has more than one dist-info: "other-1.0.0.DIST-INFO", "tiny-1.0.0.dist-info"',
  ],
  [
    'another one in a folder that is searched too',
    second('tiny-1.0.0.data/purelib/other-1.0.0.dist-info/METADATA'),
    'has more than one dist-info: "tiny-1.0.0.data/purelib/other-1.0.0.dist-info", "tiny-1.0.0.dist-info"',
  ],
  [
    'the dist-info of another package',
    { infoFolder: 'other-1.0.0.dist-info' },
    'has the dist-info of another package or version: "other-1.0.0.dist-info"',
  ],
  [
    'the dist-info of another version',
    { infoFolder: 'tiny-1.0.1.dist-info' },
    'has the dist-info of another package or version: "tiny-1.0.1.dist-info"',
  ],
  [
    'a dist-info without a version',
    { infoFolder: 'tiny.dist-info' },
    'has the dist-info of another package or version: "tiny.dist-info"',
  ],
  ['no WHEEL', { info: { WHEEL: undefined } }, 'holds no WHEEL'],
  ['no format version', { info: { WHEEL: 'Tag: py3-none-any\n' } }, 'has the version "" of the wheel format, not 1'],
  [
    'a later format',
    { info: { WHEEL: 'Wheel-Version: 2.0\nTag: py3-none-any\n' } },
    'has the version "2.0" of the wheel format, not 1',
  ],
  [
    'two format versions',
    { info: { WHEEL: 'Wheel-Version: 1.0\nWheel-Version: 2.0\nTag: py3-none-any\n' } },
    'says Wheel-Version more than once',
  ],
  [
    'no tag',
    { info: { WHEEL: 'Wheel-Version: 1.0\n' } },
    'is for py3-none-any by its name, but for nothing by its WHEEL',
  ],
  ...['py2-none-any', 'py3-abi3-any', 'py3-none-win32', 'cp311-none-any', 'py31-none-any'].map(
    (tag): [string, WheelParts, string] => [
      `the tag ${tag}`,
      { info: { WHEEL: `Wheel-Version: 1.0\nTag: ${tag}\n` } },
      `is for py3-none-any by its name, but for ${tag} by its WHEEL`,
    ],
  ),
  ...['Tag: py3-none-any\n'.repeat(1_001), 'Tag: py2.py3-none-any\n'.repeat(501), 'Tag: none\n'.repeat(1_001)].map(
    (lines): [string, WheelParts, string] => [
      `more tags than the limit, ${lines.slice(0, 20)}`,
      { info: { WHEEL: `Wheel-Version: 1.0\n${lines}` } },
      'has more than 1000 tags in its WHEEL',
    ],
  ),
  ['no METADATA', { info: { METADATA: undefined } }, 'holds no METADATA'],
  ['no name', metadataOf('Version: 1.0.0'), 'is "" in version "1.0.0" by its METADATA'],
  ['no version', metadataOf('Name: tiny'), 'is "tiny" in version "" by its METADATA'],
  ['another name', metadataOf('Name: other', 'Version: 1.0.0'), 'is "other" in version "1.0.0" by its METADATA'],
  ['another version', metadataOf('Name: tiny', 'Version: 1.0.1'), 'is "tiny" in version "1.0.1" by its METADATA'],
  ['two names', metadataOf('Name: tiny', 'Name: other', 'Version: 1.0.0'), 'says Name more than once'],
  ['two versions', metadataOf('Name: tiny', 'Version: 1.0.0', 'version: 2'), 'says Version more than once'],
  [
    'a name in the text after the fields',
    metadataOf('Version: 1.0.0', '', 'Name: tiny'),
    'is "" in version "1.0.0" by its METADATA',
  ],
  [
    'two ranges of Python',
    { metadata: ['Requires-Python: >=3.10', 'Requires-Python: >=3.8'] },
    'says Requires-Python more than once',
  ],
  [
    'a file that is not in its RECORD',
    { unlisted: [{ path: 'evil.py' }] },
    'holds "evil.py", which is not in its RECORD',
  ],
] satisfies [string, WheelParts, string][])('refuses a wheel with %s', async (_, parts, why) => {
  await expect(described(parts)).rejects.toMatchObject(refused(why));
});

test('refuses what is not the name of a wheel', async () => {
  await expect(described({}, 'tiny-1.0.0.whl')).rejects.toMatchObject(
    refused('is no name of a wheel', 'tiny-1.0.0.whl'),
  );
});

test.each([
  [
    'another package',
    'other-1.0.0-py3-none-any.whl',
    'has the dist-info of another package or version: "tiny-1.0.0.dist-info"',
  ],
  [
    'another version',
    'tiny-1.0.1-py3-none-any.whl',
    'has the dist-info of another package or version: "tiny-1.0.0.dist-info"',
  ],
  [
    'another Python',
    'tiny-1.0.0-py2-none-any.whl',
    'is for py2-none-any by its name, but for py3-none-any by its WHEEL',
  ],
])('refuses a wheel that is served as one of %s', async (_, fileName, why) => {
  await expect(described({}, fileName)).rejects.toMatchObject(refused(why, fileName));
});

test.each([
  ['manylinux_2_28_x86_64', 'linux_aarch64'],
  ['manylinux_2_28_x86_64', 'manylinux_2_34_x86_64'],
  ['macosx_11_0_x86_64', 'linux_x86_64'],
  ['linux_x86_64', 'manylinux_2_28_x86_64'],
])('refuses a wheel for %s that is for %s by its WHEEL', async (named, said) => {
  const info = { WHEEL: `Wheel-Version: 1.0\nTag: py3-none-${said}\n` };
  const why = `is for py3-none-${named} by its name, but for py3-none-${said} by its WHEEL`;
  await expect(described({ tags: `py3-none-${named}`, info })).rejects.toMatchObject(
    refused(why, `tiny-1.0.0-py3-none-${named}.whl`),
  );
});
