import { expect, test } from 'vitest';
import { treeOf } from '../test/support/tree-files.ts';
import { packagesInside } from './packages-inside.ts';

test('finds the packages of Node that a bundle holds, wherever they lie', () => {
  const files = treeOf({
    'package.json': { name: 'tiny', version: '1.0.0' },
    'node_modules/zod/package.json': { name: 'zod', version: '4.1.0', license: 'MIT' },
    'server/node_modules/ajv/package.json': { name: 'ajv', version: '8.0.0' },
  });
  expect(packagesInside(files, 'tiny')).toEqual({
    npm: [
      { path: 'node_modules/zod', name: 'zod', version: '4.1.0', license: 'MIT' },
      { path: 'server/node_modules/ajv', name: 'ajv', version: '8.0.0' },
    ],
    pypi: [],
  });
});

const metadata = (...lines: readonly string[]): string =>
  ['Metadata-Version: 2.4', ...lines, '', 'Name: other'].join('\n');

test.each<[string, string, string, Readonly<Record<string, string>>]>([
  [
    'by its METADATA',
    'server/lib/Requests-2.0.dist-info/METADATA',
    metadata('Name: Requests', 'Version: 2.32.1', 'License: Apache', 'License-Expression: Apache-2.0'),
    { name: 'requests', version: '2.32.1', license: 'Apache-2.0' },
  ],
  [
    'by its older licence',
    'lib/a-1.dist-info/METADATA',
    metadata('Name: a', 'Version: 1', 'License: BSD', 'License: other'),
    { name: 'a', version: '1', license: 'BSD' },
  ],
  [
    'by its folder where its fields are empty',
    'lib/a-1.dist-info/METADATA',
    metadata('Name: ', 'Version:'),
    { name: 'a', version: '1' },
  ],
  [
    'without a licence that is empty',
    'lib/a-1.dist-info/METADATA',
    metadata('Name: a', 'Version: 1', 'License: '),
    { name: 'a', version: '1' },
  ],
  [
    'with lines that end as on Windows',
    'lib/a-1.dist-info/METADATA',
    metadata('Name: a', 'Version: 2', 'License: UNKNOWN').replaceAll('\n', '\r\n'),
    { name: 'a', version: '2' },
  ],
  [
    'by its folder where it says nothing',
    'lib/my_pkg-1.2.0.dist-info/METADATA',
    '',
    { name: 'my-pkg', version: '1.2.0' },
  ],
  [
    'by its PKG-INFO',
    'lib/old-0.1-py3.11.egg-info/PKG-INFO',
    metadata('Name: old', 'Version: 0.1'),
    { name: 'old', version: '0.1' },
  ],
  ['without a version', 'lib/odd.egg-info/PKG-INFO', '', { name: 'odd' }],
])('finds a package of Python %s', (_, path, text, found) => {
  const folder = path.slice(0, path.lastIndexOf('/'));
  expect(packagesInside(treeOf({ [path]: text, 'lib/x.dist-info.txt': '' }), 'tiny').pypi).toEqual([
    { path: folder, ...found },
  ]);
});

test('sorts by path', () => {
  const files = treeOf({ 'b/b-1.dist-info/METADATA': '', 'a/a-1.dist-info/METADATA': '' });
  expect(packagesInside(files, 'tiny').pypi.map(({ path }) => path)).toEqual(['a/a-1.dist-info', 'b/b-1.dist-info']);
});
