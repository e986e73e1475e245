import { expect, test } from 'vitest';
import { endingOf, forTerminal, withoutCommands } from './exit.ts';
import { Failure, UsageError } from './failure.ts';
import { Refusal } from './refusal.ts';

test.each<[string, unknown, number, string]>([
  ['a refusal', new Refusal('E_REVOKED', 'it is revoked', 'run another'), 3, 'E_REVOKED'],
  ['wrong usage', new UsageError('it is revoked', 'run another'), 2, 'usage'],
  ['a failure', new Failure('network', 'it is revoked', 'run another'), 1, 'network'],
])('ends with a code of its own for %s', (_, error, exitCode, code) => {
  expect(endingOf(error)).toEqual({ exitCode, code, message: 'it is revoked', remedy: 'run another' });
});

test('names the clock where something seems expired, with what it says', () => {
  const now = new Date('2026-06-01T12:00:00Z');
  const expired = new Refusal('E_EXPIRED', 'the timestamp expired at 2026-05-01T00:00:00Z', 'reach the registry');
  expect(endingOf(expired, now).remedy).toBe(
    "reach the registry; if this machine's clock is wrong (it says 2026-06-01T12:00:00.000Z), set it right first",
  );
  expect(endingOf(new Refusal('E_REVOKED', 'it is revoked', 'run another'), now).remedy).toBe('run another');
});

const ofSystem = (facts: object): Error => Object.assign(new Error('EROFS: read-only file system'), facts);

test.each([
  [{ code: 'EROFS', syscall: 'mkdtemp', path: '/data/x' }, 'not-writable', '/data/x cannot be written'],
  [{ code: 'EROFS', syscall: 'open', path: '/data/x' }, 'not-writable', '/data/x cannot be written'],
  [{ code: 'ENOSPC', syscall: 'copyfile', path: '/a', dest: '/data/x' }, 'disk-full', 'no space is left for /data/x'],
  [{ code: 'EACCES', syscall: 'rename', path: '/a', dest: '/data/x' }, 'not-writable', '/data/x cannot be written'],
  [{ code: 'EACCES', syscall: 'open', path: '/data/x' }, 'unexpected', 'EROFS: read-only file system'],
  [{ code: 'ENOSPC', syscall: 'write' }, 'unexpected', 'EROFS: read-only file system'],
])('takes %o for what it is', (facts, code, message) => {
  expect(endingOf(ofSystem(facts))).toMatchObject({ exitCode: 1, code, message });
});

test.each([
  ['an error', new TypeError('x is not a function'), 'x is not a function'],
  ['a word', 'gone', 'gone'],
  ['nothing', undefined, 'undefined'],
])('takes %s for a fault of the program', (_, error, message) => {
  expect(endingOf(error)).toMatchObject({ exitCode: 1, code: 'unexpected', message });
});

test.each([
  ['an escape sequence', 'a\u001b[31mb', 'a\\u{1b}[31mb'],
  ['a newline', 'safe\nevil', 'safe\\u{a}evil'],
  ['a carriage return', 'safe\revil', 'safe\\u{d}evil'],
  ['a backspace', 'a\bb', 'a\\u{8}b'],
  ['a tab', 'a\tb', 'a\\u{9}b'],
  ['a control character of the upper range', 'a\u009bb', 'a\\u{9b}b'],
  ['a direction override', 'a\u202eb', 'a\\u{202e}b'],
  ['an isolate', 'a\u2066b', 'a\\u{2066}b'],
  ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
  ['a byte order mark', '\ufeffa', '\\u{feff}a'],
  ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
  ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['half of a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a paragraph separator', 'a\u2029b', 'a\\u{2029}b'],
  ['zero', 'a\u0000b', 'a\\u{0}b'],
])('shows %s instead of sending it to the terminal', (_, text, shown) => {
  expect(forTerminal(text)).toBe(shown);
});

test('leaves text and emoji as they are', () => {
  const text = 'Zwölf Boxkämpfer 日本語 😀 <b>&';
  expect(forTerminal(text)).toBe(text);
});

test.each([
  ['::error::x', '\\u{3a}:error::x'],
  ['  ::set-output name=a::b', '  \\u{3a}:set-output name=a::b'],
  ['a ##[add-mask]b ##[x]', 'a ##\\u{5b}add-mask]b ##\\u{5b}x]'],
])("takes the command for GitHub's runner out of %j", (line, shown) => {
  expect(withoutCommands(line)).toBe(shown);
});

test.each(['std::string', ': a', 'a #[x] # [y]', ''])('leaves %j as it is', (line) => {
  expect(withoutCommands(line)).toBe(line);
});
