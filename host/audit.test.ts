import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import * as compiled from '../schemas/compiled.js';
import { Failure } from '../core/failure.ts';
import { Refusal } from '../core/refusal.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { audit, outcomeOf, type Audited } from './audit.ts';

const root = await temporaryFolder();
const now = new Date('2026-04-16T10:00:00.123Z');
let file: string;
let count = 0;

beforeEach(() => {
  file = join(root, String(count++), 'audit.jsonl');
});

const event: Audited = {
  event: 'launch',
  outcome: 'allowed',
  registry: 'mcp.example.com',
  server: 'internal-postgres',
  version: '1.2.0',
  digests: { bundle: 'a'.repeat(64) },
};

const lines = async (): Promise<Record<string, unknown>[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('adds a line that is of the format, with who, where and when', async () => {
  await audit(file, event, now);
  const [line] = await lines();
  expect(line).toMatchObject({ schemaVersion: 1, time: '2026-04-16T10:00:00.123Z', device: hostname(), ...event });
  expect(line?.user).toEqual(expect.any(String));
  compiled.auditEvent(line);
  expect(compiled.auditEvent.errors ?? []).toEqual([]);
});

test('makes a file that its owner alone can read', async () => {
  await audit(file, event, now);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('adds to what is there, and changes nothing of it', async () => {
  await audit(file, event, now);
  const before = await readFile(file, 'utf8');
  await audit(file, event, new Date('2026-04-16T10:00:01Z'));
  const after = await readFile(file, 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(await lines()).toHaveLength(2);
});

test('tears no line where many are written at once', async () => {
  await Promise.all(Array.from({ length: 50 }, () => audit(file, { ...event, message: 'm'.repeat(400) }, now)));
  expect(await lines()).toHaveLength(50);
});

test('keeps a message on one line, and no more than 500 units of it', async () => {
  await audit(file, { ...event, message: `first\nsecond\u2028${'x'.repeat(5000)}` }, now);
  const [line, ...more] = await lines();
  expect(more).toEqual([]);
  expect(line?.message).toHaveLength(500);
});

test('throws where it cannot be written: what is not written down does not happen', async () => {
  await mkdir(file, { recursive: true });
  await expect(audit(file, event, now)).rejects.toMatchObject({ name: 'Refusal', code: 'E_STORE' });
  const inFile = join(file, 'a');
  await writeFile(inFile, '');
  await expect(audit(join(inFile, 'audit.jsonl'), event, now)).rejects.toMatchObject({
    code: 'not-writable',
  });
});

test.each<[string, () => Promise<unknown>]>([
  ['a pipe that nobody reads', async () => execFileSync('mkfifo', [file])],
  ['a link into another file', () => writeFile(`${file}.x`, '').then(() => symlink(`${file}.x`, file))],
  ['a file that others can write', () => writeFile(file, '').then(() => chmod(file, 0o666))],
])('does not write into %s, and does not wait', async (_, place) => {
  await mkdir(dirname(file), { recursive: true });
  await place();
  await expect(audit(file, event, now)).rejects.toMatchObject({ name: 'Refusal', code: 'E_STORE' });
});

test('makes a log that this account alone can read', async () => {
  const before = process.umask(0);
  try {
    await audit(file, event, now);
  } finally {
    process.umask(before);
  }
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
});

test('tells a refusal from a failure', () => {
  expect(outcomeOf(new Refusal('E_REVOKED', 'it is revoked', 'run another'))).toEqual({
    outcome: 'refused',
    code: 'E_REVOKED',
    message: 'it is revoked',
  });
  expect(outcomeOf(new Failure('network', 'no network', 'try again'))).toEqual({
    outcome: 'failed',
    message: 'no network',
  });
  expect(outcomeOf('a word')).toEqual({ outcome: 'failed', message: 'a word' });
});
