import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { minimalYaml } from '../test/support/statements.ts';
import type { Credential, HeaderInput, Remote, RemoteVariable } from '../schemas/types.ts';
import { readManifest } from './manifest.ts';
import { remoteHosts } from './remote-rules.ts';

const header = (change: Partial<HeaderInput> = {}): HeaderInput => ({
  ...{ name: 'X-API-Key', description: 'The key of your account.' },
  ...change,
});
const variable = (name: string, change: Partial<RemoteVariable> = {}): RemoteVariable => ({
  ...{ name, description: 'What to give.', required: true },
  ...change,
});

/** Every problem of a manifest with this endpoint, as `code message`. */
function found(remote: Partial<Remote>, credentials: readonly Partial<Credential>[] = []): string[] {
  const lines = minimalYaml().split('\n');
  const yaml = lines
    .slice(
      0,
      lines.findIndex((line) => line.startsWith('artefact:')),
    )
    .join('\n');
  const text = stringify({
    remote: { url: 'https://mcp.example.com/v1', transport: 'streamable-http', ...remote },
    ...(credentials.length > 0 && { credentials }),
  });
  const read = readManifest('servers/internal-postgres.yaml', Buffer.from(`${yaml}\n${text}`));
  return read.ok ? [] : read.problems.map(({ code, message }) => `${code} ${message}`);
}

test('accepts an endpoint with a variable in its path, a secret header and a header made of a secret', () => {
  const remote: Partial<Remote> = {
    url: 'https://${region}.mcp.example.com/${workspace}/mcp',
    headers: [
      header({ required: true, secret: true }),
      header({ name: 'Authorization', value: 'Bearer ${token}', required: true }),
      header({ name: 'X-Region', choices: ['eu', 'us'], default: 'eu' }),
    ],
    variables: [
      variable('workspace'),
      variable('region', { choices: ['eu', 'us-east-1'] }),
      variable('token', { secret: true }),
    ],
  };
  const said = { source: 'The vault.', scope: 'Read.' };
  expect(
    found(remote, [
      { header: 'X-API-Key', ...said },
      { header: 'authorization', ...said },
    ]),
  ).toEqual([]);
});

test.each([
  { issuer: 'https://login.example.com' },
  { issuer: 'https://login.example.com/' },
  {
    issuer: 'https://127.0.0.1:8443/tenants/ours',
    client_id: 'https://host.example.com/client',
    scopes: ['notes:read'],
  },
])('accepts people who sign in at $issuer', (authorization) => {
  expect(found({ authorization })).toEqual([]);
});

test.each<[string, Partial<Remote>, string[]]>([
  [
    'a header of the protocol',
    { headers: [header({ name: 'Host' })] },
    ['header-not-yours Host is set by the connection'],
  ],
  [
    'one header twice',
    { headers: [header(), header({ name: 'x-api-key' })] },
    ['declared-twice x-api-key is declared twice'],
  ],
  [
    'a fixed header that a user gives too',
    { headers: [header({ name: 'X-Region', value: 'eu', choices: ['eu'], format: 'number' })] },
    [
      'header-with-value X-Region always has its value, and has choices and format too',
      'value-not-of-format "eu" is not a decimal number, such as 10 or 0.5',
    ],
  ],
  [
    'the value of a secret header',
    { headers: [header({ secret: true, value: 'hunter22' })] },
    ['secret-in-manifest X-API-Key is a secret, and has a value here'],
  ],
  [
    'the default and the choices of a secret header',
    { headers: [header({ secret: true, default: 'hunter22', choices: ['hunter22'] })] },
    [
      'secret-in-manifest X-API-Key is a secret, and has a default here',
      'secret-in-manifest X-API-Key is a secret, and has a list of values here',
    ],
  ],
  [
    'the default of a secret variable',
    {
      headers: [header({ value: '${token}' })],
      variables: [variable('token', { secret: true, default: 'hunter22' })],
    },
    ['secret-in-manifest token is a secret, and has a default here'],
  ],
  [
    'a variable that is not declared',
    { url: 'https://mcp.example.com/${workspce}', variables: [variable('workspace')] },
    [
      'variable-not-used ${workspace} stands neither in the address nor in a header (did you mean workspce?)',
      'placeholder-undeclared ${workspce} stands for nothing (did you mean workspace?)',
    ],
  ],
  [
    'the folder of the host',
    { url: 'https://mcp.example.com/${state}' },
    ['placeholder-undeclared ${state} stands for nothing'],
  ],
  [
    'a placeholder in a default',
    {
      headers: [header({ default: '${a}' }), header({ name: 'X-A', value: '${a}' })],
      variables: [variable('a', { default: '${a}' })],
    },
    [
      'placeholder-undeclared X-API-Key has a placeholder in its default',
      'placeholder-nested ${a} stands for a, whose default refers to another input',
      'placeholder-nested a value of a refers to another variable',
    ],
  ],
  [
    'a required header with a value that may be missing',
    { headers: [header({ required: true, value: '${a}' })], variables: [variable('a', { required: false })] },
    ['placeholder-without-value ${a} stands for a, which a user may leave out'],
  ],
  [
    'a header for the token of who signs in',
    { headers: [header({ name: 'authorization' })], authorization: { issuer: 'https://login.example.com' } },
    ['header-of-sign-in authorization is what a person who signed in at remote.authorization is known by'],
  ],
  ...[
    'https://LOGIN.example.com',
    'https://login.example.com/a/../b',
    'https://login.example.com:443/',
    'https://löschen.example',
  ].map((issuer): [string, Partial<Remote>, string[]] => [
    `an authorization server in other letters than a browser shows: ${issuer}`,
    { authorization: { issuer } },
    [`issuer-address the issuer is not written as browsers write it, ${new URL(issuer).href}`],
  ]),
  [
    'an authorization server that cannot be read',
    { authorization: { issuer: 'https://login.example.com:port' } },
    ['issuer-address the issuer cannot be read'],
  ],
  ...['http://login.example.com', 'https://a@login.example.com', 'https://login.example.com?a', 'https://${host}'].map(
    (issuer): [string, Partial<Remote>, string[]] => [
      `an authorization server at ${issuer}`,
      { authorization: { issuer } },
      [expect.stringContaining('remote.authorization.issuer') as unknown as string],
    ],
  ),
  [
    'one variable twice',
    { url: 'https://mcp.example.com/${a}', variables: [variable('a'), variable('a')] },
    ['declared-twice a is declared twice', 'placeholder-ambiguous ${a} stands for a and for a'],
  ],
  [
    'braces without a dollar sign',
    { url: 'https://mcp.example.com/{workspace}/mcp' },
    ['placeholder-form braces in an address mean nothing without a dollar sign'],
  ],
  [
    'a secret in the address',
    { url: 'https://mcp.example.com/mcp?key=${key}', variables: [variable('key', { secret: true })] },
    ['secret-in-address ${key} is a secret, and addresses are logged'],
  ],
  [
    'any host',
    { url: 'https://${host}/mcp', variables: [variable('host')] },
    ['host-not-bounded ${host} decides which host gets the requests, and may be anything'],
  ],
  [
    'any part of a host',
    { url: 'https://${account}.example.com', variables: [variable('account', { default: 'main' })] },
    ['host-not-bounded ${account} decides which host gets the requests, and may be anything'],
  ],
  [
    'any port',
    { url: 'https://mcp.example.com:${port}/', variables: [variable('port', { format: 'number' })] },
    ['host-not-bounded ${port} decides which host gets the requests, and may be anything'],
  ],
  ...['evil.example/', 'a@evil.example', 'evil.example#', 'evil.example?', 'a:1', 'Evil', '%65vil', '-a'].map(
    (choice): [string, Partial<Remote>, string[]] => [
      `a choice that is more than a part of a host: ${choice}`,
      { url: 'https://${host}.example.com', variables: [variable('host', { choices: ['eu', choice] })] },
      [
        'host-not-bounded ${host} decides which host gets the requests, and one of its choices is no part of the name of a host',
      ],
    ],
  ),
  [
    'an address with a user',
    { url: 'https://somebody@mcp.example.com/' },
    ['remote-address the address cannot be read, or names a user'],
  ],
  [
    'an address that is none',
    { url: 'https://:99999/' },
    ['remote-address the address cannot be read, or names a user'],
  ],
])('refuses %s', (_, remote, problems) => {
  expect(found(remote)).toEqual(problems);
});

test('a header that may be left out may refer to a variable that may be left out', () => {
  const headers = [header({ value: '${a}' })];
  expect(found({ headers, variables: [variable('a', { required: false })] })).toEqual([]);
});

test.each([
  ['name: "X Key"', { headers: [header({ name: 'X Key' })] }],
  ['a value with a line break', { headers: [header({ value: 'a\r\nX-Other: b' })] }],
  ['a value that ends with a space', { headers: [header({ value: 'a ' })] }],
])('the schema refuses a header with %s', (_, remote) => {
  expect(found(remote)[0]).toMatch(/^wrong-form remote\.headers\[0\]/u);
});

test.each<[string, Partial<Credential>, string]>([
  ['no target', {}, 'environment-or-header the credential names neither a variable nor a header'],
  [
    'two targets',
    { environment: 'A', header: 'X-API-Key' },
    'environment-or-header the credential names both a variable and a header',
  ],
  [
    'a header that is no secret',
    { header: 'X-Region' },
    'credential-not-declared remote.headers declares no secret X-Region',
  ],
  [
    'a variable of another server',
    { environment: 'A' },
    'credential-not-declared launch.environment declares no secret A',
  ],
])('refuses a credential with %s', (_, credential, problem) => {
  const remote = { headers: [header({ secret: true }), header({ name: 'X-Region' })] };
  expect(found(remote, [{ source: 'The vault.', scope: 'Read.', ...credential }])).toEqual([problem]);
});

test.each<[string, RemoteVariable[], string[]]>([
  ['https://mcp.example.com/${a}', [variable('a')], ['mcp.example.com:443']],
  ['https://mcp.example.com:8443', [], ['mcp.example.com:8443']],
  [
    'https://${a}.example.com:${b}/',
    [variable('a', { choices: ['eu', 'us'] }), variable('b', { choices: ['1', '443'] })],
    ['eu.example.com:1', 'eu.example.com:443', 'us.example.com:1', 'us.example.com:443'],
  ],
  ['https://${a}.example.com/', [variable('a')], ['*:*']],
  [
    'https://${a}.${b}.example.com/',
    ['a', 'b'].map((name) => variable(name, { choices: Array.from({ length: 11 }, (_, index) => `h${index}`) })),
    ['*:*'],
  ],
])('knows every host of %s', (url, variables, hosts) => {
  expect(remoteHosts({ url, transport: 'sse', variables })).toEqual(hosts);
});

test('no message repeats the value of a secret', () => {
  const headers = [header({ secret: true, value: 'hunter22' })];
  expect(found({ headers }).join(' ')).not.toContain('hunter22');
});
