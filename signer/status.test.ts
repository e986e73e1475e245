import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
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
import { openApprovalFile } from './approval/approvals-store.ts';
import { isStatusCurrent, standingRevocations, readStatus, updateStatus, type StatusSigner } from './status.ts';
import { folderState } from './state/folder.ts';
import type { Published } from '../catalog/published.ts';

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
let folder: string;
let file: string;
let count = 0;

beforeEach(async () => {
  folder = join(root, String(count++));
  await mkdir(folder);
  file = join(folder, 'status.json');
});

function server(name: string, lifecycle: LifecycleEntry[] = []): Published {
  const current = openApprovalFile(signed(anApproval({ server: aManifest({ name }) })), keyring);
  return { name, current, versions: [current], lifecycle };
}

const update = (published: readonly Published[], at: Date): Promise<boolean> =>
  updateStatus(folderState(folder), published, signer, at);

async function read(): Promise<StatusStatement> {
  const status = await readStatus(folderState(folder), keyring);
  if (status === undefined) throw new Error('there is no status');
  return status.statement;
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

test('is signed again, under the next number, where a clock that was wrong signed it', async () => {
  await update([server('internal-postgres')], later(24 * 365));
  await expect(update([server('internal-postgres')], now)).resolves.toBe(true);
  expect((await read()).predicate).toMatchObject({ sequence: 2, issuedAt: '2026-04-16T10:00:00Z' });
  await expect(update([server('internal-postgres')], later(1))).resolves.toBe(false);
});

test.each<[string, Published[]]>([
  ['a version was revoked', [server('internal-postgres', [revoked])]],
  ['a version was withdrawn', [server('internal-postgres', [{ ...revoked, state: 'withdrawn' }])]],
])('signs again where %s, and counts up', async (_, published) => {
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

test('is signed again for another registry.yaml', async () => {
  await update([server('internal-postgres')], now);
  const moved = { ...signer, registryFile: 'e'.repeat(64) };
  await expect(updateStatus(folderState(folder), [server('internal-postgres')], moved, later(1))).resolves.toBe(true);
  expect((await read()).subject).toEqual([{ name: 'registry.yaml', digest: { sha256: 'e'.repeat(64) } }]);
});

describe('what was revoked', () => {
  const server2 = (approvedAt: string, lifecycle: LifecycleEntry[] = []): Published => {
    const statement = anApproval({ server: aManifest({ version: '1.1.0' }), approvedAt });
    const current = openApprovalFile(signed(statement), keyring);
    return { name: 'internal-postgres', current, versions: [current], lifecycle };
  };
  const old = '2026-04-16T09:30:00Z';

  test.each<[string, LifecycleEntry[]]>([
    ['is taken out of the lifecycle', []],
    ['is only deprecated from now on', [{ ...revoked, state: 'deprecated' }]],
    ['is narrowed', [{ ...revoked, versions: '<1.1.0' }]],
    ['is said of other versions', [{ ...revoked, versions: ['1.2.0'] }]],
  ])('stays revoked where it %s', async (_, lifecycle) => {
    await update([server2(old, [revoked])], now);
    await update([server2(old, lifecycle)], later(1));
    const { predicate } = await read();
    const entry = expect.objectContaining({ name: 'internal-postgres', versions: '<1.2.0', state: 'revoked' });
    expect(predicate.revoked).toContainEqual(entry);
    expect(standingRevocations(await read(), [server2(old, lifecycle)])).toEqual([entry]);
  });

  test.each<[string, LifecycleEntry[], number]>([
    ['is widened', [{ ...revoked, versions: '<2.0.0' }], 1],
    ['has another reason', [{ ...revoked, reason: 'worse than thought' }], 1],
    ['is narrowed by what was never approved', [{ ...revoked, versions: '<=1.1.0' }], 1],
  ])('is said in the new words where it %s', async (_, lifecycle, entries) => {
    await update([server2(old, [revoked])], now);
    await update([server2(old, lifecycle)], later(1));
    expect((await read()).predicate.revoked.length).toBe(entries);
    expect(standingRevocations(await read(), [server2(old, lifecycle)])).toEqual([]);
  });

  test('runs again where it was approved again since', async () => {
    await update([server2(old, [revoked])], now);
    await update([server2('2026-04-16T10:30:00Z')], later(1));
    expect((await read()).predicate).toMatchObject({ sequence: 2, revoked: [] });
  });

  describe('in a history of commits', () => {
    const at = (commit: string, revokedThen: boolean): { commit: string; lifecycle: LifecycleEntry[] } => ({
      commit,
      lifecycle: revokedThen ? [revoked] : [],
    });
    const committed = [at('a'.repeat(40), false), at('b'.repeat(40), true), at('c'.repeat(40), false)];
    const approvedAt = (commit: string, history = committed): Published => {
      const server11 = aManifest({ version: '1.1.0' });
      const statement = anApproval({ server: server11, approvedAt: old, source: { commit } });
      const current = openApprovalFile(signed(statement), keyring);
      return { name: 'internal-postgres', current, versions: [current], lifecycle: [], committed: history };
    };

    test.each<[string, Published, number]>([
      ['runs again where it was approved at a later commit, however old that is by now', approvedAt('c'.repeat(40)), 0],
      ['stays revoked where it was approved at an earlier one', approvedAt('a'.repeat(40)), 1],
      ['stays revoked where no commit knows of the revocation', approvedAt('c'.repeat(40), committed.slice(2)), 1],
      ['stays revoked where no commit knows of the approval', approvedAt('d'.repeat(40)), 1],
    ])('%s', async (_, published, entries) => {
      await update([server2(old, [revoked])], now);
      await update([published], later(30));
      expect((await read()).predicate.revoked.length).toBe(entries);
    });
  });

  test('stays revoked where its server is gone', async () => {
    await update([server2(old, [revoked])], now);
    await update([server('warehouse')], later(1));
    expect((await read()).predicate.revoked).toMatchObject([{ name: 'internal-postgres' }]);
  });
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
  await expect(readStatus(folderState(folder), keyring)).resolves.toBeUndefined();
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
  folder = join(folder, 'a file');
  await writeFile(folder, '');
  await expect(update([server('internal-postgres')], now)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('leaves the status as it is where signing fails', async () => {
  await update([server('internal-postgres')], now);
  const before = await readFile(file);
  const failing = { ...signer, key: signingKey(testKey(2)) };
  const published = [server('internal-postgres', [revoked])];
  const attempt = updateStatus(folderState(folder), published, failing, later(1));
  await expect(attempt).rejects.toMatchObject({ code: 'E_KEY' });
  await expect(readFile(file)).resolves.toEqual(before);
});

test('does not begin again where the status cannot be read', async () => {
  await mkdir(file);
  await expect(update([server('warehouse')], now)).rejects.toMatchObject({ code: 'EISDIR' });
});
