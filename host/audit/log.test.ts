import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import * as compiled from '../../schemas/compiled.js';
import { sha256 } from '../../core/digest.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { nothingBefore } from './chain.ts';
import type { Audited } from './event.ts';
import type { Keeping, TrailPlace } from './files.ts';
import { AuditLog } from './log.ts';

const now = new Date('2026-04-16T10:00:00.123Z');
const plenty: Keeping = { days: 90, bytes: 100_000_000 };
let place: TrailPlace;

beforeEach(async () => {
  const folder = await temporaryFolder();
  place = { file: join(folder, 'audit.jsonl'), folder: join(folder, 'audit') };
});

const event: Audited = {
  event: 'launch',
  outcome: 'allowed',
  registry: 'mcp.example.com',
  server: 'internal-postgres',
  version: '1.2.0',
  digests: { bundle: 'a'.repeat(64) },
};
const newLog = (keeping = plenty, fullBytes?: number, at = now): AuditLog =>
  new AuditLog(place, keeping, () => at, fullBytes);
const textLines = async (file = place.file): Promise<string[]> =>
  (await readFile(file, 'utf8')).split('\n').slice(0, -1);
const lines = async (file?: string): Promise<Record<string, unknown>[]> =>
  (await textLines(file)).map((line) => JSON.parse(line) as Record<string, unknown>);

test('adds a line that is of the format, with who, where and when', async () => {
  newLog().append(event);
  const [line] = await lines();
  expect(line).toMatchObject({ schemaVersion: 1, time: '2026-04-16T10:00:00.123Z', device: hostname(), ...event });
  expect(line?.user).toEqual(expect.any(String));
  compiled.auditEvent(line);
  expect(compiled.auditEvent.errors ?? []).toEqual([]);
});

test('makes each line name the one before it, and a new chain the last line of the trail', async () => {
  const log = newLog();
  log.append(event);
  log.append(event);
  newLog().append(event);
  const [first = '', second = ''] = await textLines();
  expect(await lines()).toMatchObject([
    { sequence: 1, previous: nothingBefore },
    { sequence: 2, previous: sha256(first) },
    { sequence: 1, previous: sha256(second) },
  ]);
  expect(new Set((await lines()).map(({ chain }) => chain)).size).toBe(2);
});

test.each<[string, Partial<Audited>]>([
  ['a message of several lines', { message: `first\nsecond\u2028${'x'.repeat(5000)}` }],
  ['a text that is cut in the middle of a character', { message: `${'x'.repeat(499)}😀` }],
  [
    'a long name with commands to a terminal',
    { tool: '\u001b[2J'.repeat(1000), client: { name: '\ud800'.repeat(999) } },
  ],
])('writes %s as one line of the format', async (_, change) => {
  newLog().append({ ...event, ...change });
  const [line, ...more] = await lines();
  expect(more).toEqual([]);
  compiled.auditEvent(line);
  expect(compiled.auditEvent.errors ?? []).toEqual([]);
});

test('ends the last line of a process that was killed, and goes on after it', async () => {
  newLog().append(event);
  appendFileSync(place.file, '{"schemaVersion":1,"ti');
  newLog().append(event);
  const [whole = '', torn, next = ''] = await textLines();
  expect(torn).toBe('{"schemaVersion":1,"ti');
  expect(JSON.parse(next)).toMatchObject({ sequence: 1, previous: sha256(whole) });
});

test('begins again in a new file where another process moved the old one away', async () => {
  const log = newLog();
  log.append(event);
  await rename(place.file, `${place.file}.old`);
  log.append(event);
  const [old = ''] = await textLines(`${place.file}.old`);
  expect(await lines()).toMatchObject([{ sequence: 2, previous: sha256(old) }]);
});

test('moves a full file away, and goes on with the chain in a new one', async () => {
  const log = newLog(plenty, 1000);
  for (let count = 0; count < 10; count++) log.append(event);
  const full = await readdir(place.folder);
  expect(full.map((name) => name.slice(0, 9))).toEqual(full.map((_, index) => `0000000${index + 1}-`));
  expect(full.length).toBeGreaterThan(1);
  const all = [...(await Promise.all(full.map((name) => lines(join(place.folder, name))))).flat(), ...(await lines())];
  expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('keeps no more than it may, and nothing for longer', async () => {
  const log = newLog({ days: 90, bytes: 3000 }, 1000);
  for (let count = 0; count < 40; count++) log.append(event);
  const kept = await readdir(place.folder);
  const sizes = await Promise.all(kept.map((name) => stat(join(place.folder, name)).then(({ size }) => size)));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(3000);
  expect(kept.length).toBeGreaterThan(0);
  const [oldest = ''] = kept;
  const long = new Date(now.getTime() - 91 * 86_400_000);
  await utimes(join(place.folder, oldest), long, long);
  for (const name of kept.slice(1)) await utimes(join(place.folder, name), now, now);
  const later = newLog({ days: 90, bytes: 100_000 }, 1000);
  for (let count = 0; count < 4; count++) later.append(event);
  expect(await readdir(place.folder)).not.toContain(oldest);
  expect(await readdir(place.folder)).toEqual(expect.arrayContaining(kept.slice(1)));
});

test('appends without moving anything while another process does that', async () => {
  await mkdir(place.folder);
  await writeFile(join(place.folder, 'rotating'), '');
  await utimes(join(place.folder, 'rotating'), now, now);
  const log = newLog(plenty, 500);
  for (let count = 0; count < 5; count++) log.append(event);
  expect(await lines()).toHaveLength(5);
  // That process was killed: its lock grows stale, also where the clock was set back.
  const back = newLog(plenty, 500, new Date(now.getTime() - 3_600_000));
  back.append(event);
  expect(await lines()).toHaveLength(1);
});

test('throws where it cannot be written: what is not written down does not happen', async () => {
  const inFile = join(dirname(place.file), 'a');
  await writeFile(inFile, '');
  const log = new AuditLog({ file: join(inFile, 'audit.jsonl'), folder: inFile }, plenty, () => now);
  expect(() => log.append(event)).toThrow();
});

test('a failure is written down where it can be, and hides no reason where it cannot', async () => {
  newLog().appendFailure(event);
  expect(await lines()).toHaveLength(1);
  const inFile = join(dirname(place.file), 'a');
  await writeFile(inFile, '');
  const log = new AuditLog({ file: join(inFile, 'audit.jsonl'), folder: inFile }, plenty, () => now);
  expect(() => log.appendFailure(event)).not.toThrow();
});

test('says so where its folder was deleted, and goes on once it is there again', async () => {
  const log = newLog();
  log.append(event);
  await rm(dirname(place.file), { recursive: true });
  expect(() => log.append(event)).toThrow(
    expect.objectContaining({
      code: 'store-gone',
      remedy: expect.stringContaining('start the server again') as string,
    }),
  );
  await mkdir(dirname(place.file));
  log.append(event);
  expect(await textLines()).toHaveLength(1);
});

test('throws where the disk takes only a part of a line, and uses its number again', async () => {
  // A limit on the size of files acts as a full disk does: the first write is cut short, the next one fails.
  const program = `
    import { appendFileSync } from 'node:fs';
    import { AuditLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};
    const log = new AuditLog(${JSON.stringify(place)}, { days: 1, bytes: 1e9 }, () => new Date(0));
    const told = [];
    for (let count = 0; count < 30; count++)
      try { log.append(${JSON.stringify(event)}); } catch (error) { told.push(error.code); }
    console.log(JSON.stringify(told));
  `;
  const bash = ['-c', 'ulimit -f 4 && exec "$@"', '-', process.execPath, '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync('bash', bash, { encoding: 'utf8', timeout: 30_000 });
  const told: unknown = JSON.parse(stdout || JSON.stringify(stderr));
  expect(told).toEqual(expect.arrayContaining(['disk-full']));
  const written = await readFile(place.file, 'utf8');
  expect(written).toHaveLength(4096);
  const whole = written.split('\n').slice(0, -1);
  newLog().append(event);
  expect(JSON.parse((await textLines()).at(-1) ?? '')).toMatchObject({ previous: sha256(whole.at(-1) ?? '') });
});

test.each<[string, () => Promise<unknown>]>([
  ['a pipe that nobody reads', async () => execFileSync('mkfifo', [place.file])],
  [
    'a link into another file',
    () => writeFile(`${place.file}.x`, '').then(() => symlink(`${place.file}.x`, place.file)),
  ],
  ['a file that others can write', () => writeFile(place.file, '').then(() => chmod(place.file, 0o666))],
  ['a folder', () => mkdir(place.file)],
])('does not write into %s, and does not wait', async (_, make) => {
  await make();
  expect(() => newLog().append(event)).toThrow(expect.objectContaining({ name: 'Refusal', code: 'E_STORE' }));
});

test('writes no more once others can write the file', async () => {
  const log = newLog();
  log.append(event);
  await chmod(place.file, 0o620);
  expect(() => log.append(event)).toThrow(expect.objectContaining({ code: 'E_STORE' }));
});

test('makes files and a folder that this account alone can use', async () => {
  const before = process.umask(0);
  try {
    const log = newLog(plenty, 500);
    for (let count = 0; count < 5; count++) log.append(event);
  } finally {
    process.umask(before);
  }
  expect((await stat(place.file)).mode & 0o777).toBe(0o600);
  expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
});

/** What four processes write at one time, whose files are full soon. */
async function linesOfFour(clock: string): Promise<string[]> {
  const program = `
    import { AuditLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};
    const log = new AuditLog(${JSON.stringify(place)}, { days: 1, bytes: 1e9 }, () => ${clock}, 1500);
    for (let count = 0; count < 100; count++) log.append(${JSON.stringify(event)});
  `;
  const script = join(dirname(place.file), 'append.ts');
  await writeFile(script, program);
  const all = 'for one in 1 2 3 4; do "$1" "$2" & done; wait';
  execFileSync('bash', ['-c', all, '-', process.execPath, script], { timeout: 30_000 });
  const full = (await readdir(place.folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const files = [...full.map((name) => join(place.folder, name)), place.file];
  return (await Promise.all(files.map((file) => textLines(file)))).flat().filter((line) => line !== '');
}

test('keeps the lines of several processes whole, each chain in its order', async () => {
  const texts = await linesOfFour('new Date()');
  const chains = new Map<unknown, string[]>();
  for (const text of texts) {
    const { chain } = JSON.parse(text) as { chain: string };
    chains.set(chain, [...(chains.get(chain) ?? []), text]);
  }
  expect(texts).toHaveLength(400);
  expect(chains.size).toBe(4);
  for (const own of chains.values())
    own.forEach((text, index) => {
      const { sequence, previous } = JSON.parse(text) as { sequence: number; previous: string };
      expect(sequence).toBe(index + 1);
      if (index > 0) expect(previous).toBe(sha256(own[index - 1] ?? ''));
    });
});

test('loses no line where the clock is not that of the file system, so that a new lock seems stale', async () => {
  expect(await linesOfFour('new Date(0)')).toHaveLength(400);
});
