import type { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { openBrowser } from './browser.ts';

/** What was started, each as one list of words. */
function started(address: string): string[][] {
  const found: string[][] = [];
  const start = ((program: string, words: string[]) => {
    found.push([program, ...words]);
    return { unref: () => undefined } as ChildProcess;
  }) as unknown as Parameters<typeof openBrowser>[1];
  openBrowser(address, start);
  return found;
}

test('opens an address as one word, in which nothing is left for a shell', () => {
  const [[program = '', ...words] = []] = started('https://login.example.com/a?b=c&d=$(e) "f`');
  expect(['xdg-open', 'open', 'rundll32']).toContain(program);
  expect(words.at(-1)).toBe('https://login.example.com/a?b=c&d=$(e)%20%22f`');
});

test.each(['http://login.example.com', 'file:///etc/passwd', 'javascript:alert(1)', '-h', 'https://a@b.example', ''])(
  'does not open %s',
  (address) => {
    expect(started(address)).toEqual([]);
  },
);
