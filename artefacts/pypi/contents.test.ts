import { expect, test } from 'vitest';
import { integrityOf, sha256 } from '../../core/digest.ts';
import { treeDigest } from '../../core/tree.ts';
import type { LockedWheel } from '../../schemas/types.ts';
import { packedWheel, recordLine, type WheelParts } from '../../test/support/wheels.ts';
import { differences, otherTree, unpack } from '../contents.ts';
import { readZip } from '../archives/zip.ts';
import type { Part } from '../part.ts';
import { wheelPart } from './parts.ts';

const honest: WheelParts = {
  metadata: ['License-Expression: MIT', 'Requires-Python: >=3.10', 'Requires-Dist: httpx>=0.27'],
  info: { 'entry_points.txt': '[console_scripts]\ntiny = tiny:main\n' },
};
const said = {
  license: 'MIT',
  requiresPython: '>=3.10',
  dependencies: ['httpx>=0.27'],
  scripts: { tiny: 'tiny:main' },
};

/** What a lock with these fields says of a wheel, and the wheel contradicts. */
async function contradictions(
  parts: WheelParts,
  change: Partial<LockedWheel> = {},
  version = '1.0.0',
): Promise<string[]> {
  const { part, wheel } = await locked(parts, change, version);
  return differences(part, wheel, await unpack(part, wheel)).map(({ code, message }) => `${code}: ${message}`);
}

async function locked(
  parts: WheelParts,
  change: Partial<LockedWheel> = {},
  version = '1.0.0',
): Promise<{ readonly part: Part; readonly wheel: Buffer }> {
  const { fileName, wheel } = packedWheel(parts);
  const tree = treeDigest(await readZip(wheel, fileName));
  const entry = { integrity: integrityOf(wheel), sha256: sha256(wheel), tree, ...said, ...change };
  return { part: wheelPart({ name: 'tiny', version, wheels: {} }, fileName, entry), wheel };
}

test('finds nothing where the lock says what the wheel says', async () => {
  expect(await contradictions(honest)).toEqual([]);
  const { part, wheel } = await locked(honest);
  expect(otherTree(part, await unpack(part, wheel))).toBeUndefined();
});

test('takes another spelling of the same version', async () => {
  expect(await contradictions({ ...honest, version: '2026.04.01' }, {}, '2026.4.1')).toEqual([]);
});

test('unpacks no compiled file, and takes a wheel that has one beside the source of it', async () => {
  const source = { 'tiny/__init__.py': '', 'tiny/more.py': '' };
  const compiled = {
    'tiny/__pycache__/__init__.cpython-311.pyc': 'x',
    'tiny/__pycache__/more.cpython-311.opt-1.pyc': 'x',
  };
  expect(await contradictions({ ...honest, files: { ...source, ...compiled } })).toEqual([]);
  const { part, wheel } = await locked({ ...honest, files: { ...source, ...compiled } });
  const paths = (await unpack(part, wheel)).map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith('tiny/'))).toEqual(Object.keys(source));
  expect(paths).toContain('tiny-1.0.0.dist-info/RECORD');
});

test.each<[string, Partial<LockedWheel>]>([
  ['license', { license: 'Apache-2.0' }],
  ['requiresPython', { requiresPython: '>=3.9' }],
  ['dependencies', { dependencies: ['httpx>=0.27', 'more'] }],
  ['scripts', { scripts: { tiny: 'tiny:other' } }],
  ['paths', { paths: ['', 'tiny'] }],
  ['pthCode', { pthCode: true }],
  ['sha256', { sha256: '0'.repeat(64) }],
])('reports another %s than that of the wheel', async (field, change) => {
  expect(await contradictions(honest, change)).toEqual([
    expect.stringMatching(new RegExp(`^lock-entry: the wheel tiny-1.0.0-py3-none-any.whl gives the ${field} `, 'u')),
  ]);
});

test('reports what the lock leaves out', async () => {
  expect(
    await contradictions({ ...honest, files: { 'tiny/__init__.py': '', 'tiny.pth': 'import os\ntiny\n' } }),
  ).toEqual([
    expect.stringContaining('gives the paths ["","tiny"], but the lock says nothing'),
    expect.stringContaining('gives the pthCode true, but the lock says nothing'),
  ]);
});

test.each<[string, WheelParts]>([
  ['a RECORD without a file', { record: (lines) => lines.slice(1) }],
  ['a RECORD with another digest', { record: ([, ...lines]) => [recordLine('tiny/__init__.py', 'other'), ...lines] }],
  ['a file that RECORD does not list', { unlisted: [{ path: 'sitecustomize.py', content: 'import os' }] }],
  ['METADATA of another package', { info: { METADATA: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0.0\n' } }],
  ['METADATA of another version', { info: { METADATA: 'Metadata-Version: 2.1\nName: tiny\nVersion: 6\n' } }],
  ['compiled files without their source', { files: { 'tiny/__pycache__/__init__.cpython-311.pyc': 'x' } }],
  ['compiled files beside their source', { files: { 'tiny/__init__.py': '', 'tiny/__init__.pyc': 'x' } }],
  ['compiled files in place of a module', { files: { 'tiny/__init__.PYC': 'x' } }],
])('refuses a wheel with %s', async (_, parts) => {
  await expect(contradictions({ ...honest, ...parts })).rejects.toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'E_ARCHIVE' }),
  );
});
