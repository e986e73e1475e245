import { expect, test } from 'vitest';
import type { SearchRow } from '../../../schemas/types.ts';
import { reachParts } from './row-words.ts';

const words = (reach: SearchRow['reach']): string =>
  reachParts({ reach } as SearchRow)
    .map((part) => part.words)
    .join('');

test.each([
  [{ network: [], files: 'none' }, 'no network'],
  [{ network: [], files: 'read' }, 'no network · reads files'],
  [{ network: ['a.example:443', 'b.example:22'], files: 'none' }, 'a.example, b.example:22'],
  [{ network: ['a:443', 'b:443', 'c:443'], files: 'write' }, 'a, b and 1 more host · changes files'],
  [{ network: ['*:443', 'a:443'], files: 'none' }, 'any host'],
  [{ network: [], files: 'none', elsewhere: 'v.example' }, 'runs elsewhere, on v.example'],
  [
    { network: ['${site}.example:443'], files: 'none', elsewhere: '${area}.v.example' },
    'runs elsewhere, on <area>.v.example · <site>.example',
  ],
  [{ network: ['*:*'], files: 'none', elsewhere: 'v.example' }, 'runs elsewhere, on v.example · any host'],
] as const)('%o is said as %s', (reach, said) => {
  expect(words({ ...reach, network: [...reach.network] })).toBe(said);
});
