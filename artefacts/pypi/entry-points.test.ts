import { expect, test } from 'vitest';
import { consoleScripts } from './entry-points.ts';

const scriptsOf = (text: string): Record<string, string> => Object.fromEntries(consoleScripts(Buffer.from(text)));

test('gives the console scripts, and no entry points of another kind', () => {
  const text = `
# a comment
[gui_scripts]
window = tiny.window:open
[console_scripts]
tiny = tiny:main
; another comment
tiny-mcp=tiny.server : Server.main
tiny.old = tiny._old:main [cli,extra]

[tiny.plugins]
more = tiny.more:Plugin
[console_scripts]
last = tiny:last
`;
  expect(scriptsOf(text)).toEqual({
    tiny: 'tiny:main',
    'tiny-mcp': 'tiny.server:Server.main',
    'tiny.old': 'tiny._old:main',
    last: 'tiny:last',
  });
});

test('reads the line ends of Windows, and lines that are indented', () => {
  expect(scriptsOf('[console_scripts]\r\n  tiny = tiny:main\r\n')).toEqual({ tiny: 'tiny:main' });
});

test.each([
  ['no function', 'tiny = tiny.server'],
  ['code in place of a function', "tiny = tiny:main(); import os; os.system('x')"],
  ['code in place of a module', 'tiny = __import__("os"):main'],
  ['a name that is no identifier', 'tiny = tiny-server:main'],
  ['a number in front', 'tiny = 1tiny:main'],
  ['an empty part', 'tiny = tiny..server:main'],
  ['a second function', 'tiny = tiny:main:more'],
  ['no name', '= tiny:main'],
  ['a path for a name', '../tiny = tiny:main'],
  ['a name with a space', 'tiny mcp = tiny:main'],
  ['no value', 'tiny ='],
])('leaves out a script with %s', (_, line) => {
  expect(scriptsOf(`[console_scripts]\n${line}\nother = tiny:main\n`)).toEqual({ other: 'tiny:main' });
});

test('takes the last of two of the same name', () => {
  expect(scriptsOf('[console_scripts]\ntiny = a:main\ntiny = b:main\n')).toEqual({ tiny: 'b:main' });
});

test('takes no name of JavaScript for another thing', () => {
  expect(consoleScripts(Buffer.from('[console_scripts]\n__proto__ = tiny:main\n')).get('__proto__')).toBe('tiny:main');
});
