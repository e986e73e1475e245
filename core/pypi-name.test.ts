import { expect, test } from 'vitest';
import { normalPypiName } from './pypi-name.ts';

test.each([
  ['mcp-server-fetch', 'mcp-server-fetch'],
  ['MCP_Server.Fetch', 'mcp-server-fetch'],
  ['zope.interface', 'zope-interface'],
  ['a-_.-b', 'a-b'],
])('%s is the project %s', (name, normal) => {
  expect(normalPypiName(name)).toBe(normal);
});
