import { describe, expect, test } from 'vitest';
import { treeOf } from '../../test/support/tree-files.ts';
import { describeBundle, type Bundle } from './manifest.ts';

const own = {
  'server/index.js': '',
  'server/main.py': '',
  'server/lib/requests/__init__.py': '',
  'server/run*': '\u007fELF',
  'server/run.exe': 'MZ',
  'lib/vendored.py': '',
};

interface Change {
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, unknown>>;
}

const documentOf = ({ manifest = {}, server = {}, config = {} }: Change): Readonly<Record<string, unknown>> => ({
  manifest_version: '0.3',
  name: 'tiny',
  version: '1.2.0',
  description: 'A tiny server.',
  author: { name: 'Ada' },
  server: {
    type: 'node',
    entry_point: 'server/index.js',
    mcp_config: { command: 'node', args: ['${__dirname}/server/index.js'], ...config },
    ...server,
  },
  ...manifest,
});

const bundle = (change: Change = {}): Bundle =>
  describeBundle(treeOf({ 'manifest.json': documentOf(change), ...own, ...change.files }), 'tiny.mcpb');

const python = { type: 'python', entry_point: 'server/main.py' };
const main = { command: 'python', args: ['${__dirname}/server/main.py'] };

test('reads what a bundle says of itself', () => {
  const { inputs, ...rest } = bundle({
    manifest: {
      display_name: 'Tiny',
      description: ' Two\nlines. ',
      license: 'MIT',
      repository: { type: 'git', url: 'git+https://github.com/example/tiny.git' },
      compatibility: { platforms: ['win32', 'linux', 'beos'], runtimes: { node: '>=v20.1', python: '>=3.10 <4' } },
      user_config: {
        key: { type: 'string', title: 'Key', description: 'A key.', required: true, sensitive: true, default: '' },
        folders: { type: 'directory', title: 'Folders', multiple: true, default: ['a', 'b'] },
        count: { type: 'number', title: 'Count', default: 3, min: 1, max: 9 },
      },
      tools: [{ name: 'claimed' }],
    },
    config: {
      args: ['${__dirname}/server/index.js', '--stdio', '${user_config.folders}'],
      env: { KEY: '${user_config.key}' },
    },
  });
  expect(rest).toEqual({
    name: 'tiny',
    version: '1.2.0',
    title: 'Tiny',
    description: 'Two lines.',
    license: 'MIT',
    repository: 'https://github.com/example/tiny',
    author: 'Ada',
    program: {
      type: 'node',
      entry: 'server/index.js',
      arguments: ['--stdio', '${user_config.folders}'],
      modules: [],
    },
    environment: new Map([['KEY', '${user_config.key}']]),
    overrides: new Map(),
    platforms: ['linux', 'win32'],
    runtimes: { node: '>=v20.1', python: '>=3.10,<4' },
  });
  expect([...inputs]).toEqual([
    [
      'key',
      {
        type: 'string',
        title: 'Key',
        description: 'A key.',
        required: true,
        isSecret: true,
        isRepeated: false,
        defaults: [],
      },
    ],
    [
      'folders',
      { type: 'directory', title: 'Folders', required: false, isSecret: false, isRepeated: true, defaults: ['a', 'b'] },
    ],
    [
      'count',
      {
        type: 'number',
        title: 'Count',
        required: false,
        isSecret: false,
        isRepeated: false,
        defaults: ['3'],
        min: 1,
        max: 9,
      },
    ],
  ]);
});

test('passes over what it says wrongly and nothing depends on', () => {
  expect(
    bundle({
      manifest: {
        description: 1,
        author: 'Ada',
        license: 1,
        repository: 'http://example.com',
        compatibility: { platforms: ['windows'], runtimes: { node: 'new', python: 'new' } },
        user_config: { a: { type: 'string', title: 1, description: 1, required: 'yes', min: '1', max: '2' } },
      },
    }),
  ).toStrictEqual({
    name: 'tiny',
    version: '1.2.0',
    author: 'Ada',
    program: { type: 'node', entry: 'server/index.js', arguments: [], modules: [] },
    environment: new Map(),
    overrides: new Map(),
    inputs: new Map([['a', { type: 'string', required: false, isSecret: false, isRepeated: false, defaults: [] }]]),
    runtimes: {},
  });
  const none = { compatibility: { platforms: 'linux', runtimes: { node: 1, python: 1 } } };
  expect(bundle({ manifest: none }).runtimes).toStrictEqual({});
  const empty = { compatibility: { runtimes: { node: ' ', python: `>=3.10${',!=3.11'.repeat(40)}` } } };
  expect(bundle({ manifest: empty }).runtimes).toStrictEqual({});
  expect(bundle({ manifest: { compatibility: [] } }).runtimes).toStrictEqual({});
});

test.each(['0.1', '0.2', '0.3', '0.4', '0.1.0'])('takes the version %s, also under its older name', (version) => {
  expect(bundle({ manifest: { manifest_version: version } }).name).toBe('tiny');
  expect(bundle({ manifest: { manifest_version: undefined, dxt_version: version } }).name).toBe('tiny');
});

describe('starts', () => {
  test.each<[string, Change, Partial<Bundle['program']>]>([
    ['a script by its relative path', { config: { args: ['./server/index.js'] } }, { entry: 'server/index.js' }],
    ['with node.exe', { config: { command: 'node.exe' } }, { type: 'node', entry: 'server/index.js' }],
    [
      'without options that change nothing',
      { config: { args: ['--no-warnings', '--max-old-space-size=4096', '${__dirname}/server/index.js', '-e'] } },
      { entry: 'server/index.js', arguments: ['-e'] },
    ],
    ['by its entry point alone', { server: { mcp_config: undefined } }, { type: 'node', entry: 'server/index.js' }],
    [
      'Python, which finds the modules beside the script',
      { server: python, config: { ...main, command: 'python3', args: ['-u', ...main.args] } },
      { type: 'python', entry: 'server/main.py', arguments: [], modules: ['server'] },
    ],
    [
      'Python with the folders of PYTHONPATH that the bundle holds',
      { server: python, config: { ...main, env: { PYTHONPATH: '${__dirname}/server/lib:lib;none:${__dirname}' } } },
      { modules: ['server', 'server/lib', 'lib', ''] },
    ],
    [
      'a program in it',
      {
        server: { type: 'binary', entry_point: 'server/run' },
        config: { command: '${__dirname}/server/run', args: ['mcp'] },
      },
      { type: 'binary', entry: 'server/run', arguments: ['mcp'] },
    ],
    [
      'a program by its relative path',
      { server: { type: 'binary', entry_point: 'server/run' }, config: { command: 'server/run', args: [] } },
      { type: 'binary', entry: 'server/run' },
    ],
    [
      'a program by its plain name, where the bundle holds it',
      { files: { 'run*': '' }, server: { type: 'binary', entry_point: 'run' }, config: { command: 'run', args: [] } },
      { type: 'binary', entry: 'run' },
    ],
    [
      'a program by its entry point alone',
      { server: { type: 'binary', entry_point: 'server/run', mcp_config: undefined } },
      { type: 'binary', entry: 'server/run' },
    ],
  ])('%s', (_, change, program) => {
    expect(bundle(change).program).toMatchObject(program);
  });

  test('what it starts, where it names no entry point', () => {
    expect(bundle({ server: { entry_point: undefined } }).program.entry).toBe('server/index.js');
  });

  test('a program of Windows by its name without the ending', () => {
    const windows = { compatibility: { platforms: ['win32'] } };
    const server = { type: 'binary', entry_point: 'server/run' };
    expect(bundle({ manifest: windows, server, config: { command: 'server/run.exe', args: [] } }).program.entry).toBe(
      'server/run.exe',
    );
  });

  test('another program on Windows, under its name with the ending', () => {
    const change = {
      server: { type: 'binary', entry_point: 'server/run' },
      config: { command: 'server/run', args: [] },
    };
    expect([...bundle(change).overrides].map(([system, { program }]) => [system, program.entry])).toEqual([
      ['win32', 'server/run.exe'],
    ]);
  });

  test('what a system has of its own, there only', () => {
    const { program, environment, overrides } = bundle({
      config: {
        env: { A: '1' },
        platform_overrides: {
          darwin: { env: { B: '2' } },
          win32: { command: '${__dirname}\\server\\run.exe', args: ['x'] },
        },
      },
    });
    expect([program.entry, environment]).toEqual(['server/index.js', new Map([['A', '1']])]);
    expect(overrides.get('darwin')).toEqual({ program, environment: new Map([['B', '2']]) });
    expect(overrides.get('win32')?.program).toEqual({
      type: 'binary',
      entry: 'server/run.exe',
      arguments: ['x'],
      modules: [],
    });
  });

  test('nothing that only another system than its own would start', () => {
    const change = (platforms: readonly string[]): Change => ({
      manifest: { compatibility: { platforms } },
      config: { platform_overrides: { win32: { command: 'npx' } } },
    });
    expect(bundle(change(['linux', 'darwin'])).program.type).toBe('node');
    expect(() => bundle(change(['linux', 'win32']))).toThrow('"npx"');
  });

  test('without the variables that an isolated Python does not read', () => {
    const env = { PYTHONUNBUFFERED: '1', PYTHONUTF8: '1', KEPT: 'x' };
    expect(bundle({ server: python, config: { ...main, env } }).environment).toEqual(new Map([['KEPT', 'x']]));
    const program = {
      server: { type: 'binary', entry_point: 'server/run' },
      config: { command: 'server/run', args: [] },
    };
    expect(bundle({ ...program, config: { ...program.config, env: { PYTHONUNBUFFERED: '1' } } }).environment).toEqual(
      new Map([['PYTHONUNBUFFERED', '1']]),
    );
  });
});

describe('refuses', () => {
  const word = (...args: readonly string[]): Change => ({ config: { args } });
  const command = (name: string, ...args: readonly string[]): Change => ({ config: { command: name, args } });
  const script = '${__dirname}/server/index.js';
  const fetches = 'which fetches or builds code when the server starts';

  test.each<[string, Change, string, string]>([
    ['npx', command('npx', '-y', 'tiny'), 'E_UNSUPPORTED', `tiny.mcpb starts "npx", ${fetches}`],
    ['uvx', command('uvx', 'tiny'), 'E_UNSUPPORTED', fetches],
    ['uv run', command('uv', 'run', script), 'E_UNSUPPORTED', fetches],
    ['pip', command('pip', 'install', 'x'), 'E_UNSUPPORTED', fetches],
    ['docker', command('docker', 'run', 'x'), 'E_UNSUPPORTED', fetches],
    ['a shell', command('sh', '-c', 'node server/index.js'), 'E_UNSUPPORTED', 'runs whatever command it is given'],
    ['a program elsewhere', command('java', '-jar', 'x'), 'E_UNSUPPORTED', 'which is not in it'],
    ['a program at an absolute path', command('/usr/bin/node', script), 'E_UNSUPPORTED', 'which is not in it'],
    ['a program above the bundle', command('${__dirname}/../node'), 'E_UNSUPPORTED', 'which is not in it'],
    ['a program that the user chooses', command('${user_config.python}'), 'E_UNSUPPORTED', 'which is not in it'],
    ['a program in the home folder', command('${HOME}/bin/node'), 'E_UNSUPPORTED', 'which is not in it'],
    [
      'a program that it does not hold',
      command('${__dirname}/server/no'),
      'E_ARCHIVE',
      'starts server/no, which it does not hold',
    ],
    [
      'a program by its relative path that it does not hold',
      command('server/no'),
      'E_ARCHIVE',
      'starts server/no, which it does not hold',
    ],
    ['its own folder as a program', command('${__dirname}'), 'E_UNSUPPORTED', 'which is not in it'],
    [
      'a type whose packages are fetched',
      { server: { type: 'uv' } },
      'E_UNSUPPORTED',
      'tiny.mcpb is of the type uv: its packages are fetched when the server starts',
    ],
    ...[
      '-e',
      '--eval=1',
      '-p',
      '-r',
      '--require=x',
      '--import=x',
      '--loader=x',
      '--env-file=.env',
      '--inspect',
      '-',
    ].map((option): [string, Change, string, string] => [
      `node ${option}`,
      word(option, script),
      'E_UNSUPPORTED',
      `tiny.mcpb starts node with ${JSON.stringify(option)} before its own file: that may decide which code is loaded`,
    ]),
    ...['-c', '-m', '-X', '-W', '--check-hash-based-pycs'].map((option): [string, Change, string, string] => [
      `python ${option}`,
      { server: python, config: { command: 'python', args: [option, 'server'] } },
      'E_UNSUPPORTED',
      `tiny.mcpb starts python with ${JSON.stringify(option)} before its own file`,
    ]),
    [
      'a script elsewhere',
      word('/tmp/x.js'),
      'E_UNSUPPORTED',
      'starts node with "/tmp/x.js", which is no file of its own',
    ],
    ['a script that the user chooses', word('${user_config.x}'), 'E_UNSUPPORTED', 'which is no file of its own'],
    ['a script that it does not hold', word('${__dirname}/no.js'), 'E_ARCHIVE', 'starts no.js, which it does not hold'],
    ['its own folder', word('${__dirname}'), 'E_ARCHIVE', 'starts its own folder, which it does not hold'],
    ['a runtime without a file', word(), 'E_ARCHIVE', 'starts node without a file'],
    [
      'an entry point that is not what it starts',
      { server: { entry_point: 'server/other.js' } },
      'E_ARCHIVE',
      'names "server/other.js" as its entry point, and starts server/index.js',
    ],
    [
      'an entry point that is no text',
      { server: { entry_point: 1 } },
      'E_ARCHIVE',
      'names 1 as its entry point, and starts server/index.js',
    ],
    [
      'another entry point where a system has only variables of its own',
      { server: { entry_point: 'server/main.py' }, config: { platform_overrides: { linux: { env: {} } } } },
      'E_ARCHIVE',
      'names "server/main.py" as its entry point, and starts server/index.js',
    ],
    [
      'a program that is not executable',
      {
        files: { plain: '\u007fELF' },
        server: { type: 'binary', entry_point: 'plain' },
        config: { command: '${__dirname}/plain' },
      },
      'E_UNSUPPORTED',
      'plain in tiny.mcpb is neither a script of Node or Python, nor marked as executable',
    ],
    [
      'NODE_OPTIONS',
      { config: { env: { NODE_OPTIONS: '-r x' } } },
      'E_UNSUPPORTED',
      'sets NODE_OPTIONS, which decides which code is loaded',
    ],
    ['NODE_PATH', { config: { env: { NODE_PATH: 'x' } } }, 'E_UNSUPPORTED', 'sets NODE_PATH, which decides'],
    [
      'LD_LIBRARY_PATH',
      { config: { env: { LD_LIBRARY_PATH: 'lib' } } },
      'E_UNSUPPORTED',
      'sets LD_LIBRARY_PATH, which',
    ],
    [
      'modules outside the bundle',
      { server: python, config: { ...main, env: { PYTHONPATH: '${__dirname}/lib:/usr/lib/x' } } },
      'E_UNSUPPORTED',
      'sets PYTHONPATH to "/usr/lib/x", which decides which code is loaded',
    ],
    [
      'PYTHONPATH for Node',
      { config: { env: { PYTHONPATH: 'lib' } } },
      'E_UNSUPPORTED',
      'sets PYTHONPATH, which decides',
    ],
    [
      'no name of a variable',
      { config: { env: { 'A=B': 'x' } } },
      'E_ARCHIVE',
      'sets "A=B", which is no name of a variable',
    ],
    ['a variable that is no text', { config: { env: { A: 1 } } }, 'E_ARCHIVE', 'gives "A" a value that is no text'],
    ['an env that is no object', { config: { env: [] } }, 'E_ARCHIVE', 'has an env that is no object'],
    ['arguments that are not text', { config: { args: [1] } }, 'E_ARCHIVE', 'has arguments that are not all text'],
    ['arguments that are no list', { config: { args: 'x' } }, 'E_ARCHIVE', 'has arguments that are not all text'],
    ['a command that is no text', { config: { command: 1 } }, 'E_ARCHIVE', 'has no command'],
    [
      'no configuration and no entry point',
      { server: { mcp_config: undefined, entry_point: 1 } },
      'E_ARCHIVE',
      'does not say how it is started',
    ],
    ['a name that is no text', { manifest: { name: 1 } }, 'E_ARCHIVE', 'has no name'],
    ['a version that is no text', { manifest: { version: 1 } }, 'E_ARCHIVE', 'has no version'],
    [
      'a version of the format that is no text',
      { manifest: { manifest_version: 0.3 } },
      'E_SCHEMA_VERSION',
      'has the version 0.3, not',
    ],
    ['no command', { config: { command: '' } }, 'E_ARCHIVE', 'has no command'],
    ['no server', { manifest: { server: [] } }, 'E_ARCHIVE', 'does not say how it is started'],
    ['no configuration', { server: { mcp_config: 'x' } }, 'E_ARCHIVE', 'does not say how it is started'],
    [
      'an input that is not declared',
      word(script, '--key=${user_config.key}'),
      'E_ARCHIVE',
      'uses user_config.key, which it does not declare',
    ],
    [
      'an input of another type',
      { manifest: { user_config: { k: { type: 'list' } } } },
      'E_ARCHIVE',
      'asks for "k" of the unknown type "list"',
    ],
    [
      'an input that is no object',
      { manifest: { user_config: { k: 'x' } } },
      'E_ARCHIVE',
      'asks for "k", which is no object',
    ],
    [
      'inputs that are no object',
      { manifest: { user_config: [] } },
      'E_ARCHIVE',
      'has a user_config that is no object',
    ],
    ['no name', { manifest: { name: '' } }, 'E_ARCHIVE', 'has no name'],
    ['no version', { manifest: { version: '1 0' } }, 'E_ARCHIVE', 'has no version'],
    [
      'another version of the format',
      { manifest: { manifest_version: '0.5' } },
      'E_SCHEMA_VERSION',
      'has the version "0.5", not one from 0.1 to 0.4',
    ],
    [
      'no version of the format',
      { manifest: { manifest_version: undefined } },
      'E_SCHEMA_VERSION',
      'has the version nothing',
    ],
  ])('%s', (_, change, code, message) => {
    expect(() => bundle(change)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });

  test.each<[string, Readonly<Record<string, unknown>>, string, string]>([
    ['a bundle without a manifest.json', {}, 'E_ARCHIVE', 'tiny.mcpb holds no manifest.json'],
    [
      'one that is no JSON',
      { 'manifest.json': '{' },
      'E_ARCHIVE',
      'the manifest.json of tiny.mcpb cannot be read: not JSON',
    ],
    [
      'one that says a thing twice',
      { 'manifest.json': '{"a":1,"a":2}' },
      'E_ARCHIVE',
      'cannot be read: the key "a" twice',
    ],
    ['one that is no object', { 'manifest.json': '[]' }, 'E_ARCHIVE', 'the manifest.json of tiny.mcpb is no object'],
    [
      'one that is too large',
      { 'manifest.json': ' '.repeat(1024 * 1024 + 1) },
      'E_TOO_LARGE',
      'is larger than 1048576 bytes',
    ],
  ])('%s', (_, files, code, message) => {
    expect(() => describeBundle(treeOf({ ...own, ...files }), 'tiny.mcpb')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });
});

test('reads a manifest.json of the largest size', () => {
  const json = JSON.stringify(documentOf({}));
  const padded = json + ' '.repeat(1024 * 1024 - json.length);
  expect(describeBundle(treeOf({ 'manifest.json': padded, ...own }), 'tiny.mcpb').name).toBe('tiny');
});
