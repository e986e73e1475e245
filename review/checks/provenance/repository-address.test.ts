import { expect, test } from 'vitest';
import { isSameRepository } from './repository-address.ts';

const built = 'https://github.com/Example/mcp-postgres';

test.each([
  'https://github.com/example/mcp-postgres',
  'https://github.com/example/mcp-postgres/',
  'https://github.com/example/mcp-postgres.git',
  'https://www.github.com/example/mcp-postgres',
  'https://github.com/example/mcp-postgres/tree/main/src/server',
  'https://github.com/example/mcp-postgres#readme',
])('recognises %s as the repository', (declared) => {
  expect(isSameRepository(built, declared)).toBe(true);
});

test.each([
  'https://github.com/example/mcp-postgres-evil',
  'https://github.com/example/mcp-postgre',
  'https://github.com/example-evil/mcp-postgres',
  'https://github.com/evil/example/mcp-postgres',
  'https://github.com/example',
  'https://github.com.evil.example/example/mcp-postgres',
  'https://gitlab.com/example/mcp-postgres',
  'https://evil.example/github.com/example/mcp-postgres',
  'https://evil.example/?https://github.com/example/mcp-postgres',
  'https://github.com:8443/example/mcp-postgres',
  'http://github.com/example/mcp-postgres',
  'example/mcp-postgres',
])('recognises %s as another repository', (declared) => {
  expect(isSameRepository(built, declared)).toBe(false);
});

test('recognises nested groups as part of the repository, up to the path of its files', () => {
  const deep = 'https://gitlab.com/a/b/c';
  expect(isSameRepository(deep, 'https://gitlab.com/a/b/c/-/tree/main')).toBe(true);
  expect(isSameRepository(deep, 'https://gitlab.com/a/b')).toBe(false);
});
