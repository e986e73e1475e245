import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig } from '../../test/support/published.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { findTrust, GivenTrustRefused, type FoundTrust } from './find-trust.ts';

let folder: string;
let system: string;
let given: string;
/** Files that others than the administrator can write. */
let open: Set<string>;

beforeEach(async () => {
  folder = await temporaryFolder();
  system = join(folder, 'system.json');
  given = join(folder, 'given.json');
  open = new Set();
});

const write = (path: string, change: Partial<TrustConfig> = {}): Promise<void> =>
  writeFile(path, JSON.stringify(aTrustConfig('https://mcp.example.com', change)));

const development: Partial<TrustConfig> = {
  registry: { id: 'mcp.example.com-development', url: 'http://localhost:4321', environment: 'development' },
};

const find = (path?: string): Promise<FoundTrust> =>
  findTrust(path, {
    system,
    otherWriters: async (place) => (open.has(place) ? [`${place} belongs to the user 1000`] : []),
  });

const refused = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_TRUST_CONFIG', message: expect.stringContaining(message) });

test("takes the system's, where there is one", async () => {
  await write(system);
  await expect(find()).resolves.toMatchObject({
    path: system,
    trust: { config: { registry: { id: 'mcp.example.com' } } },
  });
  expect(await find()).not.toHaveProperty('insteadOf');
});

test('reads the file once, and believes what was looked at and no other', async () => {
  await write(system);
  const found = await findTrust(undefined, {
    system,
    otherWriters: async (place) => {
      // Whoever puts another file there between the check and the reading changes nothing.
      await rm(place);
      await write(place, { exportedAt: '2099-01-01T00:00:00Z' });
      return [];
    },
  });
  expect(found.trust.config.exportedAt).toBe('2026-05-01T00:00:00Z');
});

test.each<[string, (path: string) => unknown]>([
  ['a folder', (path) => mkdir(path)],
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
])('refuses %s in its place, without waiting', async (_, place) => {
  await place(given);
  await expect(find(given)).rejects.toEqual(refused(`${given} is no regular file`));
  await place(system);
  await expect(find()).rejects.toEqual(refused(`${system} is no regular file`));
});

test('reads no file larger than any trust config may be', async () => {
  await write(given, development);
  await truncate(given, 1_500_000_000);
  await expect(find(given)).rejects.toMatchObject({ name: 'Refusal', code: 'E_TOO_LARGE' });
});

test("refuses the system's where others can write it", async () => {
  await write(system);
  await write(given, development);
  open.add(system);
  await expect(find()).rejects.toEqual(refused('belongs to the user 1000'));
  await expect(find(given)).rejects.toEqual(refused('belongs to the user 1000'));
});

test("refuses another in place of the system's, and says whose", async () => {
  await write(system);
  await write(given, development);
  await expect(find(given)).rejects.toEqual(refused(`this device trusts what ${system} says`));
  await expect(find(given)).rejects.toBeInstanceOf(GivenTrustRefused);
  await expect(find(join(folder, 'missing.json'))).rejects.toBeInstanceOf(GivenTrustRefused);
});

test("takes the system's own by its name, or through a link", async () => {
  await write(system);
  await symlink(system, given);
  await expect(find(system)).resolves.toMatchObject({ path: system });
  await expect(find(given)).resolves.toMatchObject({ path: system });
});

test("takes another where the system's allows it", async () => {
  await write(system, { allowOtherTrust: true });
  await write(given, development);
  await expect(find(given)).resolves.toMatchObject({
    path: given,
    insteadOf: { config: { registry: { id: 'mcp.example.com' } } },
  });
  await write(given);
  open.add(given);
  await expect(find(given)).rejects.toEqual(refused('trusts a production registry'));
});

test('takes, where the system has none, what only the administrator can write', async () => {
  await write(given);
  await expect(find(given)).resolves.toMatchObject({ path: given });
  open.add(given);
  await expect(find(given)).rejects.toEqual(refused(`${given} trusts a production registry, and`));
});

test('takes, where the system has none, what anybody can write for development on this machine alone', async () => {
  await write(given, development);
  open.add(given);
  await expect(find(given)).resolves.toMatchObject({ path: given });
  await write(given, {
    registry: { ...development.registry, url: 'https://mcp.example.com' } as TrustConfig['registry'],
  });
  await expect(find(given)).rejects.toEqual(refused('which is not on this machine'));
});

test('says what to do where there is none', async () => {
  await expect(find()).rejects.toMatchObject({ name: 'UsageError', remedy: expect.stringContaining(system) });
});

test('does not take what it cannot look at for nothing', async () => {
  system = join(folder, 'loop');
  await symlink(system, system);
  await expect(find()).rejects.toEqual(refused('cannot be looked at (ELOOP)'));
});

test('sends audit events nowhere but over https, or to this machine', async () => {
  await write(system, { audit: { endpoint: 'http://otel.example.com/v1/logs' } });
  await expect(find()).rejects.toEqual(refused('which is neither https nor on this machine'));
  for (const endpoint of ['https://otel.example.com/v1/logs', 'http://127.0.0.1:4318/v1/logs']) {
    await write(system, { audit: { endpoint } });
    await expect(find()).resolves.toMatchObject({ trust: { config: { audit: { endpoint } } } });
  }
});

test('lets servers run without a sandbox where the system says so, and nowhere else', async () => {
  const unsandboxed = { memory: 'allowed' as const };
  await write(given, { ...development, unsandboxed });
  expect((await find(given)).trust.unsandboxed ?? new Set()).toEqual(new Set());
  await write(system, { unsandboxed, allowOtherTrust: true });
  expect((await find()).trust.unsandboxed).toEqual(new Set(['memory']));
  await write(given, { unsandboxed });
  expect((await find(given)).trust.unsandboxed ?? new Set()).toEqual(new Set());
});
