import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import {
  aManifest,
  anApproval,
  anOpenKeyring,
  aStatus,
  signed,
  signingKey,
  testKey,
} from '../test/support/statements.ts';
import type { LifecycleEntry, StatusStatement } from '../schemas/types.ts';
import { openApprovalFile } from './approvals-store.ts';
import type { Published } from './record.ts';
import { isStatusCurrent, readStatus, updateStatus, type StatusSigner } from './status.ts';

const root = await temporaryFolder();
const keyring = anOpenKeyring();
const registryFile = 'd'.repeat(64);
const signer: StatusSigner = {
  registry: 'mcp.example.com',
  registryFile,
  environment: 'production',
  key: signingKey(),
  keyring,
};
const now = new Date('2026-04-16T10:00:00Z');
const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);
let file: string;
let count = 0;

beforeEach(() => {
  file = join(root, `status-${count++}.json`);
});

function server(name: string, lifecycle: LifecycleEntry[] = []): Published {
  const current = openApprovalFile(signed(anApproval({ server: aManifest({ name }) })), keyring);
  return { name, current, versions: [current], lifecycle };
}

const update = (published: readonly Published[], at: Date): Promise<boolean> =>
  updateStatus(file, published, signer, at);

async function read(): Promise<StatusStatement> {
  const status = await readStatus(file, keyring);
  if (status === undefined) throw new Error('there is no status');
  return status;
}

const revoked: LifecycleEntry = {
  versions: '<1.2.0',
  state: 'revoked',
  since: '2026-04-16',
  reason: 'x',
  advisory: 'CVE-2026-1',
};

test('signs the first status', async () => {
  await expect(update([server('warehouse'), server('internal-postgres')], now)).resolves.toBe(true);
  await expect(read()).resolves.toEqual(aStatus());
});

test('keeps a status to the byte while it says what is so', async () => {
  await update([server('internal-postgres')], now);
  const before = await readFile(file);
  await expect(update([server('internal-postgres')], later(23.99))).resolves.toBe(false);
  await expect(readFile(file)).resolves.toEqual(before);
});

test('renews it after a day, under the next number', async () => {
  await update([server('internal-postgres')], now);
  await expect(update([server('internal-postgres')], later(24))).resolves.toBe(true);
  expect((await read()).predicate).toMatchObject({
    sequence: 2,
    issuedAt: '2026-04-17T10:00:00Z',
    expiresAt: '2026-04-24T10:00:00Z',
  });
});

test.each<[string, Published[]]>([
  ['a version was revoked', [server('internal-postgres', [revoked])]],
  ['a version was withdrawn', [server('internal-postgres', [{ ...revoked, state: 'withdrawn' }])]],
])('signs anew where %s, and counts up', async (_, published) => {
  await update([server('internal-postgres')], now);
  await expect(update(published, later(1))).resolves.toBe(true);
  await expect(update(published, later(2))).resolves.toBe(false);
  expect((await read()).predicate.sequence).toBe(2);
});

test.each<[string, Published[]]>([
  ['a server came', [server('internal-postgres'), server('warehouse')]],
  ['a version was deprecated', [server('internal-postgres', [{ ...revoked, state: 'deprecated', versions: '*' }])]],
])('says nothing new where %s: that is in records', async (_, published) => {
  await update([server('internal-postgres')], now);
  await expect(update(published, later(1))).resolves.toBe(false);
});

test('is signed anew for another registry.yaml', async () => {
  await update([server('internal-postgres')], now);
  const moved = { ...signer, registryFile: 'e'.repeat(64) };
  await expect(updateStatus(file, [server('internal-postgres')], moved, later(1))).resolves.toBe(true);
  expect((await read()).subject).toEqual([{ name: 'registry.yaml', digest: { sha256: 'e'.repeat(64) } }]);
});

test('counts on where something is taken back: a number is never used again', async () => {
  await update([server('internal-postgres')], now);
  await update([server('internal-postgres', [revoked])], later(1));
  await update([server('internal-postgres')], later(2));
  expect((await read()).predicate.sequence).toBe(3);
});

test('lists what is revoked or withdrawn, sorted by name, and not what is deprecated', async () => {
  const withdrawn: LifecycleEntry = { versions: ['1.0'], state: 'withdrawn', since: '2026-04-16', reason: 'y' };
  const published = [
    server('warehouse', [withdrawn, { ...revoked, state: 'deprecated', sunset: '2026-12-31' }]),
    server('internal-postgres', [revoked]),
  ];
  await update(published, now);
  expect((await read()).predicate.revoked).toEqual([
    {
      name: 'internal-postgres',
      versions: '<1.2.0',
      state: 'revoked',
      since: '2026-04-16',
      reason: 'x',
      advisory: 'CVE-2026-1',
    },
    { name: 'warehouse', versions: ['1.0'], state: 'withdrawn', since: '2026-04-16', reason: 'y' },
  ]);
});

test('lists the revocations of one server in the order of its manifest', async () => {
  const second: LifecycleEntry = { ...revoked, versions: '<1.1.0', reason: 'y' };
  await update([server('internal-postgres', [revoked, second])], now);
  expect((await read()).predicate.revoked.map(({ reason }) => reason)).toEqual(['x', 'y']);
});

test('knows whether a status is current', async () => {
  const published = [server('internal-postgres')];
  await update(published, now);
  const status = await read();
  expect(isStatusCurrent(status, published, registryFile)).toBe(true);
  expect(isStatusCurrent(status, [server('internal-postgres', [revoked])], registryFile)).toBe(false);
  expect(isStatusCurrent(status, published, 'e'.repeat(64))).toBe(false);
});

test('gives nothing where there is no file', async () => {
  await expect(readStatus(file, keyring)).resolves.toBeUndefined();
});

test.each<[string, Uint8Array, string]>([
  ['was cut short', signed(aStatus()).slice(0, 200), 'is not JSON'],
  ['is empty', Buffer.alloc(0), 'is not JSON'],
  ['was signed by another key', signed(aStatus(), { key: testKey(2) }), 'which the keyring does not hold'],
  ['is of another registry', signed(aStatus({ registry: 'mcp.example.org' })), 'for the registry mcp.example.org'],
  ['is no status', signed(anApproval()), 'a statement of type'],
])('refuses to count on from a status that %s', async (_, bytes, why) => {
  await writeFile(file, bytes);
  await expect(update([server('internal-postgres')], now)).rejects.toMatchObject({
    name: 'Failure',
    code: 'status',
    message: expect.stringContaining(why),
    remedy: expect.stringContaining('restore it from a copy'),
  });
  await expect(readFile(file)).resolves.toEqual(Buffer.from(bytes));
});

test('says what is in the way where nothing can be written', async () => {
  file = join(root, 'no-such-folder', 'status.json');
  await expect(update([server('internal-postgres')], now)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('leaves the status as it is where signing fails', async () => {
  await update([server('internal-postgres')], now);
  const before = await readFile(file);
  const failing = { ...signer, key: signingKey(testKey(2)) };
  const published = [server('internal-postgres', [revoked])];
  const attempt = updateStatus(file, published, failing, later(1));
  await expect(attempt).rejects.toMatchObject({ code: 'E_KEY' });
  await expect(readFile(file)).resolves.toEqual(before);
});

test('does not begin anew where the status cannot be read', async () => {
  await mkdir(file);
  await expect(update([server('warehouse')], now)).rejects.toMatchObject({ code: 'EISDIR' });
});
