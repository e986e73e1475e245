/** The `countersign` command, as processes, with a small server behind it. */
import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditEvent } from '../../schemas/compiled.js';
import type { AuditEvent, TrustConfig } from '../../schemas/types.ts';
import { countersign, countersignCommand, type Ended } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

const launch = `launch:
  arguments:
    - { type: fixed, value: --fixed }
    - { type: named, name: --mode, description: How to greet., default: plain, choices: [plain, loud] }
    - { type: positional, name: folder, description: Where to look., format: filepath, repeated: true }
  environment:
    - { name: GREETING_TOKEN, description: A token., secret: true }
    - { name: STATE_FILE, description: Where state is kept., default: '\${state}/state.json' }
permissions:
  environment: [GREETING_TOKEN, STATE_FILE]
`;

let tiny: TinyRegistry;
let server: FileServer;
let trust: string;
let dataHome: string;

beforeAll(async () => {
  tiny = await tinyRegistry(launch);
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  server = await serveFiles(join(tiny.folder, 'dist'));
  const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trust = join(tiny.folder, 'trust.json');
  await writeFile(
    trust,
    JSON.stringify({ ...config, registry: { ...config.registry, url: server.url }, npmRegistry: tiny.npm.url }),
  );
});

beforeEach(async () => {
  server.silent = false;
  server.files.clear();
  dataHome = await temporaryFolder();
});

const host = (words: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> =>
  countersign([...words.slice(0, 1), '--trust', trust, ...words.slice(1)], {
    env: { XDG_DATA_HOME: dataHome, ...env },
    ...(input !== undefined && { input }),
  });

const request = (method: string, params: unknown = {}): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`;

/** What the server says of how it was started. */
async function started(
  words: string[],
  env: Record<string, string> = {},
): Promise<{ environment: Record<string, string>; arguments: string[]; folder: string }> {
  const { stdout, stderr, status } = await host(['run', 'tiny', ...words], env, request('ping'));
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout).result;
}

async function audited(): Promise<AuditEvent[]> {
  const lines = (await readFile(join(dataHome, 'countersign/audit.jsonl'), 'utf8')).trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as AuditEvent);
  for (const event of events) expect(auditEvent(event), JSON.stringify(auditEvent.errors)).toBe(true);
  return events;
}

describe('countersign run', () => {
  test('installs, starts, and passes standard input and output through untouched', async () => {
    const { status, stdout } = await host(
      ['run', 'tiny'],
      {},
      request('tools/call', { name: 'greet', arguments: { name: 'Ada' } }),
    );
    expect([status, stdout]).toEqual([
      0,
      '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"HELLO ADA!"}]}}\n',
    ]);
  });

  test('gives the server the declared environment, and no other variable of the user’s', async () => {
    const { environment } = await started([], {
      GREETING_TOKEN: 'secret',
      NODE_OPTIONS: '',
      LEAKED: 'yes',
      LD_PRELOAD: '',
    });
    const state = join(dataHome, 'countersign/state');
    expect(Object.keys(environment).sort()).toEqual([
      'GREETING_TOKEN',
      'HOME',
      'NODE_DISABLE_COMPILE_CACHE',
      'PWD',
      'STATE_FILE',
    ]);
    expect(environment['HOME']).not.toBe(process.env['HOME']);
    expect(environment['STATE_FILE']?.startsWith(state)).toBe(true);
  });

  test('gives it the fixed words, the defaults, and paths made absolute', async () => {
    const plain = await started([]);
    expect(plain.arguments).toEqual(['--fixed', '--mode', 'plain']);
    const given = await started(['--', '--mode=loud', 'some/folder', '/abs']);
    expect(given.arguments).toEqual(['--fixed', '--mode', 'loud', join(process.cwd(), 'some/folder'), '/abs']);
    expect(given.folder).toContain(join(dataHome, 'countersign/state'));
  });

  test.each([
    [['--', '--eval=1'], 'takes no such option'],
    [['--', '--mode', 'quiet'], '--mode has a value that is not allowed'],
    [['--', '--mode'], '--mode has no value'],
    [['one'], 'run takes 1 word, not 2'],
  ])('refuses the words %j', async (words, message) => {
    const { status, stdout, stderr } = await host(['run', 'tiny', ...words]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('ends as the server ends, and when it is told to', async () => {
    await host(['install', 'tiny']);
    const child = spawn(process.execPath, [countersignCommand, 'run', 'tiny', '--trust', trust], {
      env: { ...process.env, XDG_DATA_HOME: dataHome },
    });
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
    child.stdin.write(request('ping'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });

  test('writes down each fetch and each launch, refused ones with their code', async () => {
    await host(['run', 'tiny'], {}, request('ping'));
    await host(['run', 'tiny'], {}, request('ping'));
    await host(['run', 'tinny']);
    const events = await audited();
    expect(events.map(({ event, outcome, code }) => [event, outcome, code])).toEqual([
      ['fetch', 'allowed', undefined],
      ['launch', 'allowed', undefined],
      ['exit', 'allowed', undefined],
      ['launch', 'allowed', undefined],
      ['exit', 'allowed', undefined],
      ['launch', 'refused', 'E_NOT_APPROVED'],
    ]);
    expect(events[0]).toMatchObject({ server: 'tiny@1.0.0', version: '1.0.0', digests: { lock: expect.any(String) } });
  });

  test('tells the client of a server that may not run why, as the answer to its first request', async () => {
    const { status, stdout } = await host(['run', 'tinny'], {}, request('initialize'));
    expect([status, JSON.parse(stdout)]).toEqual([
      3,
      { jsonrpc: '2.0', id: 1, error: { code: -32_000, message: expect.stringContaining('E_NOT_APPROVED') } },
    ]);
  });

  test('passes nothing that was not approved, and writes down what was called', async () => {
    const { status, stdout } = await host(
      ['run', 'tiny'],
      {},
      [
        request('initialize', { protocolVersion: '2025-11-25', clientInfo: { name: 'editor', version: '2' } }),
        ...['greet', 'shred'].map((name, index) =>
          request('tools/call', { name, arguments: { name: 'Ada' } }).replace('"id":1', `"id":${index + 2}`),
        ),
      ].join(''),
    );
    expect(status).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; error?: unknown });
    expect(answers.find(({ id }) => id === 3)?.error).toMatchObject({
      message: expect.stringContaining('tiny has no approved tool "shred"'),
    });
    const calls = (await audited()).filter(({ event }) => event === 'call');
    const told = calls.map(({ tool, decision, outcome, client }) => [tool, decision, outcome, client?.name].join(' '));
    expect(told.toSorted()).toEqual(['greet allowed allowed editor', 'shred denied refused editor']);
    expect(JSON.stringify(calls)).not.toContain('Ada');
  });

  test('writes whole audit lines when many write at once', async () => {
    await host(['install', 'tiny']);
    await Promise.all(Array.from({ length: 8 }, () => host(['run', 'tiny'], {}, request('ping'))));
    // The installation, and a launch and an exit of each.
    expect(await audited()).toHaveLength(17);
  });

  test('works without a network once it is installed, and refuses what it never saw', async () => {
    await host(['install', 'tiny']);
    server.silent = true;
    const file = await readFile(trust, 'utf8');
    const strict = join(tiny.folder, 'strict.json');
    await writeFile(strict, JSON.stringify({ ...JSON.parse(file), refreshAfterSeconds: 0 }));
    const offline = await countersign(['run', 'tiny', '--trust', strict], {
      env: { XDG_DATA_HOME: dataHome },
      input: request('ping'),
    });
    expect([offline.status, offline.stdout]).toEqual([0, expect.stringContaining('"result":')]);
    const fresh = await countersign(['run', 'tiny', '--trust', strict], {
      env: { XDG_DATA_HOME: await temporaryFolder() },
    });
    expect(fresh.status).toBe(1);
    expect(fresh.stderr).toContain('countersign: network:');
  });

  test('refuses every answer that is not metadata, even with metadata in its cache', async () => {
    await host(['install', 'tiny']);
    server.files.set('metadata/timestamp.json', Buffer.from('<html>Please log in</html>'));
    const strict = join(tiny.folder, 'strict.json');
    await writeFile(strict, JSON.stringify({ ...JSON.parse(await readFile(trust, 'utf8')), refreshAfterSeconds: 0 }));
    const { status, stderr } = await countersign(['run', 'tiny', '--trust', strict], {
      env: { XDG_DATA_HOME: dataHome },
    });
    expect(status).toBe(3);
    expect(stderr).toContain('E_FORMAT');
  });

  test('starts clean after an install that was killed', async () => {
    const leftover = join(dataHome, 'countersign/staging', `999999999.${hostname()}.half`);
    await mkdir(leftover, { recursive: true });
    await writeFile(join(leftover, 'half'), '');
    expect(await host(['run', 'tiny'], {}, request('ping'))).toMatchObject({ status: 0 });
    expect(await readdir(join(dataHome, 'countersign/staging'))).toEqual([]);
  });

  /** Everything in a store, by its path there. */
  const everything = async (): Promise<string[]> =>
    (await readdir(join(dataHome, 'countersign'), { recursive: true })).filter(
      (path) => !path.includes('node_modules/'),
    );

  test(
    'takes nothing in the store for a fault of the program: no file for a folder, no folder for a file, no pipe',
    { timeout: 300_000 },
    async () => {
      await host(['install', 'tiny']);
      const whole = dataHome;
      const paths = await everything();
      expect(paths.length).toBeGreaterThan(20);
      for (const path of paths) {
        dataHome = await temporaryFolder();
        await cp(whole, dataHome, { recursive: true, preserveTimestamps: true });
        const place = join(dataHome, 'countersign', path);
        const isFolder = (await stat(place)).isDirectory();
        await rm(place, { recursive: true });
        if (isFolder) await writeFile(place, '');
        else if (path.length % 2 === 0) await mkdir(place);
        else execFileSync('mkfifo', [place]);
        const { status, stderr } = await host(['run', 'tiny'], {}, request('ping'));
        expect(stderr, path).not.toContain('fault of the program');
        expect([0, 1, 3], path).toContain(status);
      }
    },
  );

  test('refuses an installed tree with a file more, and one with code around it', async () => {
    await host(['install', 'tiny']);
    const installed = join(dataHome, 'countersign/installed');
    await mkdir(join(installed, 'node_modules'));
    expect((await host(['run', 'tiny'])).stderr).toContain('E_AMBIENT_CODE');
    await rm(join(installed, 'node_modules'), { recursive: true });
    const root = (await readdir(installed, { recursive: true })).find((path) => path.endsWith('tiny-shout')) ?? '';
    await writeFile(join(installed, root, 'extra.js'), '');
    const refused = await host(['run', 'tiny']);
    expect([refused.status, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toContain('E_TREE');
  });
});

describe('the other commands', () => {
  test('list, info and verify answer in JSON and in words', async () => {
    expect(JSON.parse((await host(['list', '--json'])).stdout).servers).toMatchObject([
      { name: 'tiny', version: '1.0.0', state: 'active' },
    ]);
    expect((await host(['info', 'tiny'])).stdout).toContain('Greets people');
    expect(JSON.parse((await host(['verify', 'tiny', '--json'])).stdout).verified).toMatchObject([
      { name: 'tiny', installed: 'no' },
    ]);
    await host(['install', 'tiny']);
    expect(JSON.parse((await host(['verify', '--installed', '--json'])).stdout).verified).toMatchObject([
      { storedPackages: 2, installed: 'verified' },
    ]);
  });

  test('uninstall and gc leave nothing behind', async () => {
    await host(['install', 'tiny']);
    expect(JSON.parse((await host(['gc', '--json'])).stdout)).toMatchObject({ blobs: 0, servers: [] });
    expect(JSON.parse((await host(['uninstall', 'tiny', '--json'])).stdout)).toMatchObject({ removed: true });
    expect(JSON.parse((await host(['uninstall', 'tiny', '--json'])).stdout)).toMatchObject({ removed: false });
    expect(JSON.parse((await host(['gc', '--json'])).stdout)).toMatchObject({ blobs: 2 });
  });

  test('gc deletes only what is installed, whatever folders it finds', async () => {
    await host(['install', 'tiny']);
    const [registryFolder = ''] = await readdir(join(dataHome, 'countersign/installed'));
    const strange = join(dataHome, 'countersign/installed', registryFolder, 'evil', '%2E%2E');
    await mkdir(strange, { recursive: true });
    expect(JSON.parse((await host(['gc', '--json'])).stdout)).toMatchObject({ servers: [], blobs: 0 });
    expect(await host(['run', 'tiny'], {}, request('ping'))).toMatchObject({ status: 0 });
  });

  test('gc believes no kept lock that was changed, and uninstalls nothing for it', async () => {
    await host(['install', 'tiny']);
    const [registryFolder = ''] = await readdir(join(dataHome, 'countersign/installed'));
    const [folder = ''] = await readdir(join(dataHome, 'countersign/installed', registryFolder, 'tiny/1.0.0'));
    const kept = join(dataHome, 'countersign/registries', registryFolder, 'files', folder.slice(0, 64));
    await writeFile(kept, (await readFile(kept, 'utf8')).slice(0, -100));
    expect(await host(['run', 'tiny'])).toMatchObject({ status: 3 });
    const { status, stdout, stderr } = await host(['gc', '--json']);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ servers: [], blobs: 2 });
  });

  test('doctor finds nothing wrong here, and says what is where something is', async () => {
    expect(await host(['doctor'])).toMatchObject({ status: 0 });
    const { status, stdout } = await countersign(['doctor', '--trust', '/nonexistent', '--json'], {
      env: { XDG_DATA_HOME: dataHome },
    });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).checks).toContainEqual(expect.objectContaining({ check: 'trust', ok: false }));
  });

  test('status says what is trusted, how fresh it is, and until when it works offline', async () => {
    const { status, stdout } = await host(['status', '--json']);
    const state = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(state).toMatchObject({
      config: trust,
      registry: { environment: 'development' },
      versions: { root: 1, targets: 1, status: 1 },
      revocations: 0,
      keys: [{ counts: expect.stringContaining('from') }],
      problem: null,
    });
    expect(state.offlineUntil).toBe(state.expires.timestamp);
    expect((await host(['status'])).stdout).toMatch(/^wrong +nothing$/mu);
  });

  test('status says what is wrong, and ends as it would elsewhere', async () => {
    server.silent = true;
    const silent = await host(['status', '--json']);
    expect([silent.status, JSON.parse(silent.stdout).problem]).toMatchObject([1, { code: 'network' }]);
    server.silent = false;
    server.files.set('metadata/timestamp.json', Buffer.from('<html>Please log in</html>'));
    const refused = await host(['status']);
    expect(refused.status).toBe(3);
    expect(refused.stdout).toMatch(/^wrong +.*\(E_FORMAT\)$/mu);
    expect(refused.stdout).toMatch(/^to do +\S/mu);
  });

  test('asks the registry again while it is fresh only where that is asked for', async () => {
    await host(['verify', 'tiny']);
    const asked = (): number => server.asked.filter((path) => path === 'metadata/timestamp.json').length;
    const before = asked();
    expect(await host(['verify', 'tiny'])).toMatchObject({ status: 0 });
    expect(asked()).toBe(before);
    expect(await host(['verify', 'tiny', '--refresh'])).toMatchObject({ status: 0 });
    expect(asked()).toBe(before + 1);
  });

  test('status --refresh and doctor --refresh say that the registry does not answer, though what is cached still holds', async () => {
    for (const words of [['status'], ['doctor'], ['verify', 'tiny']])
      expect(await host(words)).toMatchObject({ status: 0 });
    server.silent = true;
    const state = await host(['status', '--refresh', '--json']);
    expect([state.status, JSON.parse(state.stdout)]).toMatchObject([
      1,
      { versions: { root: 1 }, problem: { code: 'network', message: expect.stringContaining('cannot be reached') } },
    ]);
    expect((await host(['status', '--refresh'])).stdout).toContain('cannot be reached');
    const found = await host(['doctor', '--refresh', '--json']);
    expect(found.status).toBe(1);
    expect(JSON.parse(found.stdout).checks).toContainEqual(
      expect.objectContaining({ check: 'registry', ok: false, message: expect.stringContaining('cannot be reached') }),
    );
    for (const words of [['status'], ['doctor']]) expect(await host(words)).toMatchObject({ status: 0 });
    const verified = await host(['verify', 'tiny', '--refresh']);
    expect([verified.status, verified.stderr]).toEqual([0, expect.stringContaining('is used instead')]);
  });

  test('names the clock where all that is cached seems expired', async () => {
    const clock = join(await temporaryFolder(), 'clock.mjs');
    await writeFile(
      clock,
      'const Real = Date; globalThis.Date = class extends Real { constructor(...a) { super(...(a.length === 0 ? [Real.now() + 4 * 86_400_000] : a)); } };',
    );
    const ahead = await host(['verify', 'tiny'], { NODE_OPTIONS: `--import=${clock}` });
    expect([ahead.status, ahead.stderr]).toEqual([
      3,
      expect.stringContaining("if this machine's clock is wrong (it says"),
    ]);
  });

  test('every command explains itself', async () => {
    for (const command of [
      'list',
      'info',
      'verify',
      'install',
      'uninstall',
      'credentials',
      'login',
      'logout',
      'audit',
      'gc',
      'run',
      'status',
      'doctor',
    ])
      expect(await countersign([command, '--help'])).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`countersign ${command}`),
      });
  });

  test.each<[string, string[], number, string]>([
    ['an unknown command', ['lst', '--json'], 2, 'there is no command "lst" (did you mean list?)'],
    ['no command', ['--json', '--nothing'], 2, 'there is no command "--nothing"'],
    ['an unknown option', ['list', '--json', '--refesh'], 2, 'did you mean --refresh?'],
    ['too many words', ['gc', 'tiny', '--json'], 2, 'gc takes 0 words, not 1'],
    ['no trust config', ['verify', '--json'], 2, 'no trust config is given'],
    ["a name that is no server's", ['run', '../tiny', '--json'], 2, "can be no server's name"],
    [
      'an option that is not declared',
      ['run', 'tiny', '--json', '--trust', 'TRUST', '--', '--eval'],
      2,
      'takes no such option',
    ],
    [
      'a server that is not approved',
      ['run', 'tinny', '--json', '--trust', 'TRUST'],
      3,
      'no server "tinny" is approved (did you mean tiny?)',
    ],
  ])('say %s as JSON on the standard output where that is asked for', async (_, words, status, message) => {
    const ended = await countersign(
      words.map((word) => (word === 'TRUST' ? trust : word)),
      { env: { XDG_DATA_HOME: dataHome } },
    );
    expect([ended.status, JSON.parse(ended.stdout)]).toEqual([
      status,
      {
        schemaVersion: 1,
        error: {
          code: expect.any(String),
          message: expect.stringContaining(message),
          remedy: expect.stringMatching(/./u),
        },
      },
    ]);
  });

  test('take --json behind -- for a word of the server', async () => {
    const { status, stdout } = await host(['run', 'tiny', '--', '--json']);
    expect([status, stdout]).toEqual([2, '']);
  });

  test.each([
    [['--version', '--json']],
    [['help', 'run', '--json']],
    [['--json', '--help']],
    [['run', '--help', '--json']],
  ])('%j answers in JSON', async (words) => {
    const { status, stdout } = await countersign(words);
    expect([status, JSON.parse(stdout)]).toEqual([0, { schemaVersion: 1, text: expect.stringMatching(/./u) }]);
  });

  test('every command answers in JSON', async () => {
    await host(['install', 'tiny']);
    for (const words of [
      ['list'],
      ['info', 'tiny'],
      ['verify'],
      ['install', 'tiny'],
      ['status'],
      ['doctor'],
      ['gc'],
      ['uninstall', 'tiny'],
    ]) {
      const { status, stdout } = await host([...words, '--json']);
      expect([words, status, JSON.parse(stdout)]).toEqual([words, 0, expect.objectContaining({ schemaVersion: 1 })]);
    }
    const before = await countersign(['--json', 'list', '--trust', trust], { env: { XDG_DATA_HOME: dataHome } });
    expect(JSON.parse(before.stdout)).toMatchObject({ servers: [{ name: 'tiny' }] });
  });

  test('every command that takes a server suggests one for a mistyped name or version', async () => {
    await host(['install', 'tiny']);
    for (const command of ['info', 'verify', 'install', 'run']) {
      expect((await host([command, 'tinny'])).stderr, command).toContain('(did you mean tiny?)');
      expect((await host([command, 'tiny@1.0.1'])).stderr, command).toContain('(did you mean 1.0.0?)');
    }
    expect((await host(['uninstall', 'tinny'])).stdout).toBe('tinny was not installed (did you mean tiny?)\n');
    expect((await host(['uninstall', 'tiny@1.0.1'])).stdout).toContain('(did you mean tiny@1.0.0?)');
    expect(JSON.parse((await host(['uninstall', 'tinny', '--json'])).stdout)).toMatchObject({ suggestion: 'tiny' });
  });

  test.each<[string, string[], number, string]>([
    ['no trust config', ['list'], 2, 'no trust config is given, and this system has none'],
    ['a missing trust config', ['list', '--trust', '/nonexistent/trust.json'], 2, 'does not exist'],
    ['an unknown command', ['lst'], 2, 'did you mean list?'],
    ['an unknown option', ['list', '--jsn'], 2, 'did you mean --json?'],
    ['a name that is a path', ['run', '../tiny'], 2, "can be no server's name"],
    ['a name in upper case', ['run', 'Tiny'], 2, "can be no server's name"],
  ])('%s ends with a remedy', async (_, words, status, message) => {
    const ended = await countersign(words, { env: { XDG_DATA_HOME: dataHome } });
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(message);
  });

  test.each<[string, (config: TrustConfig) => unknown, string]>([
    ['an empty file', () => undefined, 'E_FORMAT'],
    ['an unknown schema version', (config) => ({ ...config, schemaVersion: 2 }), 'E_SCHEMA_VERSION'],
    ['an unknown field', (config) => ({ ...config, regsitry: 1 }), 'E_FORMAT'],
    [
      'plain http to another machine',
      // A production one: of a development registry every other machine is refused.
      (config) => ({
        ...config,
        registry: { ...config.registry, url: 'http://mcp.example.com', environment: 'production' },
      }),
      'E_TRUST_CONFIG',
    ],
    [
      'development on another machine',
      (config) => ({ ...config, registry: { ...config.registry, url: 'https://mcp.example.com' } }),
      'E_TRUST_CONFIG',
    ],
    [
      "another registry's id",
      (config) => ({ ...config, registry: { ...config.registry, id: 'mcp.other.com' } }),
      'E_REGISTRY',
    ],
    [
      'another environment than its root',
      // A file that its user can write is not believed for production.
      (config) => ({ ...config, registry: { ...config.registry, environment: 'production' } }),
      'E_TRUST_CONFIG',
    ],
    [
      'a root that was edited',
      (config) => ({
        ...config,
        root: { ...config.root, signed: { ...config.root.signed, expires: '2040-01-01T00:00:00Z' } },
      }),
      'E_SIGNATURE',
    ],
    ['a root without signatures', (config) => ({ ...config, root: { ...config.root, signatures: [] } }), 'E_THRESHOLD'],
    ['an export from the future', (config) => ({ ...config, exportedAt: '2099-01-01T00:00:00Z' }), 'E_CLOCK'],
    ['a minimum above what the registry has', (config) => ({ ...config, minimum: { targets: 9 } }), 'E_ROLLBACK'],
  ])('a trust config with %s is refused', async (_, change, code) => {
    const file = join(await temporaryFolder(), 'trust.json');
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(trust, 'utf8')))) ?? '');
    const { status, stdout } = await countersign(['list', '--json', '--trust', file], {
      env: { XDG_DATA_HOME: dataHome },
    });
    expect(status).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({ code, remedy: expect.stringMatching(/./u) });
  });
});
