import { expect, test } from 'vitest';
import { pieces, plainLine } from './untrusted.ts';

test('leaves plain text, newlines and joined emoji unchanged', () => {
  for (const text of ['Reads <b>rows</b>.\n\tThen stops.', '👩‍💻 می‌خواهم']) {
    expect(pieces(text)).toEqual([{ kind: 'text', text }]);
  }
});

test('names a direction override at its place', () => {
  expect(pieces('a\u202eb')).toEqual([
    { kind: 'text', text: 'a' },
    { kind: 'hidden', label: 'U+202E' },
    { kind: 'text', text: 'b' },
  ]);
});

test('names a run of tag characters once', () => {
  expect(pieces('\u{e0041}\u{e0042}\u{e0043}')).toEqual([{ kind: 'hidden', label: 'U+E0041 and 2 more hidden' }]);
});

test('cuts a line between characters, never inside one', () => {
  expect(plainLine('one\n two\u202e', 20)).toBe('one two');
  expect(plainLine('😀😀😀', 2)).toBe('😀…');
  expect(plainLine('😀😀', 2)).toBe('😀😀');
});
