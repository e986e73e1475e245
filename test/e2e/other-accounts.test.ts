/** What another account of the machine can do to a server between its check and its start. Two accounts take part. */
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TrustConfig } from '../../schemas/types.ts';
import { countersignCommand, withoutRefusal } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

const user = 61_000;
const attacker = 61_001;

/** A command as another account, with no right of root's left. */
const as = (account: number): [string, ...string[]] => [
  'setpriv',
  ...[`--reuid=${account}`, `--regid=${account}`, '--clear-groups', '--no-new-privs', '--inh-caps=-all'],
];

const run = (
  account: number,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  input = '',
): SpawnSyncReturns<string> => {
  const [program, ...words] = [...as(account), ...command];
  return spawnSync(program, words, { env, input, encoding: 'utf8' });
};

// Only root may take on another account, and that account must be able to read the checkout.
const possible =
  process.geteuid?.() === 0 &&
  run(user, [process.execPath, countersignCommand, '--version'], { PATH: process.env['PATH'] }).status === 0;

describe.skipIf(!possible)('beside another account (needs root, setpriv, and a checkout that others can read)', () => {
  let top: string;
  let home: string;
  let trust: string;
  let server: FileServer;
  let count = 0;

  beforeAll(async () => {
    // Not below the folder of the tests: no other account may enter that.
    top = await mkdtemp(join(tmpdir(), 'countersign-accounts-'));
    await chmod(top, 0o755);
    const tiny = await tinyRegistry();
    expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
    server = await serveFiles(join(tiny.folder, 'dist'));
    const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
    trust = join(top, 'trust.json');
    await writeFile(
      trust,
      JSON.stringify({ ...config, registry: { ...config.registry, url: server.url }, npmRegistry: tiny.npm.url }),
    );
  });

  afterAll(() => rm(top, { recursive: true, force: true }));

  beforeEach(async () => {
    home = join(top, String(count++));
    await mkdir(home);
    await chown(home, user, user);
  });

  /** Without blocking: the registry answers from this process. */
  async function countersign(
    words: string[],
    umask = '022',
    input = '',
  ): Promise<[status: number | null, stderr: string, stdout: string]> {
    const command = [process.execPath, countersignCommand, ...words, '--trust', trust];
    const [program, ...rest] = [...as(user), 'sh', '-c', `umask ${umask} && exec "$@"`, 'sh', ...command];
    const child = spawn(program, rest, { env: { PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: home } });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (said.stdout += String(text)));
    child.stderr.on('data', (text) => (said.stderr += String(text)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return new Promise((resolve) => child.on('close', (status) => resolve([status, said.stderr, said.stdout])));
  }

  const root = (): string => join(home, 'countersign');
  const scriptIn = async (): Promise<string> => {
    const paths = await readdir(root(), { recursive: true });
    return join(root(), paths.find((path) => path.endsWith('tiny-server/index.js')) ?? '');
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}\n';

  /** Moves the installed servers away and back, again and again, as an attacker does who puts other files in their place. */
  async function swapping(folder: string): Promise<ChildProcess> {
    const program = `
      const { renameSync } = require('node:fs');
      const [mine, swapped] = [process.argv[1] + '/installed', process.argv[1] + '/swapped'];
      console.log('ready');
      for (;;) try { renameSync(mine, swapped); renameSync(swapped, mine); } catch {}`;
    const [command, ...words] = as(attacker);
    const child = spawn(command, [...words, process.execPath, '-e', program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    return child;
  }

  test.each([
    ['doctor', ['doctor']],
    ['a first run', ['run', 'tiny']],
    ['install', ['install', 'tiny']],
  ])('%s makes the store for its own account alone, whatever the umask', async (_, words) => {
    const [status, stderr] = await countersign(words, '000', ping);
    expect(status, stderr).toBe(0);
    for (const path of [root(), ...(await readdir(root(), { recursive: true })).map((below) => join(root(), below))]) {
      const { mode, uid } = await stat(path);
      expect([path, uid, mode & 0o6022]).toEqual([path, user, 0]);
    }
    expect((await stat(root())).mode & 0o777).toBe(0o700);
    const stolen = run(attacker, ['ls', root()], { PATH: process.env['PATH'] });
    expect([stolen.status, stolen.stderr]).toEqual([2, expect.stringContaining('Permission denied')]);
  });

  test('an offline first run, which is refused, makes the store for its own account alone', async () => {
    server.silent = true;
    const [status] = await countersign(['run', 'tiny'], '000');
    server.silent = false;
    expect(status).toBe(1);
    expect((await stat(root())).mode & 0o777).toBe(0o700);
    expect((await stat(join(root(), 'audit.jsonl'))).mode & 0o777).toBe(0o600);
  });

  test('another account that swaps folders in a store open to it never has the server started', async () => {
    expect(await countersign(['install', 'tiny'])).toMatchObject([0, '', expect.any(String)]);
    await chmod(root(), 0o777);
    const swapper = await swapping(root());
    try {
      for (let attempt = 0; attempt < 10; attempt++) {
        const [status, stderr, stdout] = await countersign(['run', 'tiny'], '022', ping);
        expect([status, withoutRefusal(stdout)]).toEqual([3, '']);
        expect(stderr).toContain(`E_STORE: ${root()} can be written by its group or by everybody (mode 777)`);
        expect(stderr).toContain('chmod -R go-w');
      }
    } finally {
      swapper.kill('SIGKILL');
    }
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a store of another account', () => chown(root(), attacker, attacker), 'belongs to the user 61001'],
    ['a folder above it that others can write', () => chmod(home, 0o777), 'can put other files in the place of'],
    [
      'a folder of other files in it',
      () => chown(join(root(), 'installed'), attacker, attacker),
      'installed belongs to',
    ],
    ['a cache that a group can write', () => chmod(join(root(), 'registries'), 0o770), 'registries can be written'],
    ['a script of another account', async () => chown(await scriptIn(), attacker, attacker), 'index.js belongs to'],
    ['a script that everybody can write', async () => chmod(await scriptIn(), 0o666), 'index.js can be written'],
    ['a script with the setuid bit', async () => chmod(await scriptIn(), 0o4755), 'index.js has the setuid'],
    [
      'a folder around it with the setgid bit',
      async () => chmod(join(await scriptIn(), '..'), 0o2755),
      'has the setuid',
    ],
    [
      'an audit log that others can write',
      () => chmod(join(root(), 'audit.jsonl'), 0o666),
      'audit.jsonl can be written',
    ],
  ])('refuses %s, says what to do, and starts nothing', async (_, change, message) => {
    expect(await countersign(['install', 'tiny'])).toMatchObject([0, '', expect.any(String)]);
    expect(await countersign(['run', 'tiny'], '022', ping)).toMatchObject([0, '', expect.stringContaining('result')]);
    await change();
    // What another account owns this one may not even read: then it cannot be checked, and is not used.
    const [status, stderr, stdout] = await countersign(['run', 'tiny'], '022', ping);
    expect([status, withoutRefusal(stdout)], stderr).toEqual([3, '']);
    expect(stderr).toMatch(/E_STORE/u);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  test('goes through a folder like /tmp, where nobody can rename what is not theirs', async () => {
    await chmod(home, 0o1777);
    const [status, stderr] = await countersign(['run', 'tiny'], '022', ping);
    expect(status, stderr).toBe(0);
  });
});
