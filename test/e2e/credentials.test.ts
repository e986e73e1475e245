/** Secrets and groups on a host, with the `countersign` command as a process and a small server behind it. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SecretSource, TrustConfig } from '../../schemas/types.ts';
import { countersign, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { countersignInTerminal, ctrlC, terminalFor } from '../support/terminal.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

/** Stands nowhere but in what the server itself says of its environment. */
const canary = 'canary-5f1e7a';
const ownGroup = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();

const more = `launch:
  environment:
    - { name: GREETING_TOKEN, description: A token., secret: true, required: true }
    - { name: SMALL_NUMBER, description: A number., secret: true, format: number }
    - { name: GREETING_MODE, description: How to greet., choices: [plain, loud] }
permissions:
  environment: [GREETING_TOKEN, SMALL_NUMBER, GREETING_MODE]
credentials:
  - { environment: GREETING_TOKEN, source: 'The vault, under team/tiny.', scope: Read greetings }
audience: [finance, '${ownGroup}']
`;

let config: TrustConfig;
let folder: string;
let trust: string;
let said: string;

beforeAll(async () => {
  const tiny = await tinyRegistry(more);
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  const server = await serveFiles(join(tiny.folder, 'dist'));
  const made = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  config = {
    ...made,
    registry: { ...made.registry, url: server.url },
    npmRegistry: tiny.npm.url,
    groups: ['finance'],
  };
});

beforeEach(async () => {
  folder = await temporaryFolder();
  said = '';
  await trusting({});
});

async function trusting(change: Partial<TrustConfig>): Promise<void> {
  trust = join(folder, 'trust.json');
  await writeFile(trust, JSON.stringify({ ...config, ...change }));
}

const mapped = (source: SecretSource): Promise<void> => trusting({ credentials: { tiny: { GREETING_TOKEN: source } } });

async function host(words: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> {
  const ended = await countersign([...words.slice(0, 1), '--trust', trust, ...words.slice(1)], {
    env: { XDG_DATA_HOME: join(folder, 'data'), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', ...env },
    ...(input !== undefined && { input }),
  });
  said += `${words[0] === 'run' ? '' : ended.stdout}${ended.stderr}`;
  return ended;
}

/** The variables of the server, once it was started. */
async function started(env: Record<string, string> = {}): Promise<Record<string, string>> {
  const question = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: {} })}\n`;
  const { stdout, stderr, status } = await host(['run', 'tiny'], env, question);
  expect(status, stderr).toBe(0);
  const { environment, arguments: words } = JSON.parse(stdout).result;
  expect(JSON.stringify(words)).not.toContain(canary);
  return environment;
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** After every test: whatever was said or written, the secret is only where it was put. */
afterEach(async () => {
  expect(said).not.toContain(canary);
  const files = (await filesBelow(join(folder, 'data'))).filter((path) => !path.includes('/countersign/credentials/'));
  for (const file of files) expect((await readFile(file)).includes(canary), file).toBe(false);
});

describe('a secret reaches the server', () => {
  test('from the variable of countersign', async () => {
    expect(await started({ GREETING_TOKEN: canary, GREETING_MODE: 'loud' })).toMatchObject({
      GREETING_TOKEN: canary,
      GREETING_MODE: 'loud',
    });
  });

  test('from a private file, once it was set on standard input', async () => {
    expect(await host(['credentials', 'set', 'tiny', 'GREETING_TOKEN', '--file'], {}, `${canary}\n`)).toMatchObject({
      status: 0,
      stdout: 'GREETING_TOKEN of tiny is kept in a private file\n',
    });
    expect((await started())['GREETING_TOKEN']).toBe(canary);
    const listed = await host(['credentials', 'list', 'tiny', '--json']);
    expect(JSON.parse(listed.stdout).credentials).toEqual([
      {
        ...{ name: 'GREETING_TOKEN', required: true, description: 'A token.', found: true },
        ...{ from: 'a private file of countersign', source: 'The vault, under team/tiny.', scope: 'Read greetings' },
      },
      {
        ...{ name: 'SMALL_NUMBER', required: false, description: 'A number.', found: false },
        from: 'the environment of countersign',
      },
    ]);
    expect(await host(['credentials', 'remove', 'tiny'])).toMatchObject({ stdout: 'removed GREETING_TOKEN of tiny\n' });
    expect(await host(['credentials', 'remove', 'tiny'])).toMatchObject({ stdout: 'nothing is kept here of tiny\n' });
    expect((await host(['run', 'tiny'])).status).toBe(2);
  });

  test('from a command, which is given no variable of the client', async () => {
    const program = join(folder, 'pass');
    await writeFile(program, `#!/bin/sh\nenv > '${folder}/given'\necho ${canary}\n`);
    await chmod(program, 0o700);
    await mapped({ command: [program] });
    expect((await started({ GREETING_TOKEN: 'another', CLIENT_TOKEN: 'x' }))['GREETING_TOKEN']).toBe(canary);
    expect(await readFile(join(folder, 'given'), 'utf8')).not.toMatch(/another|CLIENT_TOKEN/u);
  });

  test('from a file, and from a variable under its own name alone', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, `${canary}\n`, { mode: 0o600 });
    await mapped({ file });
    expect((await started())['GREETING_TOKEN']).toBe(canary);
    await mapped({ environment: 'OTHER' });
    const environment = await started({ OTHER: canary });
    expect([environment['GREETING_TOKEN'], environment['OTHER']]).toEqual([canary, undefined]);
  });
});

describe('no secret is shown', () => {
  test('where it is missing: the server, what the manifest says of it, and what to do', async () => {
    const { status, stderr } = await host(['run', 'tiny']);
    expect(status).toBe(2);
    expect(stderr).toContain('the variable GREETING_TOKEN is missing: A token.');
    expect(stderr).toContain('run `countersign credentials set tiny GREETING_TOKEN`');
    expect(stderr).toContain('you get it from "The vault, under team/tiny.", and it must allow "Read greetings"');
  });

  test('where it has another form than the input', async () => {
    const { status, stderr } = await host(['run', 'tiny'], { GREETING_TOKEN: 'x', SMALL_NUMBER: canary });
    expect([status, stderr]).toEqual([2, expect.stringContaining('SMALL_NUMBER must be')]);
  });

  test.each<[string, string[], string]>([
    ['behind the name', ['credentials', 'set', 'tiny', 'GREETING_TOKEN', canary], 'may not stand on the command line'],
    ['with the name', ['credentials', 'set', 'tiny', `GREETING_TOKEN=${canary}`], 'may not stand on the command line'],
    ['in place of the name', ['credentials', 'set', 'tiny', canary], 'can be no name of a variable'],
    ['as an option', ['credentials', 'set', 'tiny', `--value=${canary}`], 'unknown option'],
    ['behind --', ['credentials', 'set', 'tiny', '--', canary], 'nothing may stand after --'],
    ['as the action', ['credentials', canary, 'tiny'], 'no such action'],
  ])('where it stands %s', async (_, words, message) => {
    for (const json of [[], ['--json']]) {
      const { status, stderr } = await host([...words.slice(0, 1), ...json, ...words.slice(1)], {}, canary);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test.each<[string, () => Promise<void>, number, string]>([
    [
      'a file that others can read',
      async () => {
        await writeFile(join(folder, 'secret'), canary, { mode: 0o644 });
        await mapped({ file: join(folder, 'secret') });
      },
      3,
      'holds a secret',
    ],
    [
      'a command that fails',
      async () => {
        const program = join(folder, 'pass');
        await writeFile(program, `#!/bin/sh\necho ${canary}; echo ${canary} >&2; exit 7\n`, { mode: 0o700 });
        await mapped({ command: [program] });
      },
      1,
      'ended with the exit code 7',
    ],
    ['a variable that is not set', () => mapped({ environment: 'OTHER' }), 1, 'OTHER, which is not set'],
  ])('where it is to come from %s', async (_, prepare, status, message) => {
    await prepare();
    for (const words of [
      ['run', 'tiny'],
      ['run', 'tiny', '--json'],
    ])
      expect(await host(words, { GREETING_TOKEN: canary })).toMatchObject({
        status,
        stderr: expect.stringContaining(message),
      });
    for (const words of [
      ['list', 'tiny'],
      ['list', 'tiny', '--json'],
      ['list', 'tiny', 'GREETING_TOKEN'],
    ]) {
      const listed = await host(['credentials', ...words], { GREETING_TOKEN: canary });
      expect([listed.status, listed.stdout]).toEqual([0, expect.stringContaining(message)]);
    }
    const refused = await host(['credentials', 'set', 'tiny', 'GREETING_TOKEN', '--file'], {}, canary);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('would not be used')]);
  });

  test.each([
    ['nothing', '', 'an empty secret'],
    ['a zero byte', `${canary}\0`, 'a zero byte'],
    ['too much', canary.repeat(100_000), 'more than the'],
  ])('where %s is to be set', async (_, input, message) => {
    const { status, stderr } = await host(['credentials', 'set', 'tiny', 'GREETING_TOKEN', '--file'], {}, input);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test('where no keychain is there: nobody is asked for it, and a private file is offered', async () => {
    const { status, stderr } = await host(['credentials', 'set', 'tiny', 'GREETING_TOKEN'], {}, canary);
    expect([status, stderr]).toEqual([1, expect.stringContaining('`countersign credentials set --file`')]);
  });

  test('and none is set that no server declares', async () => {
    for (const [words, message] of [
      [['tiny', 'GREETING_TOKN'], 'did you mean GREETING_TOKEN?'],
      [['tiny', 'GREETING_MODE'], 'declares no secret of that name'],
      [['tiny'], 'tiny declares 2 secrets: GREETING_TOKEN, SMALL_NUMBER'],
    ] as const)
      expect(await host(['credentials', 'set', ...words, '--file'], {}, canary)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(message),
      });
    expect(await host(['credentials', 'list', 'tinny'])).toMatchObject({ status: 3 });
  });
});

test('no variable of the client decides what is loaded where a secret is', async () => {
  await host(['verify', 'tiny']);
  const store = join(folder, 'data/countersign/credentials', config.registry.id, 'tiny');
  await mkdir(store, { recursive: true, mode: 0o700 });
  await writeFile(join(store, 'GREETING_TOKEN.keychain'), '', { mode: 0o600 });
  const harmful = join(folder, 'harmful.cjs');
  await writeFile(harmful, `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'was-loaded'))}, '')`);
  const env = {
    NAPI_RS_NATIVE_LIBRARY_PATH: harmful,
    NODE_OPTIONS: `--report-uncaught-exception --report-directory=${folder}`,
  };
  for (const words of [
    ['run', 'tiny'],
    ['credentials', 'list', 'tiny'],
  ])
    await host(words, env);
  expect((await readdir(folder)).filter((name) => name === 'was-loaded' || name.startsWith('report.'))).toEqual([]);
});

describe('in a terminal', () => {
  const setting = (): ReturnType<typeof countersignInTerminal> =>
    countersignInTerminal(['credentials', 'set', 'tiny', 'GREETING_TOKEN', '--file', '--trust', trust], {
      cwd: folder,
      env: { XDG_DATA_HOME: join(folder, 'data') },
    });

  test('a secret is typed without being shown, and can be corrected', async (context) => {
    terminalFor(context);
    const terminal = setting();
    await terminal.type('GREETING_TOKEN of tiny (nothing is shown):', `wrong\u0015${canary}ä\u007f\r`);
    const { status, screen } = await terminal.ended;
    expect([status, screen]).toEqual([0, expect.stringContaining('is kept in a private file')]);
    expect(screen).not.toContain(canary);
    expect(screen).not.toContain('wrong');
    expect((await started())['GREETING_TOKEN']).toBe(canary);
  });

  test.for([
    ['is cancelled', `${canary}${ctrlC}`, 'it was cancelled'],
    ['has more than one line', `${canary}\rls\r`, 'more than one line was pasted'],
  ])('nothing is set where it %s', async ([, keys = '', message = ''], context) => {
    terminalFor(context);
    const terminal = setting();
    await terminal.type('(nothing is shown):', keys);
    const { status, screen } = await terminal.ended;
    expect([status, screen.replaceAll('\n', ' ')]).toEqual([1, expect.stringContaining(message)]);
    expect(screen).not.toContain(canary);
    expect(await filesBelow(join(folder, 'data/countersign/credentials'))).toEqual([]);
  });
});

describe('groups', () => {
  const names = async (...words: string[]): Promise<string[]> =>
    JSON.parse((await host(['list', '--json', ...words])).stdout).servers.map(
      (server: { name: string }) => server.name,
    );

  test('a server is listed to those who may run it, and to all where that is asked for', async () => {
    expect(await names()).toEqual(['tiny']);
    await trusting({ groups: ['sales'] });
    expect(await names()).toEqual([]);
    expect(await names('--all')).toEqual(['tiny']);
    const { stdout } = await host(['list', '--all']);
    expect(stdout).toContain('FOR');
    expect(stdout).toContain(`finance, ${ownGroup}`);
    const { status, stderr } = await host(['run', 'tiny'], { GREETING_TOKEN: canary });
    expect([status, stderr]).toEqual([3, expect.stringContaining('E_AUDIENCE')]);
  });

  test('they come from the system where the trust config says so', async () => {
    const { groups: _, ...without } = config;
    await writeFile(trust, JSON.stringify({ ...without, groupsFrom: 'system' }));
    expect(await names()).toEqual(['tiny']);
    expect((await started({ GREETING_TOKEN: canary }))['GREETING_TOKEN']).toBe(canary);
    expect(JSON.parse((await host(['status', '--json'])).stdout).groups).toContain(ownGroup);
    await trusting({ groupsFrom: 'system' });
    expect(await host(['list'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('one of groups and groupsFrom'),
    });
  });
});
