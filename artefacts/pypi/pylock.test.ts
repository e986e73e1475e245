import { expect, test } from 'vitest';
import { readPylock } from './pylock.ts';

const digest = 'ab'.repeat(32);
const wheel = (file: string, more = `hashes = { sha256 = "${digest}" }, size = 5`): string =>
  `{ url = "https://files.example.com/a/${file}", ${more} }`;
const left = (wheels = wheel('left_pad-1.0-py3-none-any.whl'), more = ''): string => `[[packages]]
name = "left-pad"
version = "1.0"
${more}
wheels = [${wheels}]
`;
const lock = (...packages: string[]): string => ['lock-version = "1.0"', 'created-by = "uv"', ...packages].join('\n\n');

test('reads what uv writes', () => {
  const abi3 = wheel('left_pad-1.0-cp311-abi3-win_amd64.whl');
  const uploaded = `upload-time = 2026-07-23T20:16:12Z, size = 5, hashes = { sha256 = "${digest}" }`;
  expect(
    readPylock(
      lock(
        left(wheel('left_pad-1.0-py3-none-any.whl', uploaded), `marker = "sys_platform == 'win32'"`),
        left(abi3).replace('"1.0"', '"1.0.0"'),
        `[[packages]]\nname = "other"\nversion = "2"\nrequires-python = ">=3.9"\nwheels = [\n  ${wheel('other-2-py3-none-any.whl')},\n]`,
      ),
    ),
  ).toEqual([
    {
      ...{ name: 'left-pad', version: '1.0', marker: "sys_platform == 'win32'" },
      wheels: [{ file: 'left_pad-1.0-py3-none-any.whl', sha256: digest, size: 5 }],
    },
    {
      ...{ name: 'left-pad', version: '1.0.0' },
      wheels: [{ file: 'left_pad-1.0-cp311-abi3-win_amd64.whl', sha256: digest, size: 5 }],
    },
    {
      ...{ name: 'other', version: '2', requiresPython: '>=3.9' },
      wheels: [{ file: 'other-2-py3-none-any.whl', sha256: digest, size: 5 }],
    },
  ]);
});

test('takes the name of a file that is given before that of the address', () => {
  const named = `{ name = "left_pad-1.0-py3-none-any.whl", url = "https://files.example.com/x", size = 5, hashes = { sha256 = "${digest}" } }`;
  expect(readPylock(lock(left(named)))[0]?.wheels[0]?.file).toBe('left_pad-1.0-py3-none-any.whl');
});

const unreadable = 'what uv resolved cannot be read: ';
test.each([
  ['no TOML', 'lock-version = ', `${unreadable}line 1 is no TOML`],
  ['another version', 'lock-version = "2.0"\npackages = []', `${unreadable}its version is "2.0", not 1.0`],
  ['no version', 'packages = []', `${unreadable}its version is undefined, not 1.0`],
  ['no packages', lock(), `${unreadable}it has no packages`],
  ['a package twice', lock(left(), left()), `${unreadable}it has left-pad==1.0 twice`],
  [
    'a name of another form',
    lock(left().replace('left-pad', 'Left_Pad')),
    `${unreadable}"Left_Pad" is no name of a package`,
  ],
  ['no name', lock('[[packages]]'), `${unreadable}undefined is no name of a package`],
  [
    'a version of another form',
    lock(left().replace('"1.0"', '"latest"')),
    `${unreadable}left-pad has the version "latest"`,
  ],
  ['no version of a package', lock('[[packages]]\nname = "x"'), `${unreadable}x has the version undefined`],
  [
    'a marker of another form',
    lock(left(undefined, 'marker = 5')),
    `${unreadable}left-pad has a marker that is no text`,
  ],
  [
    'a Python of another form',
    lock(left(undefined, 'requires-python = 3.10')),
    `${unreadable}left-pad asks for a Python with what is no text`,
  ],
  ['wheels of another form', lock(left('1')), `${unreadable}left-pad has wheels that are no list`],
  [
    'a file that is no wheel',
    lock(left(wheel('left_pad-1.0.tar.gz'))),
    `${unreadable}left-pad has a file that is no wheel`,
  ],
  [
    'a name that cannot be read',
    lock(left(wheel('left_pad%zz.whl'))),
    `${unreadable}left-pad has a file that is no wheel`,
  ],
  [
    "another package's wheel",
    lock(left(wheel('right_pad-1.0-py3-none-any.whl'))),
    `${unreadable}left-pad==1.0 has right_pad-1.0-py3-none-any.whl, which is another package's`,
  ],
  [
    "another version's wheel",
    lock(left(wheel('left_pad-1.1-py3-none-any.whl'))),
    `${unreadable}left-pad==1.0 has left_pad-1.1-py3-none-any.whl, which is another package's`,
  ],
])('says that it cannot read %s', (_, text, message) => {
  expect(() => readPylock(text)).toThrow(expect.objectContaining({ name: 'Failure', code: 'not-a-pylock', message }));
});

const bare = '[[packages]]\nname = "left-pad"\n';
test.each([
  [
    'a package without wheels',
    lock(`${bare}version = "1.0"`),
    'only wheels can be pinned: left-pad has only a source distribution',
  ],
  ['an empty list of them', lock(left('')), 'only wheels can be pinned: left-pad has only a source distribution'],
  ['a repository', lock(`${bare}[packages.vcs]\ntype = "git"`), 'left-pad comes from outside the package index'],
  ['a folder', lock(`${bare}[packages.directory]\npath = "x"`), 'left-pad comes from outside the package index'],
  ['an archive', lock(`${bare}[packages.archive]\nurl = "x"`), 'left-pad comes from outside the package index'],
  [
    'a wheel without a digest',
    lock(left(wheel('left_pad-1.0-py3-none-any.whl', 'hashes = { md5 = "x" }, size = 5'))),
    'the package index gives no sha256 of left_pad-1.0-py3-none-any.whl',
  ],
  [
    'a wheel without a size',
    lock(left(wheel('left_pad-1.0-py3-none-any.whl', `hashes = { sha256 = "${digest}" }`))),
    'the package index gives no size of left_pad-1.0-py3-none-any.whl',
  ],
])('does not pin %s', (_, text, message) => {
  expect(() => readPylock(text)).toThrow(expect.objectContaining({ name: 'Failure', code: 'unpinned', message }));
});
