import { expect, test } from 'vitest';
import { Failure } from '../core/failure.ts';
import { withRemedy } from './start-remedy.ts';

const remedyOf = (message: string): string => {
  const failure = new Failure('capture', `the server's tools could not be captured: ${message}`, 'check it');
  return withRemedy(failure, 'tiny', [], '/home/sandbox').remedy;
};

test.each([
  'httpx.ConnectError: [Errno -3] Temporary failure in name resolution',
  'httpx.ConnectError: All connection attempts failed',
  'OSError: [Errno -2] Name or service not known',
  'Max retries exceeded with url: /v1/tools',
  'Could not download model from either source, sleeping for 27.0 seconds',
  'TypeError: fetch failed',
])('knows a server without a network by its words: %s', (words) => {
  expect(remedyOf(`it ended with 1: ${words}`)).toContain('run `registry lock tiny --network`');
});

test.each([
  "AttributeError: 'Server' object has no attribute 'list_resources'",
  "ImportError: cannot import name 'McpError' from 'mcp'",
  "ModuleNotFoundError: No module named 'mcp.server.fastmcp'",
  "TypeError: FastMCP.__init__() got an unexpected keyword argument 'description'",
  "SyntaxError: The requested module 'zod' does not provide an export named 'z'",
  "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'node_modules/sdk/dist/esm/server/mcp'",
])('suggests an earlier day where a server does not fit what it depends on: %s', (words) => {
  expect(remedyOf(`it ended with 1: ${words}`)).toContain('`registry lock tiny --as-of <time>`');
});

test('says of a server that neither answers nor ends that it may need time', () => {
  for (const words of [', and wrote nothing', ': DeprecationWarning: use another module'])
    expect(remedyOf(`no answer to initialize in 20 s${words}`)).toMatch(/^where it is a large program/u);
  expect(remedyOf('it ended with 1: give me a key')).toMatch(/^write what it asks for/u);
});
