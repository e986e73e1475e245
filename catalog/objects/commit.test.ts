import { expect, test } from 'vitest';
import { parseCommit } from './commit.ts';

const id = '0123456789'.repeat(4);
const tree = 'a'.repeat(40);
const parent = 'b'.repeat(40);
const person = 'Ada Lovelace <ada@example.com> 1776333600 +0130';
const lines = [`tree ${tree}`, `parent ${parent}`, `author ${person}`, `committer ${person}`];

const parsed = (headers: readonly string[], message = 'change\n'): unknown =>
  parseCommit(Buffer.from(`${headers.join('\n')}\n\n${message}`), id);
const refusal = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_FORMAT', message: expect.stringContaining(message) });

test('reads which tree, after which commits, by whom and when, and why', () => {
  const ada = { name: 'Ada Lovelace', email: 'ada@example.com', at: new Date('2026-04-16T10:00:00Z'), zone: '+0130' };
  expect(parsed(lines)).toEqual({ id, tree, parents: [parent], author: ada, committer: ada, message: 'change\n' });
});

test('reads past headers of other kinds, and those of several lines', () => {
  const more = ['encoding ISO-8859-1', 'HG:extra x', 'gpgsig -----BEGIN', ' tree', ' ', ' -----END'];
  expect(parsed([...lines, ...more], '')).toMatchObject({ tree, encoding: 'ISO-8859-1', message: '' });
});

test('takes a name or an address that is empty, as git does', () => {
  const nobody = 'author  <> 0 +0000';
  expect(parsed(lines.with(2, nobody))).toMatchObject({ author: { name: '', email: '', at: new Date(0) } });
});

test.each([
  ['no tree', lines.slice(1), 'headers in another order'],
  ['two trees', [`tree ${tree}`, ...lines], 'headers in another order'],
  ['a second tree at the end', [...lines, `tree ${parent}`], 'has tree twice'],
  ['a parent behind the author', [...lines, `parent ${parent}`], 'headers in another order'],
  ['no author', lines.toSpliced(2, 1), 'headers in another order'],
  ['two committers', [...lines, lines[3] ?? ''], 'has committer twice'],
  ['two signatures', [...lines, 'gpgsig a', 'gpgsig b'], 'has gpgsig twice'],
  ['a short id', lines.with(1, `parent ${parent.slice(1)}`), 'by no id'],
  ['an id in capital letters', lines.with(0, `tree ${tree.toUpperCase()}`), 'by no id'],
  ['an id of the other hash', lines.with(0, `tree ${'a'.repeat(64)}`), 'by no id'],
  ['a person without an address', lines.with(2, 'author Ada 1776333600 +0130'), 'by whom and when'],
  ['a name that holds another address', lines.with(2, 'author A <a@b> <c@d> 1776333600 +0130'), 'by whom and when'],
  ['a time before 1970', lines.with(3, 'committer A <a@b> -1 +0000'), 'by whom and when'],
  ['a time with a zero before it', lines.with(3, 'committer A <a@b> 01 +0000'), 'by whom and when'],
  ['a time that no date holds', lines.with(3, 'committer A <a@b> 999999999999 +0000'), 'by whom and when'],
  ['no time zone', lines.with(3, 'committer A <a@b> 1'), 'by whom and when'],
  ['a line without a value', [...lines, 'gpgsig'], 'a line that is no header'],
  ['a line that continues none', [' x', ...lines], 'a line that is no header'],
  ['257 parents', lines.toSpliced(1, 0, ...Array.from({ length: 256 }, () => `parent ${parent}`)), '257 parents'],
])('refuses %s', (_, headers, message) => {
  expect(() => parsed(headers)).toThrow(refusal(message));
});

test('refuses a zero byte, behind which git shows nothing of a message', () => {
  expect(() => parsed(lines, 'change\0 and more\n')).toThrow(refusal('holds a zero byte'));
});

test('refuses headers that nothing ends', () => {
  expect(() => parseCommit(Buffer.from(lines.join('\n')), id)).toThrow(refusal('has no message'));
});

test('refuses a commit that is too large before it reads it', () => {
  expect(() => parsed(lines, 'x'.repeat(1024 * 1024))).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }));
});
