import { expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';

function read(chunks: readonly string[], maxBytes = 1_000): { lines: string[]; tooLong: string[]; left: number } {
  const lines: string[] = [];
  const tooLong: string[] = [];
  const reader = new LineReader(maxBytes, {
    line: (line) => void lines.push(line.toString('utf8')),
    tooLong: ({ beginning, ending }) => void tooLong.push(`${beginning.toString('utf8')}…${ending.toString('utf8')}`),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return { lines, tooLong, left: reader.end() };
}

test.each([
  ['one line in one chunk', ['a\n'], ['a']],
  ['several lines in one chunk', ['a\nbb\nccc\n'], ['a', 'bb', 'ccc']],
  ['a line in several chunks', ['a', 'b', 'c\n'], ['abc']],
  ['a line that ends at the next chunk', ['abc', '\nd\n'], ['abc', 'd']],
  ['empty lines, which are none', ['\n\na\n\n'], ['a']],
])('reads %s', (_, chunks, lines) => {
  expect(read(chunks)).toEqual({ lines, tooLong: [], left: 0 });
});

test('joins a character whose bytes came in two chunks', () => {
  const lines: string[] = [];
  const reader = new LineReader(100, {
    line: (line) => void lines.push(line.toString('utf8')),
    tooLong: () => undefined,
  });
  const bytes = Buffer.from('é\n');
  reader.push(bytes.subarray(0, 1));
  reader.push(bytes.subarray(1));
  expect(lines).toEqual(['é']);
});

test('drops half a line at the end', () => {
  expect(read(['a\nhalf'])).toEqual({ lines: ['a'], tooLong: [], left: 4 });
});

test.each([
  ['in one chunk', ['aaaaaaaaaaa\nb\n']],
  ['in several chunks', ['aaaaaa', 'aaaaa', 'aaaa', '\nb\n']],
  ['and begins at the end of a chunk', ['c\naaaaaa', 'aaaaa\nb\n']],
])('drops a line that is too long, which comes %s, and reads on', (_, chunks) => {
  const { lines, tooLong } = read(chunks, 10);
  expect(lines.at(-1)).toBe('b');
  expect(tooLong).toEqual([expect.stringMatching(/^a{11,}…a{11,}$/u)]);
});

test('keeps both ends of a line that is too long', () => {
  const text = `${'a'.repeat(3_000)}${'b'.repeat(100_000)}${'c'.repeat(3_000)}`;
  const chunks = Array.from({ length: 107 }, (_, index) => text.slice(index * 1_000, (index + 1) * 1_000));
  const [ends] = read([...chunks, '\n'], 10_000).tooLong;
  expect(ends).toBe(`${text.slice(0, 4_096)}…${text.slice(-4_096)}`);
});

test('takes a line of exactly the limit', () => {
  expect(read(['a'.repeat(10), '\n'], 10).lines).toEqual(['a'.repeat(10)]);
});

test('holds no more than the limit of a line without end', () => {
  const reader = new LineReader(1_000, { line: () => undefined, tooLong: () => undefined });
  for (let i = 0; i < 1_000; i++) reader.push(Buffer.alloc(1_000, 'a'));
  expect(reader.end()).toBe(0);
});

test('reads a thousand lines the same, wherever the chunks end', () => {
  const text = Array.from({ length: 1_000 }, (_, index) => 'x'.repeat(index % 37)).join('\n') + '\n';
  const whole = read([text]).lines;
  for (const size of [1, 2, 3, 7, 64, 1_000]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      text.slice(i * size, (i + 1) * size),
    );
    expect(read(chunks).lines).toEqual(whole);
  }
});
