import { chmod, lstat, mkdir, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync, spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openLauncher } from '../../artefacts/launcher.ts';
import { sha256 } from '../../core/digest.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aLauncher, type LauncherChange } from '../../test/support/launchers.ts';
import { commandIn, packageIn, programIn } from './place.ts';
import { putBeside } from './put-beside.ts';
import { keychainAdvice, selfUpdate, type Task, type Updated } from './self-update.ts';

let base: string;
let root: string;
let link: string;
let written: string[];
const now = new Date('2026-06-01T12:00:00Z');
const none = async (): Promise<void> => undefined;

/** The link leads to the first version, put there as the next ones are. */
beforeEach(async () => {
  base = await realpath(await temporaryFolder());
  root = join(base, 'opt');
  link = join(base, 'countersign');
  written = [];
  await mkdir(root);
  const first = await putBeside(root, openLauncher(aLauncher('1.0.0'), 'it'), { more: none, checkStarts: none });
  await symlink(commandIn(first), link);
});

function update(version: string, change: LauncherChange = {}, task: Partial<Task> = {}): Promise<Updated> {
  const bytes = aLauncher(version, change);
  return selfUpdate({
    published: { version, sha256: sha256(bytes), bytes: bytes.byteLength },
    fetch: () => Promise.resolve(bytes),
    ...{ root, folder: join(root, '1.0.0'), link, now: () => now },
    audit: (message) => void written.push(message),
    ...task,
  });
}

const runs = (): string => execFileSync(link, ['--version'], { encoding: 'utf8' }).trim();
const versions = async (): Promise<string[]> => (await readdir(root)).sort();

test('puts the version beside the one before, and then lets the link lead to it', async () => {
  expect(runs()).toBe('1.0.0');
  expect(await update('1.1.0')).toEqual({ folder: join(root, '1.1.0'), keychain: 'none' });
  expect(runs()).toBe('1.1.0');
  expect(await readlink(link)).toBe(commandIn(join(root, '1.1.0')));
  expect(await versions()).toEqual(['1.0.0', '1.1.0']);
  expect(await readdir(base)).toEqual(['countersign', 'opt']);
  expect(written).toEqual([expect.stringContaining('countersign 1.1.0, SHA-256 ')]);
});

test('everybody may read what is put there, and nobody else write it, whatever the umask', async () => {
  const before = process.umask(0o077);
  try {
    await update('1.1.0');
  } finally {
    process.umask(before);
  }
  const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8);
  const folder = join(root, '1.1.0');
  expect(await Promise.all([folder, packageIn(folder), dirname(programIn(folder))].map(modeOf))).toEqual(
    Array.from({ length: 3 }, () => '755'),
  );
  expect(await Promise.all([programIn(folder), join(packageIn(folder), 'package.json')].map(modeOf))).toEqual([
    '755',
    '644',
  ]);
});

test('with no link, nothing is switched', async () => {
  const bytes = aLauncher('1.1.0');
  const published = { version: '1.1.0', sha256: sha256(bytes), bytes: bytes.byteLength };
  await selfUpdate({ published, fetch: () => Promise.resolve(bytes), root, now: () => now, audit: () => undefined });
  expect(runs()).toBe('1.0.0');
  expect(await versions()).toEqual(['1.0.0', '1.1.0']);
});

describe('the old one stays, and nothing of the new one, where', () => {
  /** How it ended, and what there is then. */
  const endOf = async (done: Promise<unknown>): Promise<unknown> => {
    const code = await done.then(
      () => 'done',
      (error: { code: unknown }) => error.code,
    );
    return { code, runs: runs(), versions: await versions(), written };
  };
  const unchanged = (code: string): unknown => ({ code, runs: '1.0.0', versions: ['1.0.0'], written: [] });

  test.each<[string, string, LauncherChange]>([
    ['it is another version than was signed', 'E_VERSION', { fields: { version: '1.2.0' } }],
    ['it is another package', 'E_NAME', { fields: { name: 'other' } }],
    ['it holds a path that climbs out', 'E_ARCHIVE', { more: [{ path: 'package/../../x', content: 'x' }] }],
    ['it holds a link', 'E_ARCHIVE', { more: [{ path: 'package/x', type: 'SymbolicLink', linkpath: '/etc' }] }],
    ['it needs another Node', 'old-node', { fields: { engines: { node: '>=99' } } }],
    ['it does not start', 'does-not-start', { says: '1.0.9' }],
  ])('%s', async (_, code, change) => {
    expect(await endOf(update('1.1.0', change))).toEqual(unchanged(code));
  });

  test('it cannot be fetched', async () => {
    const error = Object.assign(new Error('gone'), { code: 'E_DIGEST' });
    expect(await endOf(update('1.1.0', {}, { fetch: () => Promise.reject(error) }))).toEqual(unchanged('E_DIGEST'));
  });

  test('what is done cannot be written down: then the folder is complete, and the next run switches to it', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const failing = (): never => {
      throw full;
    };
    await expect(update('1.1.0', {}, { audit: failing })).rejects.toMatchObject({ code: 'disk-full' });
    expect(runs()).toBe('1.0.0');
    await update('1.1.0');
    expect(runs()).toBe('1.1.0');
  });

  test('somebody else than the administrator runs it', async () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    await expect(update('1.1.0', {}, { fetch: () => Promise.reject(denied) })).rejects.toMatchObject({
      ...{ code: 'not-writable', remedy: expect.stringContaining('as the administrator') },
    });
  });

  test('another account could write there', async () => {
    await chmod(root, 0o777);
    expect(await endOf(update('1.1.0'))).toEqual(unchanged('E_STORE'));
  });

  test('another update is under way; one that was killed is forgotten', async () => {
    const inner = update(
      '1.1.0',
      {},
      {
        fetch: async () => {
          await expect(update('1.1.0')).rejects.toMatchObject({ code: 'update-running' });
          throw new Error('ended');
        },
      },
    );
    await expect(inner).rejects.toThrow('ended');
    await writeFile(join(root, '.update.lock'), '');
    const later = new Date(Date.now() + 3_600_000);
    await update('1.1.0', {}, { now: () => later });
    expect(await versions()).toEqual(['1.0.0', '1.1.0']);
  });

  test('a limit on the size of files ends it as a full disk does', async () => {
    const program = `
      import { putBeside } from ${JSON.stringify(join(import.meta.dirname, 'put-beside.ts'))};
      import { openLauncher } from ${JSON.stringify(join(import.meta.dirname, '../../artefacts/launcher.ts'))};
      import { aLauncher } from ${JSON.stringify(join(import.meta.dirname, '../../test/support/launchers.ts'))};
      const more = [{ path: 'package/large', content: Buffer.alloc(64 * 1024) }];
      const nothing = async () => undefined;
      await putBeside(process.argv[1], openLauncher(aLauncher('1.1.0', { more }), 'it'), { more: nothing, checkStarts: nothing })
        .catch((error) => console.log(error.code ?? error));
    `;
    const words = ['-c', 'ulimit -f 8 && exec "$@"', '-', process.execPath, '--input-type=module', '-e', program, root];
    const { stdout } = spawnSync('bash', words, { encoding: 'utf8', timeout: 30_000 });
    expect(stdout.trim()).toMatch(/^(?:EFBIG|disk-full)$/u);
    expect(await versions()).toEqual(['1.0.0']);
    await update('1.1.0');
    expect(runs()).toBe('1.1.0');
  });
});

describe('an interrupted run', () => {
  test('that had not yet switched the link is ended by the next one', async () => {
    await putBeside(root, openLauncher(aLauncher('1.1.0'), 'it'), { more: none, checkStarts: none });
    expect(runs()).toBe('1.0.0');
    await update('1.1.0');
    expect(runs()).toBe('1.1.0');
  });

  test('leaves one of the two versions, wherever it is killed, and the next one goes on', async () => {
    const at = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
    const program = `
      import { selfUpdate } from ${at('self-update.ts')};
      import { aLauncher } from ${at('../../test/support/launchers.ts')};
      const [root, folder, link] = process.argv.slice(1);
      const fetch = async () => aLauncher('1.1.0');
      const published = { version: '1.1.0', sha256: '', bytes: 0 };
      await selfUpdate({ published, fetch, root, folder, link, now: () => new Date(), audit: () => undefined });
    `;
    const words = ['--import', join(import.meta.dirname, '../../test/support/die-at-write.ts'), '--input-type=module'];
    const seen = new Set<string>();
    let signal: NodeJS.Signals | null = 'SIGKILL';
    for (let write = 1; signal !== null; write++) {
      const env = { ...process.env, DIE_AT_WRITE: String(write) };
      const child = [...words, '-e', program, root, join(root, '1.0.0'), link];
      signal = spawnSync(process.execPath, child, { env, timeout: 30_000 }).signal;
      seen.add(runs());
      const later = new Date(Date.now() + write * 3_600_000);
      await update('1.1.0', {}, { now: () => later });
      expect(runs()).toBe('1.1.0');
      expect([await versions(), (await readdir(base)).sort()]).toEqual([
        ['1.0.0', '1.1.0'],
        ['countersign', 'opt'],
      ]);
      await rm(join(root, '1.1.0'), { recursive: true });
      await rm(link);
      await symlink(commandIn(join(root, '1.0.0')), link);
    }
    expect([...seen]).toEqual(['1.0.0', '1.1.0']);
  }, 240_000);

  test('leaves a folder that is not finished, and a link beside the one that counts: both are taken away', async () => {
    await mkdir(join(root, '.update', `999999.${hostname()}.x`), { recursive: true });
    await symlink('nowhere', `${link}.next`);
    await update('1.1.0');
    expect(await versions()).toEqual(['1.0.0', '1.1.0']);
    expect(await readdir(base)).toEqual(['countersign', 'opt']);
  });

  test.each<[string, (folder: string) => Promise<void>]>([
    ['lacks a file', (folder) => rm(join(packageIn(folder), 'dist/countersign.js'))],
    ['has another content', (folder) => writeFile(join(packageIn(folder), 'dist/countersign.js'), 'evil()')],
    ['has a file more', (folder) => writeFile(join(packageIn(folder), 'dist/more.js'), '')],
    ['can be written by everybody', (folder) => chmod(folder, 0o777)],
    ['holds a link', (folder) => symlink('/etc/passwd', join(packageIn(folder), 'x'))],
    [
      'has another command',
      async (folder) => {
        await rm(commandIn(folder));
        await symlink('/bin/true', commandIn(folder));
      },
    ],
    ['is empty', (folder) => rm(join(folder, 'node_modules'), { recursive: true })],
  ])('is not believed where the folder %s: nothing is written over', async (_, change) => {
    const folder = join(root, '1.1.0');
    await putBeside(root, openLauncher(aLauncher('1.1.0'), 'it'), { more: none, checkStarts: none });
    await change(folder);
    await expect(update('1.1.0')).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?:TREE|STORE)$/u) });
    expect(runs()).toBe('1.0.0');
  });
});

test('a file in the place of a link is not replaced', async () => {
  await writeFile(`${link}.next`, 'mine');
  await expect(update('1.1.0')).rejects.toMatchObject({ code: 'in-the-way' });
  expect(await readFile(`${link}.next`, 'utf8')).toBe('mine');
  expect(runs()).toBe('1.0.0');
});

describe('the package for the keychain', () => {
  const asks = { fields: { optionalDependencies: { '@napi-rs/keyring': '2.1.2' } } };
  const scope = (version: string): string => join(root, version, 'node_modules/@napi-rs');
  const have = async (version: string): Promise<void> => {
    await mkdir(join(scope('1.0.0'), 'keyring-linux-x64-gnu'), { recursive: true });
    await mkdir(join(scope('1.0.0'), 'keyring'));
    await writeFile(join(scope('1.0.0'), 'keyring/package.json'), JSON.stringify({ version }));
    await writeFile(join(scope('1.0.0'), 'keyring-linux-x64-gnu/keyring.node'), 'native');
  };

  test('is kept where it is the version that the new program asks for', async () => {
    await have('2.1.2');
    expect(await update('1.1.0', asks)).toMatchObject({ keychain: 'kept' });
    expect(await readFile(join(scope('1.1.0'), 'keyring-linux-x64-gnu/keyring.node'), 'utf8')).toBe('native');
  });

  test.each<[string, () => Promise<void>]>([
    ['it is another version', none],
    ['there is a link among its files', () => symlink('/etc/passwd', join(scope('1.0.0'), 'keyring/x'))],
    ['another account could write it', () => chmod(join(scope('1.0.0'), 'keyring/package.json'), 0o666)],
  ])('is not kept where %s', async (what, change) => {
    await have(what === 'it is another version' ? '2.1.1' : '2.1.2');
    await change();
    expect(await update('1.1.0', asks)).toMatchObject({ keychain: 'missing' });
    expect(await readdir(join(root, '1.1.0/node_modules'))).toEqual(['.bin', 'countersign']);
    expect(keychainAdvice('1.1.0')).toContain('install countersign 1.1.0 from its file');
  });

  test('is not missed where the version before had none', async () => {
    expect(await update('1.1.0', asks)).toMatchObject({ keychain: 'none' });
  });
});
