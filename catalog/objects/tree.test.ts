import { expect, test } from 'vitest';
import { encodeTree, isFolder, isPlainFile, parseTree } from './tree.ts';

const id = '0123456789'.repeat(4);
const sha256Id = 'abcdef01'.repeat(8);
const parsed = (entries: readonly [mode: string, name: string][]): unknown =>
  parseTree(encodeTree(entries.map(([mode, name]) => [name, { mode, id }])), id);

const refusal = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_FORMAT', message: expect.stringContaining(message) });

test('reads names, modes and ids, of either hash', () => {
  for (const each of [id, sha256Id]) {
    const entries = [
      ['a', { mode: '100644', id: each }],
      ['b', { mode: '40000', id: each }],
      ['c', { mode: '120000', id: each }],
    ] as const;
    expect([...parseTree(encodeTree(entries), each)]).toEqual(entries);
  }
  expect(parseTree(Buffer.alloc(0), id)).toEqual(new Map());
});

test('knows files from folders, links and commits of other repositories', () => {
  const modes = ['40000', '100644', '100755', '120000', '160000'] as const;
  expect(modes.filter((mode) => isPlainFile({ mode, id }))).toEqual(['100644', '100755']);
  expect(modes.filter((mode) => isFolder({ mode, id }))).toEqual(['40000']);
});

test('takes the order in which a folder sorts as if a slash ended its name', () => {
  expect(() => parsed([['100644', 'a.b'], ['40000', 'a'], ['100644', 'a0']])).not.toThrow(); // prettier-ignore
  expect(() => parsed([['40000', 'a'], ['100644', 'a.b']])).toThrow(refusal('"a.b" twice, or not in its place')); // prettier-ignore
});

test.each([
  [
    'a name twice',
    [
      ['100644', 'a'],
      ['100644', 'a'],
    ],
    '"a" twice',
  ],
  [
    'a file and a folder of one name',
    [
      ['100644', 'a'],
      ['100644', 'a.b'],
      ['40000', 'a'],
    ],
    '"a" twice',
  ],
  [
    'names out of order',
    [
      ['100644', 'b'],
      ['100644', 'a'],
    ],
    '"a" twice, or not in its place',
  ],
  ['a name with a slash', [['100644', 'a/b']], 'the name "a/b"'],
  ['no name', [['100644', '']], 'the name ""'],
  ['the folder itself', [['40000', '.']], 'the name "."'],
  ['the folder above', [['40000', '..']], 'the name ".."'],
  ["git's own folder", [['40000', '.git']], 'the name ".git"'],
  ["git's own folder in other letters", [['40000', '.Git']], 'the name ".Git"'],
  ['a folder with a zero before its mode', [['040000', 'a']], 'gives "a" the mode "040000"'],
  ['a mode that git no longer writes', [['100664', 'a']], 'gives "a" the mode "100664"'],
  ['a mode that is no number', [['file', 'a']], 'gives "a" the mode "file"'],
  ['no mode', [['', 'a']], 'gives "a" the mode ""'],
] as const)('refuses %s', (_, entries, message) => {
  expect(() => parsed(entries.map(([mode, name]) => [mode, name]))).toThrow(refusal(message));
});

test('refuses a name that is not UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from('100644 \u00fc\0', 'latin1'), Buffer.alloc(20)]);
  expect(() => parseTree(bytes, id)).toThrow(refusal('which is not UTF-8'));
});

test('refuses a tree that is cut off anywhere but between two entries', () => {
  const whole = encodeTree([['a', { mode: '100644', id }], ['b', { mode: '100644', id }]]); // prettier-ignore
  const accepted = Array.from({ length: whole.byteLength + 1 }, (_, length) => length).filter((length) => {
    try {
      parseTree(whole.subarray(0, length), id);
      return true;
    } catch (error) {
      expect(error).toEqual(refusal(''));
      return false;
    }
  });
  expect(accepted).toEqual([0, whole.byteLength / 2, whole.byteLength]);
});

test('refuses a tree that is too large before it reads it', () => {
  expect(() => parseTree(Buffer.alloc(32 * 1024 * 1024 + 1), id)).toThrow(
    expect.objectContaining({ code: 'E_TOO_LARGE' }),
  );
});
