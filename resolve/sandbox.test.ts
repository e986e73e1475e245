import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../test/support/folder.ts';
import { listOffers } from './mcp-session.ts';
import { ProcessSession } from './process-session.ts';
import { canConfine, confined } from './sandbox.ts';

const confines = await canConfine();
beforeEach((context) => {
  context.skip(!confines && process.env.CI === undefined, 'bubblewrap is not here, or may not make a sandbox');
  if (!confines) throw new Error('bubblewrap must be installed and allowed in CI');
});

const home = '/home/sandbox';
const confinedNode = (script: string, words: readonly string[] = [], read: readonly string[] = []): Promise<string[]> =>
  confined([process.execPath, '-e', script, '--', ...words], {
    read: [process.execPath, ...read],
    folder: home,
    environment: new Map([['GIVEN', 'yes']]),
  });

/** The value of an expression, computed by Node in the sandbox. */
async function inside(expression: string, read: readonly string[] = []): Promise<unknown> {
  const script = `
    const fs = require('node:fs'), os = require('node:os');
    const codeOf = (act) => { try { act(); return 'done'; } catch (error) { return error.code ?? error.message; } };
    console.log(JSON.stringify(${expression}));`;
  const [program = '', ...words] = await confinedNode(script, [], read);
  const { stdout } = await promisify(execFile)(program, words);
  return JSON.parse(stdout);
}

test('shows the program itself, but no files beside it', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'read-me'), 'words');
  await writeFile(join(folder, 'secret'), 'words');
  expect(await inside(`fs.readdirSync(${JSON.stringify(folder)})`, [join(folder, 'read-me')])).toEqual(['read-me']);
  expect(await inside(`fs.readdirSync(require('node:path').dirname(process.execPath))`)).toEqual(['node']);
});

test('has only the given environment, and no network except its own loopback', async () => {
  expect(await inside('[Object.keys(process.env).sort(), Object.keys(os.networkInterfaces())]')).toEqual([
    ['GIVEN', 'HOME', 'PWD'],
    ['lo'],
  ]);
});

test('allows writing in three folders only', async () => {
  const places = ['/tmp', '/dev/shm', home, '/', '/dev', '/home', '/usr', '/usr/bin'];
  expect(
    await inside(`${JSON.stringify(places)}.map((place) => codeOf(() => fs.writeFileSync(place + '/x', 'x')))`),
  ).toEqual(['done', 'done', 'done', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS']);
  expect(await inside(`codeOf(() => fs.writeFileSync('/dev/null', 'x'))`)).toBe('done');
});

test('limits files, folders, memory and processors', async () => {
  const limits = String(await inside(`fs.readFileSync('/proc/self/limits', 'utf8')`));
  expect(limits).toMatch(/^Max cpu time +60 +60 /mu);
  expect(limits).toMatch(/^Max file size +268435456 +268435456 /mu);
  expect(limits).toMatch(/^Max data size +2147483648 +2147483648 /mu);
  expect(limits).toMatch(/^Max core file size +0 +0 /mu);
  expect(limits).toMatch(/^Max processes +1024 +1024 /mu);
  const sizes = `['/tmp', '/dev/shm', '${home}'].map((place) => { const { blocks, bsize } = fs.statfsSync(place); return blocks * bsize; })`;
  expect(await inside(sizes)).toEqual([268435456, 268435456, 268435456]);
  expect(await inside(`codeOf(() => { for (const all = []; ; ) all.push(Buffer.alloc(64 << 20)); })`)).toMatch(
    /allocat/u,
  );
});

test('allows no further user namespace', async () => {
  const { status } = (await inside(
    `require('node:child_process').spawnSync('/usr/bin/unshare', ['--user', '/usr/bin/true'])`,
  )) as { status: unknown };
  expect(status).not.toBe(0);
});

test.each([
  ['answers', `say(id, { protocolVersion: '2025-11-25', capabilities: {} })`],
  ['fails', `process.stdout.write('x'.repeat(9_000_000))`],
])('leaves nothing running of a server that %s', async (_, reaction) => {
  const mark = randomUUID();
  const script = `
    const say = (id, result) => process.stdout.write(JSON.stringify({ id, result }) + '\\n');
    const quiet = ['-e', 'setInterval(() => {}, 1000)', '--', process.argv[1]];
    require('node:child_process').spawn(process.execPath, quiet, { detached: true, stdio: 'ignore' }).unref();
    process.stdin.on('data', (line) => { const { id } = JSON.parse(String(line).split('\\n')[0]); ${reaction}; });`;
  const command = await confinedNode(script, [mark]);
  const listing = listOffers((limits) => new ProcessSession(command, limits), {}).catch(() => undefined);
  await expect.poll(() => processesWith(mark)).not.toBe(0);
  await listing;
  await expect.poll(() => processesWith(mark)).toBe(0);
});

/** How many processes of this machine have a word in their command line. */
async function processesWith(word: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(word)).length;
}
