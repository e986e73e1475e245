import { expect, test } from 'vitest';
import type { Remote } from '../../schemas/types.ts';
import { aManifest } from '../../test/support/statements.ts';
import { planRequest, type GivenValues } from './request.ts';

const { artefact: _, launch: __, ...described } = aManifest();
const remote: Remote = {
  url: 'https://${region}.mcp.example.com/${workspace}/mcp',
  transport: 'streamable-http',
  headers: [
    { name: 'Authorization', description: 'Who asks.', required: true, value: 'Bearer ${token}' },
    { name: 'X-API-Key', description: 'A key.', secret: true },
    { name: 'X-Mode', description: 'How.', choices: ['read', 'write'], default: 'read' },
    { name: 'X-Team', description: 'Whose.', value: 'team ${team}' },
  ],
  variables: [
    { name: 'region', description: 'Where.', required: true, choices: ['eu', 'us'] },
    { name: 'workspace', description: 'Which.', required: true },
    { name: 'token', description: 'A token.', required: true, secret: true },
    { name: 'team', description: 'A team.' },
  ],
};
const plan = (given: Partial<GivenValues>, change: Partial<Remote> = {}): ReturnType<typeof planRequest> =>
  planRequest({ ...described, remote: { ...remote, ...change } }, { words: [], secrets: {}, ...given });
const problems = (given: Partial<GivenValues>, change?: Partial<Remote>): string[] => {
  const planned = plan(given, change);
  return planned.ok ? [] : planned.problems.map(({ message }) => message);
};

const words = ['--region=eu', '--workspace', 'a b/c'];
const secrets = { token: 'canary' };

test('puts values where the manifest has them, and leaves out a header that lacks one', () => {
  expect(plan({ words, secrets })).toEqual({
    ok: true,
    request: {
      url: 'https://eu.mcp.example.com/a%20b%2Fc/mcp',
      headers: { Authorization: 'Bearer canary', 'X-Mode': 'read' },
    },
  });
  expect(
    plan({ words: [...words, '--X-Mode', 'write', '--team=x'], secrets: { ...secrets, X_API_Key: 'key' } }),
  ).toMatchObject({
    request: { headers: { 'X-API-Key': 'key', 'X-Mode': 'write', 'X-Team': 'team x' } },
  });
});

test('a value is not looked at again', () => {
  expect(plan({ words: [...words, '--team=${token}'], secrets })).toMatchObject({
    request: { headers: { 'X-Team': 'team ${token}' } },
  });
});

test.each<[string, Partial<GivenValues>, string]>([
  ['no secret', { words }, 'token is missing: A token.'],
  ['no value', { words: ['--region=eu'], secrets }, '--workspace is missing: Which.'],
  [
    'another host',
    { words: ['--region=evil.example.com/', '--workspace=a'], secrets },
    '--region has a value that is not allowed',
  ],
  [
    'a value with a line end',
    { words, secrets: { token: 'canary\r\nX-Other: 1' } },
    'token has a value that no header can carry',
  ],
  [
    'a step up',
    { words: ['--region=eu', '--workspace=..'], secrets },
    'the address that these values make is not one that was approved',
  ],
  ['a secret as a word', { words: [...words, '--token=canary'], secrets }, `${described.name} takes no`],
])('says what is wrong with %s, and shows no secret', (_name, given, said) => {
  const found = problems(given);
  expect(found.join('\n')).toContain(said);
  expect(found.join('\n')).not.toContain('canary');
});

test('a header that is not the manifest’s to set is refused here too', () => {
  const headers = [{ name: 'Mcp-Session-Id', description: 'Not its.', value: 'x' }];
  expect(problems({ words, secrets }, { headers })).toContain(
    'the header Mcp-Session-Id is set by the transport of MCP',
  );
});
