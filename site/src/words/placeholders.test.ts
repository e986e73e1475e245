import { expect, test } from 'vitest';
import { valueParts } from './placeholders.ts';
import { toolAnchor } from './tool-anchor.ts';

test.each([
  ['/usr/share', [{ kind: 'fixed', text: '/usr/share' }]],
  ['${directory}', [{ kind: 'given', name: 'directory' }]],
  ['${state}/a.json', [{ kind: 'own-folder' }, { kind: 'fixed', text: '/a.json' }]],
  [
    '--n=${A}-${B}',
    [
      { kind: 'fixed', text: '--n=' },
      { kind: 'given', name: 'A' },
      { kind: 'fixed', text: '-' },
      { kind: 'given', name: 'B' },
    ],
  ],
  ['${open', [{ kind: 'fixed', text: '${open' }]],
  ['', []],
])('%j has its placeholders apart', (value, parts) => {
  expect(valueParts(value)).toEqual(parts);
});

test('a tool has an anchor by its name, and no two tools share one', () => {
  expect(toolAnchor('create_issue')).toBe('tool-create_issue');
  expect(toolAnchor('a b')).toBe('tool-a~20~b');
  expect(toolAnchor('\u{20b}')).not.toBe(toolAnchor(' b'));
  expect(toolAnchor('a~20~b')).not.toBe(toolAnchor('a b'));
  expect(toolAnchor('<img src=x>')).toMatch(/^[A-Za-z0-9_.~-]+$/u);
});
