import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Remote } from '../schemas/types.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { greet, startEndpoint, type McpEndpoint } from '../test/support/mcp-endpoint.ts';
import { captureEndpoint } from './capture-endpoint.ts';
import type { Captured } from './captured.ts';

let endpoint: McpEndpoint | undefined;

beforeAll(async () => {
  endpoint = await startEndpoint(await temporaryFolder());
  vi.stubEnv('npm_config_cafile', endpoint?.certificate ?? '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await endpoint?.close();
});
beforeEach(({ skip }) => {
  skip(endpoint === undefined, 'openssl is not here');
  here().tools = [greet];
  here().resources = undefined;
  here().asked.length = 0;
});

function here(): McpEndpoint {
  if (endpoint === undefined) throw new Error('there is no endpoint');
  return endpoint;
}

const capture = (change: Partial<Remote> = {}): Promise<Captured> =>
  captureEndpoint('notes', { url: `${here().origin}/mcp`, transport: 'streamable-http', ...change }, 'any', {
    settleMs: 0,
  });

test('asks as two clients, and keeps each definition once', async () => {
  const { tools, unpinned } = await capture();
  expect(tools).toEqual([{ name: 'greet', definitions: [expect.objectContaining({ definition: greet })] }]);
  expect(unpinned).toBeUndefined();
  const capabilities = here().asked.flatMap(({ message }) => message?.params?.capabilities ?? []);
  expect(capabilities.map((each) => Object.keys(each).length > 0)).toEqual([false, true]);
});

test('pins no resources that are others when they are asked for again', async () => {
  let count = 0;
  here().resources = () => [{ uri: `note:${(count += 1)}`, name: 'note' }];
  expect((await capture()).unpinned).toEqual(['resources']);
  here().resources = () => [{ uri: 'note:1', name: 'note' }];
  const same = await capture();
  expect([same.unpinned, same.resources?.map(({ name }) => name)]).toEqual([undefined, ['note:1']]);
});

const variable = (more: object) => ({ name: 'team', description: 'Whose notes.', ...more });

test.each<[string, Partial<Remote>, string]>([
  ['a default', { variables: [variable({ default: 'blue' })] }, 'of blue'],
  ['the first choice', { variables: [variable({ choices: ['red', 'blue'] })] }, 'of red'],
])('fills a header with %s', async (_, change, sent) => {
  await capture({ ...change, headers: [{ name: 'X-Team', description: 'Whose.', value: 'of ${team}' }] });
  expect(here().asked[0]?.headers['x-team']).toBe(sent);
});

test.each<[string, Partial<Remote>, string]>([
  ['a required header', { headers: [{ name: 'X-Key', description: 'Who.', required: true }] }, 'the header X-Key'],
  [
    'a value of a required header',
    {
      headers: [{ name: 'X-Key', description: 'Who.', required: true, value: 'Bearer ${team}' }],
      variables: [variable({ secret: true, required: true })],
    },
    'the header X-Key',
  ],
  ['a part of the address', { url: 'https://mcp.example.com/${team}', variables: [variable({})] }, '${team}'],
])('asks nothing where only a user can give %s', async (_, change, missing) => {
  await expect(capture(change)).rejects.toMatchObject({
    code: 'capture',
    message: `notes wants ${missing}, which only a user can give`,
    remedy: expect.stringContaining('registry lock notes --no-capture'),
  });
  expect(here().asked).toEqual([]);
});

test('leaves out an optional header without a value', async () => {
  await capture({ headers: [{ name: 'X-Key', description: 'Who.' }] });
  expect(here().asked[0]?.headers).not.toHaveProperty('x-key');
});
