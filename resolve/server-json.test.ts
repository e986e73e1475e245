import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../core/manifest.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { minimalYaml } from '../test/support/statements.ts';
import type { Manifest } from '../schemas/types.ts';
import type { DescribedPackage, DescribedRemote } from './described-server.ts';
import { readServerJson } from './server-json.ts';

function packageOf(change: object): DescribedPackage {
  const document = { packages: [{ registryType: 'npm', identifier: '@example/notes', version: '1.0.0', ...change }] };
  const [described] = readServerJson(document).packages;
  if (described === undefined) throw new Error('no package');
  return described;
}

function remoteOf(change: object): DescribedRemote {
  const document = { remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/mcp', ...change }] };
  const [described] = readServerJson(document).remotes;
  if (described === undefined) throw new Error('no endpoint');
  return described;
}

/** What is wrong with a manifest that has this endpoint. */
function problemsOf(remote: Manifest['remote']): string[] {
  const lines = minimalYaml().split('\n');
  const head = lines
    .slice(
      0,
      lines.findIndex((line) => line.startsWith('artefact:')),
    )
    .join('\n');
  const read = readManifest('servers/internal-postgres.yaml', Buffer.from(`${head}\n${stringify({ remote })}`));
  return read.ok ? [] : read.problems.map(({ code }) => code);
}

test.each<[object, string]>([
  [{}, 'npm:@example/notes@1.0.0'],
  [{ registryType: 'pypi', identifier: 'notes' }, 'pypi:notes==1.0.0'],
  [{ registryType: 'oci', identifier: 'containers.example.com/notes:1.2' }, 'oci://containers.example.com/notes:1.2'],
  [{ registryType: 'oci', identifier: 'containers.example.com/notes' }, 'oci://containers.example.com/notes:1.0.0'],
  [{ registryType: 'mcpb', identifier: 'https://example.com/notes.mcpb' }, 'https://example.com/notes.mcpb'],
  [{ registryType: 'nuget', identifier: 'Notes' }, 'nuget:Notes@1.0.0'],
  [{ registryType: undefined, registry_name: 'npm', identifier: undefined, name: 'notes' }, 'npm:notes@1.0.0'],
])('names the package of %j', (change, address) => {
  expect(packageOf(change).address).toBe(address);
});

describe('arguments', () => {
  const wordsOf = (...packageArguments: object[]): unknown => packageOf({ packageArguments }).arguments;
  const fixed = (word: string): object => ({ name: word, fixed: word, required: true });

  test.each<[string, object, object[]]>([
    ['a fixed word', { type: 'positional', value: 'serve' }, [fixed('serve')]],
    [
      'an option with a fixed value',
      { type: 'named', name: '--mode', value: 'fast' },
      [fixed('--mode'), fixed('fast')],
    ],
    ['a value that looks like an option', { type: 'named', name: '--mode', value: '-x' }, [fixed('--mode=-x')]],
    [
      'an option that a user gives',
      { type: 'named', name: '--mode', description: 'How.', default: 'fast', choices: ['fast', 'slow'] },
      [{ name: '--mode', description: 'How.', required: false, default: 'fast', choices: ['fast', 'slow'] }],
    ],
    [
      'a value that is only one variable',
      {
        ...{ type: 'named', name: '--dir', value: '{dir}', description: 'Where.' },
        variables: { dir: { format: 'filepath', isRequired: true } },
      },
      [{ name: '--dir', description: 'Where.', required: true, format: 'filepath' }],
    ],
    [
      'a value that shows where the own one belongs',
      { type: 'named', name: '--dir', value: '/path/to/notes' },
      [{ name: '--dir', required: true }],
    ],
    [
      'an option and its value as one name',
      { type: 'named', name: '--mode fast', value: '--mode fast' },
      [fixed('--mode'), fixed('fast')],
    ],
    ['a flag as both', { type: 'named', name: '--all', value: '--all' }, [fixed('--all')]],
    ['a name without hyphens', { type: 'named', name: 'mode', isRequired: true }, [{ name: '--mode', required: true }]],
    ['an option of one letter', { type: 'named', name: '-m', isRequired: true }, [{ name: '-m', required: true }]],
    ['nothing', { type: 'positional' }, []],
  ])('%s', (_, argument, hints) => {
    expect(wordsOf(argument)).toEqual(hints);
  });

  test('a value with variables in it becomes a fixed word and variables', () => {
    const argument = {
      ...{ type: 'named', name: '--url', value: 'https://{host-name}/{path}?{other}' },
      variables: { 'host-name': { description: 'Which host.' }, path: { default: 'api' } },
    };
    const { arguments: words, variables } = packageOf({ packageArguments: [argument] });
    expect(words).toEqual([fixed('--url'), fixed('https://${HOST_NAME}/${VALUE_PATH}?{other}')]);
    expect(variables).toEqual([
      { name: 'HOST_NAME', description: 'Which host.', required: true, secret: false },
      { name: 'VALUE_PATH', required: false, secret: false, default: 'api' },
    ]);
  });

  test.each(['node_options', 'ld-preload', 'home', 'https_proxy'])(
    '%s becomes no variable that others read',
    (part) => {
      const argument = { type: 'named', name: '--o', value: `a{${part}}`, variables: { [part]: {} } };
      const [variable] = packageOf({ packageArguments: [argument] }).variables;
      expect(variable?.name).toBe(`VALUE_${part.replace('-', '_').toUpperCase()}`);
    },
  );
});

describe('variables', () => {
  const variableOf = (change: object): unknown =>
    packageOf({ environmentVariables: [{ name: 'NOTES', ...change }] }).variables[0];

  test.each<[string, object, object]>([
    ['a default', { default: 'a' }, { required: false, secret: false, default: 'a' }],
    ['no default of a secret', { default: 'a', isSecret: true }, { required: false, secret: true }],
    ['no default that is an example', { default: '<your-url>' }, { required: false, secret: false }],
    [
      'no default of another form',
      { default: 'a', format: 'number' },
      { required: false, secret: false, format: 'number' },
    ],
    ['a fixed value', { value: 'a' }, { required: false, secret: false, default: 'a', choices: ['a'] }],
    ['no fixed value of a secret', { value: 'hunter22', isSecret: true }, { required: false, secret: true }],
    [
      'a value that is only one variable',
      { value: '{a}', variables: { a: { isRequired: true, isSecret: true } } },
      { required: true, secret: true },
    ],
    [
      'a value with a variable in it',
      { value: 'https://{host}/', variables: { host: {} } },
      { required: false, secret: false, default: 'https://${HOST}/' },
    ],
  ])('%s', (_, change, hint) => {
    const found = packageOf({ environmentVariables: [{ name: 'NOTES', ...change }] }).variables;
    expect(found.find(({ name }) => name === 'NOTES')).toEqual({ name: 'NOTES', ...hint });
    expect(variableOf(change)).toBeDefined();
  });
});

test('the arguments of a container become variables and paths, and the rest is told', () => {
  const described = packageOf({
    ...{ registryType: 'oci', identifier: 'containers.example.com/notes:1' },
    runtimeArguments: [
      { type: 'named', name: '-e', value: 'TOKEN={token}', variables: { token: { isSecret: true, isRequired: true } } },
      { type: 'named', name: '-e', value: 'MODE=fast' },
      { type: 'named', name: '-v', value: '{folder}:/data', variables: { folder: { format: 'filepath' } } },
      { type: 'named', name: '--network', value: 'host' },
      { type: 'positional', value: '--rm' },
    ],
  });
  expect(described).toMatchObject({
    variables: [
      { name: 'FOLDER', required: true, secret: false, format: 'filepath' },
      { name: 'TOKEN', required: true, secret: true },
      { name: 'MODE', required: false, secret: false, default: 'fast', choices: ['fast'] },
    ],
    read: [],
    write: ['${FOLDER}'],
    notes: [
      'left out: docker --rm: the host decides it',
      'refused: docker --network host: it opens the network of the machine to the server',
    ],
  });
});

test.each<[string, object]>([
  ['http://localhost:8000/mcp', { type: 'sse', port: 8000, path: '/mcp' }],
  ['http://127.0.0.1:8000/', { type: 'sse', port: 8000 }],
  ['http://localhost', { type: 'sse', port: 80 }],
  ['http://localhost:{PORT}/sse', { type: 'sse', port: 3000, port_input: 'PORT', path: '/sse' }],
  ['http://localhost:{ANY}/sse', { type: 'sse', port_input: 'ANY', path: '/sse' }],
])('reads how a package at %s is talked to', (url, transport) => {
  const described = packageOf({
    environmentVariables: [{ name: 'PORT', default: '3000', format: 'number' }, { name: 'ANY' }],
    transport: { type: 'sse', url },
  });
  expect(described.transport).toEqual(transport);
  expect(described.notes).toEqual(['it speaks sse on a port: it can be approved, and hosts start it once they can']);
  expect(packageOf({ transport: { type: 'stdio' } }).transport).toBeUndefined();
});

describe('endpoints', () => {
  const token = { name: 'token', description: 'Your token.', required: true, secret: true };

  test.each<[string, object, object]>([
    ['nothing but an address', {}, {}],
    [
      'a secret header',
      { headers: [{ name: 'X-API-Key', description: 'Your key.', isRequired: true, isSecret: true, default: 'a' }] },
      { headers: [{ name: 'X-API-Key', description: 'Your key.', required: true, secret: true }] },
    ],
    [
      'a header with a declared variable',
      {
        headers: [
          {
            ...{ name: 'Authorization', value: 'Bearer {token}', isRequired: true },
            variables: { token: { description: 'Your token.', isSecret: true } },
          },
        ],
      },
      {
        headers: [
          {
            ...{ name: 'Authorization', description: 'What the endpoint takes as Authorization.', required: true },
            value: 'Bearer ${token}',
          },
        ],
        variables: [token],
      },
    ],
    [
      'a header whose variable nobody declared',
      { headers: [{ name: 'Authorization', description: 'Your token.', value: 'Bearer {token}', isSecret: true }] },
      {
        headers: [{ name: 'Authorization', description: 'Your token.', value: 'Bearer ${token}' }],
        variables: [token],
      },
    ],
    [
      'a header that is only a variable',
      { headers: [{ name: 'X-Mode', description: 'How.', value: '{mode}', variables: { mode: { choices: ['a'] } } }] },
      { headers: [{ name: 'X-Mode', description: 'How.', choices: ['a'] }] },
    ],
    [
      'the value of a header',
      { headers: [{ name: 'X-Mode', description: 'How.', value: 'read' }] },
      { headers: [{ name: 'X-Mode', description: 'How.', value: 'read' }] },
    ],
    [
      'no value of a secret header',
      { headers: [{ name: 'X-Key', description: 'Key.', value: 'hunter22', isSecret: true }] },
      { headers: [{ name: 'X-Key', description: 'Key.', secret: true }] },
    ],
    [
      'an address with a variable',
      { url: 'https://mcp.example.com/{workspace}', variables: { workspace: { description: 'Yours.' } } },
      {
        url: 'https://mcp.example.com/${workspace}',
        variables: [{ name: 'workspace', description: 'Yours.', required: true }],
      },
    ],
    [
      'a host that is one of two',
      { url: 'https://{region}.example.com/', variables: { region: { choices: ['eu', 'us'], default: 'eu' } } },
      {
        url: 'https://${region}.example.com/',
        variables: [
          { name: 'region', description: 'What the endpoint takes as region.', default: 'eu', choices: ['eu', 'us'] },
        ],
      },
    ],
  ])('%s', (_, change, expected) => {
    const { remote, notes } = remoteOf(change);
    expect([remote, notes]).toEqual([
      { url: 'https://mcp.example.com/mcp', transport: 'streamable-http', ...expected },
      [],
    ]);
    expect(problemsOf(remote)).toEqual([]);
  });

  test('a header that the protocol sets is left out, and said', () => {
    const { remote, notes } = remoteOf({ headers: [{ name: 'Accept', value: 'text/event-stream' }] });
    expect(remote.headers).toBeUndefined();
    expect(notes).toEqual(['left out: the header Accept, which is set by the HTTP client']);
  });

  test('a host that a user names stays as it is, and the manifest says that it must not', () => {
    expect(problemsOf(remoteOf({ url: 'https://{tenant}.example.com/mcp' }).remote)).toEqual(['host-not-bounded']);
  });

  test.each([{ type: 'stdio' }, { url: 1 }, { type: undefined }])('%j is none', (change) => {
    expect(readServerJson({ remotes: [{ type: 'sse', url: 'https://a.example', ...change }] }).remotes).toEqual([]);
  });
});

test.each([undefined, null, 1, [], { packages: {}, remotes: 'a' }, { packages: [1], remotes: [null] }])(
  'takes nothing from %j',
  (document) => {
    expect(readServerJson(document)).toEqual({ packages: [], remotes: [] });
  },
);
