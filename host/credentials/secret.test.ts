import { expect, test } from 'vitest';
import { maxSecretBytes } from '../../core/limits.ts';
import { openSecret } from './secret.ts';

const open = (text: string | Uint8Array): string => openSecret(Buffer.from(text as string), 'the source');

test.each([
  ['as it is', 'canary', 'canary'],
  ['without the line end that an editor adds', 'canary\n', 'canary'],
  ['without that of Windows', 'canary\r\n', 'canary'],
  ['with every other line end', 'line 1\nline 2\n\n', 'line 1\nline 2\n'],
  ['with its spaces', ' canary ', ' canary '],
])('a secret is taken %s', (_, text, secret) => {
  expect(open(text)).toBe(secret);
});

test.each<[string, string | Uint8Array, string]>([
  ['nothing', '', 'an empty secret'],
  ['only a line end', '\n', 'an empty secret'],
  ['a zero byte', 'can\0ary', 'a zero byte'],
  ['bytes that are no text', Buffer.from([0x63, 0x61, 0xff]), 'not UTF-8'],
  ['too much', 'canary'.repeat(maxSecretBytes), `more than the ${maxSecretBytes} bytes`],
])('%s is no secret, and no message shows it', (_, text, message) => {
  expect(() => open(text)).toThrow(
    expect.objectContaining({ code: 'secret', message: expect.stringContaining(message) }),
  );
  expect(() => open(text)).not.toThrow(/canary/u);
});
