/** The keychain of this account, or on Linux a Secret Service of the test's own. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';

const program = `
import { openKeychain } from ${JSON.stringify(join(import.meta.dirname, 'keychain.ts'))};
const entry = { service: 'countersign-test', account: 'mcp.example.com/tiny/TOKEN' };
const said = [];
try {
  const keychain = await openKeychain();
  said.push((await keychain.get(entry)) ?? null);
  await keychain.set(entry, 'line 1\\nline 2');
  said.push(await keychain.get(entry), await keychain.remove(entry), await keychain.remove(entry));
} catch (error) {
  said.push(error.code, error.message);
}
console.log(JSON.stringify(said));`;

async function inSession(words: readonly string[], env: Record<string, string>): Promise<unknown> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'session'), { mode: 0o700 });
  await writeFile(join(folder, 'program.ts'), program);
  const [file, ...more] = [...words, process.execPath, join(folder, 'program.ts')];
  const { stdout } = await promisify(execFile)(file, more, {
    env: { PATH: '/usr/bin:/bin', HOME: folder, XDG_RUNTIME_DIR: join(folder, 'session'), ...env },
    timeout: 50_000,
  });
  return JSON.parse(stdout);
}

test.runIf(process.platform === 'linux')('no other store is used where there is no Secret Service', async () => {
  expect(await inSession([], { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' })).toEqual([
    'no-keychain',
    'the keychain of this account cannot be used: it does not answer, or is locked',
  ]);
});

const isThere = ['dbus-run-session', 'gnome-keyring-daemon'].every(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

test.runIf(process.platform === 'linux' && isThere)('a Secret Service keeps a secret, and forgets it', async () => {
  const unlocked = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"';
  expect(await inSession(['dbus-run-session', '--', 'sh', '-c', unlocked, 'sh'], {})).toEqual([
    null,
    'line 1\nline 2',
    true,
    false,
  ]);
});
