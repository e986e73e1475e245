/** `registry new` as a person uses it: questions in a terminal, breaking off, going on with a draft. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../../core/manifest.ts';
import type { Manifest } from '../../schemas/types.ts';
import { registry } from '../support/command.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { startIndex } from '../support/package-index.ts';
import { aPolicy } from '../support/statements.ts';
import { packedWheel } from '../support/wheels.ts';
import { ctrlC, ctrlD, registryInTerminal, terminalFor } from '../support/terminal.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const notes: FakePackage = {
  name: '@example/mcp-notes',
  version: '1.0.0',
  manifest: { description: 'Reads and writes notes.', license: 'MIT', bin: { 'mcp-notes': 'index.js' } },
  files: { 'index.js': '', 'README.md': '"env": { "NOTES_TOKEN": "…", "NOTES_URL": "…" }\n' },
};

const notesRegistry = (): Promise<TinyRegistry> => emptyRegistry([notes]);

const answered = ['--maintainer', 'a@example.com', '--scope', 'read:notes', '--data-classification', 'public'];

async function manifestOf({ folder }: TinyRegistry, name: string): Promise<Manifest> {
  const file = `servers/${name}.yaml`;
  const read = readManifest(file, await readFile(join(folder, file)));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.document.value;
}

const inTerminal = ({ folder, env }: TinyRegistry, ...words: string[]): ReturnType<typeof registryInTerminal> =>
  registryInTerminal(['new', ...words], { cwd: folder, env });

describe('in a terminal', () => {
  test('asks for everything, in lines that fit 80 columns', async (context) => {
    terminalFor(context);
    const tiny = await notesRegistry();
    const { type, ended } = inTerminal(tiny);
    for (const [shown, answer] of [
      ['such as @example/mcp-server', '@example/mcp-nothing'],
      ['the npm registry has no @example/mcp-nothing', '@example/mcp-notes'],
      ['such as internal-postgres', ''],
      ['such as data-platform@example.com', 'me'],
      ['write an email address, such as', 'a@example.com'],
      ['Enter for: Reads and writes notes.', ''],
      ['as action:object', ''],
      ['an answer is needed here', 'read:notes'],
      ['public, internal', 'pubic'],
      ['did you mean public?', 'public'],
      ['Enter for: legitimate_interests', ''],
      ['Enter for: a@example.com', ''],
      ['such as directory or --database', ''],
      ['Enter for: NOTES_TOKEN NOTES_URL', ''],
      ['Where users get NOTES_TOKEN', `npm_${'a1B2c3D4'.repeat(4)}abcd`],
      ['looks like the secret itself', 'The vault, under team/notes.'],
      ['The least that NOTES_TOKEN must allow', 'Read one notebook.'],
      ['such as api.notion.com:443', 'notes.example.com'],
      ['write host:port', 'notes.example.com:443'],
      ['paths that it may read,', ''],
      ['paths that it may read and change,', ''],
    ] as const) {
      await type(shown, '');
      await type('> ', `${answer}\r`);
    }
    const { status, screen } = await ended;
    expect([status, screen]).toEqual([0, expect.stringContaining('wrote servers/notes.yaml')]);
    const prompts = screen.slice(0, screen.indexOf('wrote ')).split('\n');
    expect(prompts.filter((line) => line.length > 80)).toEqual([]);
    expect(await manifestOf(tiny, 'notes')).toMatchObject({
      credentials: [
        { environment: 'NOTES_TOKEN', source: 'The vault, under team/notes.', scope: 'Read one notebook.' },
      ],
      permissions: { network: ['notes.example.com:443'], environment: ['NOTES_TOKEN', 'NOTES_URL'] },
    });
    expect(await tiny.run('validate')).toMatchObject({ status: 0 });
  });

  test.for([
    ['Ctrl-C', ctrlC],
    ['Ctrl-D', ctrlD],
  ] as const)('keeps every answer and option in a draft on %s, and goes on from there', async ([, key], context) => {
    terminalFor(context);
    const tiny = await notesRegistry();
    const options = [
      ...['--fixed-arg', '--stdio mode', '--fixed-arg', '--quiet', '--env', 'NOTES_EXTRA', '--arg', 'directory'],
      ...['--host', 'notes.example.com:443', '--read', '${directory}', '--data-classification', 'public'],
      ...['--credential-source', 'NOTES_TOKEN: The vault: team/notes.', '--credential-scope', 'NOTES_TOKEN: Read.'],
    ];
    const first = inTerminal(tiny, '--npm', '@example/mcp-notes', ...options);
    await first.type('such as internal-postgres', '\r');
    await first.type('such as data-platform@example.com', 'a@example.com\r');
    await first.type('Enter for: Reads and writes notes.', '');
    await first.type('> ', key);
    const { status, screen } = await first.ended;
    const file = '.registry/drafts/notes.json';
    expect([status, screen]).toEqual([130, expect.stringContaining(`go on with: npx registry new --draft ${file}\n`)]);
    expect(await readdir(join(tiny.folder, 'servers'))).toEqual([]);

    const second = inTerminal(tiny, '--draft', file);
    await second.type('Enter for: Reads and writes notes.', '\r');
    await second.type('as action:object', 'read:notes\r');
    await second.type('Enter for: legitimate_interests', '\r');
    await second.type('Enter for: a@example.com', '\r');
    await second.type('Enter for: NOTES_TOKEN NOTES_URL NOTES_EXTRA', '\r');
    await second.type('paths that it may read and change', '\r');
    expect(await second.ended).toMatchObject({ status: 0 });
    expect(await manifestOf(tiny, 'notes')).toMatchObject({
      maintainer: 'a@example.com',
      data_classification: 'public',
      launch: {
        arguments: [
          { type: 'fixed', value: '--stdio mode' },
          { type: 'fixed', value: '--quiet' },
          { type: 'positional', name: 'directory' },
        ],
      },
      credentials: [{ environment: 'NOTES_TOKEN', source: 'The vault: team/notes.', scope: 'Read.' }],
      permissions: {
        network: ['notes.example.com:443'],
        filesystem: { read: ['${directory}'] },
        environment: ['NOTES_TOKEN', 'NOTES_URL', 'NOTES_EXTRA'],
      },
    });
    expect(await readdir(join(tiny.folder, '.registry/drafts'))).toEqual([]);
  });

  test('keeps the answers where something fails in the end', async (context) => {
    terminalFor(context);
    const tiny = await notesRegistry();
    const { type, ended } = inTerminal(tiny, '--npm', '@example/mcp-notes', '--env', 'LD_PRELOAD', ...answered);
    await type('such as internal-postgres', '\r');
    await type('Enter for: Reads and writes notes.', '\r');
    await type('Enter for: legitimate_interests', '\r');
    await type('Enter for: a@example.com', '\r');
    await type('such as directory or --database', '\r');
    const { status, screen } = await ended;
    expect([status, screen]).toEqual([
      2,
      expect.stringContaining('npx registry new --draft .registry/drafts/notes.json'),
    ]);
    expect(screen).toContain('"LD_PRELOAD" cannot stand here');
    const draft = ['--draft', '.registry/drafts/notes.json'];
    expect(await tiny.run('new', ...draft, '--env', 'NOTES_URL')).toMatchObject({ status: 0 });
  });

  test('replaces no other draft', async (context) => {
    terminalFor(context);
    const tiny = await notesRegistry();
    for (const file of ['notes.json', 'notes-2.json']) {
      const { type, ended } = inTerminal(tiny, '--npm', '@example/mcp-notes', '--name', 'notes');
      await type('such as data-platform@example.com', ctrlC);
      expect(await ended).toMatchObject({ status: 130, screen: expect.stringContaining(`.registry/drafts/${file}`) });
    }
  });

  test('keeps nothing where nothing was answered', async (context) => {
    terminalFor(context);
    const tiny = await notesRegistry();
    const { type, ended } = inTerminal(tiny);
    await type('package, image or address', ctrlC);
    expect(await ended).toMatchObject({ status: 130, screen: expect.stringContaining('nothing was answered yet') });
    expect(await readdir(tiny.folder)).not.toContain('.registry');
  });
});

describe('a draft', () => {
  const draft = {
    schemaVersion: 1,
    options: { npm: '@example/mcp-notes' },
    answers: { '--maintainer': 'a@example.com' },
  };
  const rest = ['--scope', 'read:notes', '--data-classification', 'public'];

  test('is read and removed at the same path, also outside the registry', async () => {
    const tiny = await notesRegistry();
    const file = join(await temporaryFolder(), 'draft.json');
    await writeFile(file, JSON.stringify(draft));
    expect(await tiny.run('new', '--draft', file)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--scope, --data-classification are missing'),
    });
    expect(await readdir(join(file, '..'))).toEqual(['draft.json']);
    expect(await tiny.run('new', '--draft', file, ...rest)).toMatchObject({ status: 0 });
    expect(await readdir(join(file, '..'))).toEqual([]);
  });

  test('counts less than an option', async () => {
    const tiny = await notesRegistry();
    await tiny.write('draft.json', JSON.stringify({ ...draft, answers: { ...draft.answers, '--env': 'NOTES_URL' } }));
    const more = ['--maintainer', 'b@example.com', '--env', 'NOTES_TOKEN'];
    expect(await tiny.run('new', '--draft', 'draft.json', ...rest, ...more)).toMatchObject({ status: 0 });
    expect(await manifestOf(tiny, 'notes')).toMatchObject({
      maintainer: 'b@example.com',
      permissions: { environment: ['NOTES_URL', 'NOTES_TOKEN'] },
    });
  });

  test.each([
    ['no JSON', '{', 'draft.json cannot be read'],
    ['no answers', '{"schemaVersion":1}', 'draft.json is no draft'],
    ['another version', '{"schemaVersion":2,"answers":{}}', 'of another version'],
  ])('with %s is refused, and stays', async (_, text, message) => {
    const tiny = await notesRegistry();
    await tiny.write('draft.json', text);
    expect(await tiny.run('new', '--draft', 'draft.json')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
    expect(await readFile(join(tiny.folder, 'draft.json'), 'utf8')).toBe(text);
  });
});

describe('credentials as options', () => {
  const given = ['--npm', '@example/mcp-notes', ...answered];
  const source = ['--credential-source', 'NOTES_TOKEN: The vault, under team/notes.'];
  const scope = ['--credential-scope', 'NOTES_TOKEN: Read one notebook.'];

  test('stand in the manifest', async () => {
    const tiny = await notesRegistry();
    const { status, stdout } = await tiny.run('new', ...given, ...source, ...scope);
    expect([status, stdout]).toEqual([0, expect.not.stringContaining('say under credentials')]);
    expect(await manifestOf(tiny, 'notes')).toMatchObject({
      credentials: [
        { environment: 'NOTES_TOKEN', source: 'The vault, under team/notes.', scope: 'Read one notebook.' },
      ],
    });
  });

  test('make a secret of a variable that is not named like one', async () => {
    const tiny = await notesRegistry();
    const about = ['--credential-source', 'NOTES_URL: The vault.', '--credential-scope', 'NOTES_URL: Read.'];
    const { status, stdout } = await tiny.run('new', ...given, ...about);
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('say under credentials where users get NOTES_TOKEN,'),
    ]);
    expect((await manifestOf(tiny, 'notes')).launch?.environment).toContainEqual(
      expect.objectContaining({ name: 'NOTES_URL', secret: true }),
    );
  });

  test.each([
    ['without the scope', source, '--credential-scope NOTES_TOKEN is missing'],
    ['without the source', scope, '--credential-source NOTES_TOKEN is missing'],
    [
      'of a variable that it is not given',
      ['--credential-source', 'NOTES_TOKN: The vault.', '--credential-scope', 'NOTES_TOKN: Read.'],
      'did you mean NOTES_TOKEN?',
    ],
    ['without a variable', ['--credential-source', 'The vault.'], 'does not begin with the name of a variable'],
    ['without a text', [...source, '--credential-scope', 'NOTES_TOKEN:'], 'write the least that it must allow'],
  ])('say so %s, and write nothing', async (_, words, message) => {
    const tiny = await notesRegistry();
    expect(await tiny.run('new', ...given, ...words)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
    expect(await readdir(join(tiny.folder, 'servers'))).toEqual([]);
  });

  test.each([
    ['behind the variable', `NOTES_TOKEN: npm_${'a1B2c3D4'.repeat(4)}abcd`],
    ['behind an equals sign', `NOTES_TOKEN=npm_${'a1B2c3D4'.repeat(4)}abcd`],
  ])('never repeat a secret that is given %s', async (_, words) => {
    const tiny = await notesRegistry();
    const { status, stdout, stderr } = await tiny.run('new', '--json', ...given, '--credential-source', words);
    expect(status).toBe(2);
    expect(`${stdout}${stderr}`).not.toContain('a1B2c3D4');
  });
});

describe('an endpoint', () => {
  const endpoint = [
    '--remote',
    'https://mcp.notes.example.com/${workspace}/mcp',
    '--description',
    'Reads notes there.',
  ];
  const headers = ['--header', 'Authorization', '--header', 'X-Notes-Mode'];

  /** A registry whose policy allows endpoints. */
  async function openRegistry(): Promise<TinyRegistry> {
    const tiny = await notesRegistry();
    const policy = await readFile(join(tiny.folder, 'policy.yaml'), 'utf8');
    await tiny.write('policy.yaml', policy.replace('remote: false', 'remote: true'));
    return tiny;
  }

  test('is described with its headers and variables, and nothing of it is asked that an artefact has', async () => {
    const tiny = await openRegistry();
    const credential = [
      '--credential-source',
      'Authorization: The vault.',
      '--credential-scope',
      'Authorization: Read.',
    ];
    const made = await tiny.run('new', ...endpoint, ...headers, ...credential, '--name', 'notes', ...answered);
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain('say under remote.variables what ${workspace} is');
    const { remote, credentials, version, ...manifest } = await manifestOf(tiny, 'notes');
    expect([version, remote, credentials]).toEqual([
      '1.0.0',
      {
        url: 'https://mcp.notes.example.com/${workspace}/mcp',
        transport: 'streamable-http',
        headers: [
          { name: 'Authorization', description: 'Who asks.', value: 'Bearer ${token}', required: true },
          { name: 'X-Notes-Mode', description: 'A setting of the endpoint.', required: true },
        ],
        variables: [
          { name: 'workspace', description: 'What the endpoint takes as workspace.', required: true },
          { name: 'token', description: 'A token of the service.', required: true, secret: true },
        ],
      },
      [{ header: 'Authorization', source: 'The vault.', scope: 'Read.' }],
    ]);
    expect(manifest).not.toHaveProperty('artefact');
    expect(manifest).not.toHaveProperty('launch');
  });

  test('is described with the place where people sign in', async () => {
    const tiny = await openRegistry();
    const signIn = ['--issuer', 'https://login.example.com'];
    const made = await tiny.run('new', ...endpoint, ...signIn, '--name', 'notes', ...answered);
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(await manifestOf(tiny, 'notes')).toMatchObject({
      remote: { transport: 'streamable-http', authorization: { issuer: 'https://login.example.com' } },
    });
  });

  test.each<[string, string[], string]>([
    [
      'two ways to say who asks',
      [...endpoint, '--header', 'Authorization', '--issuer', 'https://login.example.com'],
      'so leave one of the two out',
    ],
    ['nobody to sign in at', [...endpoint, '--issuer', 'http://login.example.com'], '`issuer` of the metadata'],
    ['a host that anybody may name', ['--remote', 'https://${host}/mcp'], 'cannot stand here: write an https address'],
    ['no https', ['--remote', 'http://mcp.example.com'], 'cannot stand here: write an https address'],
    ['a header of the protocol', [...endpoint, '--header', 'Host'], 'a header that the protocol does not set itself'],
    ['another transport', [...endpoint, '--transport', 'stdio'], 'not one of streamable-http, sse'],
  ])('with %s is refused', async (_, words, message) => {
    const tiny = await openRegistry();
    const given = ['--name', 'notes', '--description', 'Reads notes there.', ...words, ...answered];
    expect(await tiny.run('new', ...given)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(await readdir(join(tiny.folder, 'servers'))).toEqual([]);
  });

  test('is not described where the policy allows none', async () => {
    const tiny = await notesRegistry();
    const result = await tiny.run('new', ...endpoint, '--name', 'notes', ...answered);
    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('this is a remote endpoint') });
    expect(await readdir(join(tiny.folder, 'servers'))).toEqual([]);
  });
});

test('says what else the package says of the server: other packages, endpoints, and what is left out', async () => {
  const document = {
    packages: [
      {
        ...{ registryType: 'npm', identifier: '@example/mcp-notes', version: '1.0.0' },
        packageArguments: [
          {
            ...{ type: 'named', name: '--url', value: 'https://{host}/api' },
            variables: { host: { description: 'Your host.', isRequired: true } },
          },
        ],
        runtimeArguments: [{ type: 'named', name: '--import', value: './hook.js' }],
        transport: { type: 'streamable-http', url: 'http://localhost:8000/mcp' },
      },
      { registryType: 'pypi', identifier: 'mcp-notes', version: '1.0.0' },
      { registryType: 'nuget', identifier: 'Notes', version: '1.0.0' },
    ],
    remotes: [{ type: 'sse', url: 'https://mcp.notes.example.com/sse' }],
  };
  const files = { ...notes.files, 'server.json': JSON.stringify(document) };
  const tiny = await emptyRegistry([{ ...notes, files }]);
  const { status, stdout } = await tiny.run('new', '--npm', '@example/mcp-notes', ...answered);
  expect(status).toBe(0);
  expect(stdout).toContain(
    'the same server is also pypi:mcp-notes==1.0.0, nuget:Notes@1.0.0, https://mcp.notes.example.com/sse: choose one',
  );
  expect(stdout).toContain('refused: npx --import ./hook.js: it loads code that no lock covers');
  expect(stdout).toContain('it speaks streamable-http on a port');
  const { launch, alternatives } = await manifestOf(tiny, 'notes');
  expect(alternatives).toEqual(['pypi:mcp-notes==1.0.0', 'https://mcp.notes.example.com/sse']);
  expect(launch).toMatchObject({
    arguments: [
      { type: 'fixed', value: '--url' },
      { type: 'fixed', value: 'https://${HOST}/api' },
    ],
    environment: [{ name: 'HOST', description: 'Your host.', required: true }, {}, {}],
    transport: { type: 'streamable-http', port: 8000, path: '/mcp' },
  });
  expect(await tiny.run('validate')).toMatchObject({ status: 0 });
});

describe('a Python package', () => {
  const { fileName, wheel } = packedWheel({
    name: 'notes_mcp',
    metadata: [
      'Summary: Reads and writes notes.',
      'License-Expression: MIT',
      'Project-URL: Homepage, https://notes.example.com',
      'Project-URL: Repository, https://github.com/example/notes-mcp.git',
    ],
    info: { 'entry_points.txt': '[console_scripts]\nnotes-admin = notes:admin\nnotes-mcp = notes:main\n' },
    files: { 'notes/__init__.py': 'import os\nos.environ["NOTES_TOKEN"]\n' },
  });

  async function pythonRegistry(types: readonly ('npm' | 'pypi')[] = ['pypi']) {
    const index = await startIndex([{ name: 'notes-mcp', version: '1.0.0', files: { [fileName]: wheel } }]);
    const tiny = await emptyRegistry([]);
    await tiny.write('policy.yaml', stringify(aPolicy({ artefacts: { types: [...types], hosts: [], remote: false } })));
    const own: TinyRegistry = { ...tiny, env: { ...tiny.env, UV_DEFAULT_INDEX: index.index } };
    const run = (...words: string[]) => registry(['new', ...words, ...answered], { cwd: own.folder, env: own.env });
    return { own, run, index };
  }

  test('is described by its wheel', async () => {
    const { own, run, index } = await pythonRegistry();
    const { status, stdout, stderr } = await run('--pypi', 'notes_mcp');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('it is started with its command notes-mcp, not notes-admin');
    expect(await manifestOf(own, 'notes')).toMatchObject({
      version: '1.0.0',
      description: 'Reads and writes notes.',
      license: 'MIT',
      repository: 'https://github.com/example/notes-mcp',
      artefact: { url: 'pypi:notes-mcp==1.0.0', sha256: index.digest(fileName) },
      launch: { command: 'notes-mcp' },
    });
    expect(await own.run('validate')).toMatchObject({ status: 0 });
  });

  test('is asked about where npm may have one of the same name', async (context) => {
    terminalFor(context);
    const { own } = await pythonRegistry(['npm', 'pypi']);
    const { type, ended } = inTerminal(own, 'notes-mcp', '--command', 'notes-mcp', ...answered);
    await type('Which registry has notes-mcp', 'pypi\r');
    await type('such as internal-postgres', ctrlC);
    expect(await ended).toMatchObject({ status: 130 });
  });

  test.each<[string, string[], number, string]>([
    ['that is unknown', ['--pypi', 'notes-nothing'], 1, 'the package index has no notes-nothing'],
    ['in an unknown version', ['pypi:notes-mcp==2.0.0'], 1, 'the package index has no notes-mcp==2.0.0'],
    ['that may be of npm', ['notes-mcp'], 2, '--npm or --pypi is missing'],
    ['and one of npm', ['--pypi', 'notes-mcp', '--npm', 'notes'], 2, '--npm and --pypi name several artefacts'],
    ['of another registry', ['nuget:Notes'], 2, 'is a package of NuGet, which cannot be taken yet'],
  ])('%s is refused', async (_, words, status, message) => {
    const { own, run } = await pythonRegistry();
    expect(await run(...words)).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(await readdir(join(own.folder, 'servers'))).toEqual([]);
  });

  test('is not asked for where the policy forbids it', async () => {
    const { run, index } = await pythonRegistry(['npm']);
    expect(await run('--pypi', 'notes-mcp')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('of kind pypi; allowed are npm, so nothing was fetched'),
    });
    expect(index.asked).toEqual([]);
  });
});
