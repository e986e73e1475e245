import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aManifest, anApproval, anOpenKeyring, approvalKey, signed, testKey } from '../../test/support/statements.ts';
import type { ApprovalStatement } from '../../schemas/types.ts';
import { folderState } from '../state/folder.ts';
import { ApprovalsStore, openApprovalFile } from './approvals-store.ts';
import type { OpenedApproval } from '../../catalog/published.ts';

const root = await temporaryFolder();
const keyring = anOpenKeyring();
const manifest = Buffer.from('the manifest');
const lock = Buffer.from('the lock');
let folder: string;
let store: ApprovalsStore;
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++));
  store = new ApprovalsStore(folderState(folder), 'this program');
});

/** An approval about the two files above. */
function stored(
  change: Partial<ApprovalStatement['predicate']> = {},
  { name = 'internal-postgres', version = '1.2.0' } = {},
): OpenedApproval {
  const server = aManifest({ name, version });
  const statement = anApproval({ server, ...change }, [
    { name: 'pkg:npm/%40example/mcp-postgres@1.2.0', digest: { sha256: '3f9a'.repeat(16) } },
    { name: `servers/${name}.yaml`, digest: { sha256: sha256(manifest) } },
    { name: `servers/${name}.lock.json`, digest: { sha256: sha256(lock) } },
  ]);
  return openApprovalFile(signed(statement), keyring);
}

const place = (approval: OpenedApproval): string =>
  join(folder, 'approvals', approval.name, approval.version, `${approval.revision}.sigstore.json`);

const failure = (message: string): unknown =>
  expect.objectContaining({ name: 'Failure', code: 'approvals-store', message: expect.stringContaining(message) });

test('takes an approval apart', () => {
  const bytes = signed(anApproval({ sequence: 7, revision: 2 }));
  expect(openApprovalFile(bytes, keyring)).toEqual({
    name: 'internal-postgres',
    version: '1.2.0',
    revision: 2,
    sequence: 7,
    approvedAt: '2026-04-16T09:30:00Z',
    validUntil: '2026-10-13T09:30:00Z',
    statement: anApproval({ sequence: 7, revision: 2 }),
    bytes,
    digest: sha256(bytes),
    manifestDigest: 'a'.repeat(64),
    lockDigest: 'b'.repeat(64),
    keyHint: testKey().hint,
  });
});

test.each([
  ['no lock', 0, 2],
  ['no manifest', 2, 3],
])('refuses an approval with %s among its subjects', (_, from, to) => {
  const { subject } = anApproval();
  const kept = from === 0 ? subject.slice(0, to) : [...subject.slice(0, 1), ...subject.slice(from, to)];
  expect(() => openApprovalFile(signed(anApproval({}, kept)), keyring)).toThrow(
    expect.objectContaining({ code: 'E_SUBJECT' }),
  );
});

test.each([
  ['lists it', true],
  ['does not list it', false],
])('opens an approval whose key was revoked, and says whether the keyring %s', (_, listed) => {
  const bytes = signed(anApproval());
  const stillCount = listed ? [sha256(bytes)] : ['0'.repeat(64)];
  const revoked = { since: '2026-05-01T00:00:00Z', reason: 'stolen', stillCount };
  const opened = openApprovalFile(bytes, anOpenKeyring({ keys: [approvalKey(testKey(), { revoked })] }));
  expect(opened.worthless).toBe(listed ? undefined : true);
  expect(opened).toMatchObject({ sequence: 1, revision: 1, keyHint: testKey().hint });
});

test('is empty at first', async () => {
  await expect(store.readAll(keyring)).resolves.toMatchObject({
    approvals: new Map(),
    damaged: new Set(),
    problems: [],
  });
});

test('keeps an approval with what it is about', async () => {
  const approval = stored();
  await store.add(approval, manifest, lock);
  await expect(readFile(place(approval))).resolves.toEqual(Buffer.from(approval.bytes));
  await expect(store.subject(approval.manifestDigest)).resolves.toEqual(manifest);
  await expect(store.subject(approval.lockDigest)).resolves.toEqual(lock);
  const { approvals: all, open } = await store.readAll(keyring);
  expect([...all.keys()]).toEqual(['internal-postgres']);
  const { statement: _statement, bytes: _bytes, ...summary } = approval;
  expect(all.get('internal-postgres')).toEqual([summary]);
  await expect(open(summary)).resolves.toEqual({ ...approval, bytes: Buffer.from(approval.bytes) });
});

test('gives the approvals of each server, the oldest first', async () => {
  const given = [
    stored({ sequence: 2 }, { version: '1.9.0' }),
    stored({ sequence: 3 }, { version: '1.10.0' }),
    stored({ sequence: 10, revision: 2 }, { version: '1.10.0' }),
    stored({ sequence: 1 }, { name: 'warehouse' }),
  ];
  for (const approval of given) await store.add(approval, manifest, lock);
  const { approvals: all } = await store.readAll(keyring);
  expect(all.get('internal-postgres')?.map(({ sequence }) => sequence)).toEqual([2, 3, 10]);
  expect(all.get('warehouse')?.map(({ sequence }) => sequence)).toEqual([1]);
});

test('never writes over an approval', async () => {
  const first = stored();
  await store.add(first, manifest, lock);
  await expect(store.add(stored({ sequence: 2 }), manifest, lock)).rejects.toEqual(failure('is there already'));
  await expect(readFile(place(first))).resolves.toEqual(Buffer.from(first.bytes));
});

test('lets one of two that sign at the same time add', async () => {
  const attempts = [1, 2, 3].map((sequence) => store.add(stored({ sequence }), manifest, lock));
  const results = await Promise.allSettled(attempts);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await store.readAll(keyring)).approvals.get('internal-postgres')).toHaveLength(1);
});

test('does not take a store that cannot be read for an empty one: numbers would begin again', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'approvals'), 'a file in the place of a folder');
  await expect(store.readAll(keyring)).rejects.toEqual(failure('cannot be read'));
});

test('says what is in the way where nothing can be written', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'approvals'), 'a file in the place of a folder');
  await expect(store.add(stored(), manifest, lock)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('leaves no temporary file behind', async () => {
  await store.add(stored(), manifest, lock);
  await store.add(stored(), manifest, lock).catch(() => undefined);
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

test.each(['1.0.0+build/../../x', '../../../x', '1*', '1.0:2', 'a%2Fb'])(
  'keeps the version %s in a folder of its own',
  async (version) => {
    const approval = stored({}, { version });
    await store.add(approval, manifest, lock);
    const folders = await readdir(join(folder, 'approvals', 'internal-postgres'));
    expect(folders).toHaveLength(1);
    expect(folders[0]).toMatch(/^[A-Za-z0-9._%!'()~-]+$/u);
    expect((await store.readAll(keyring)).approvals.get('internal-postgres')?.[0]?.version).toBe(version);
  },
);

test.each<[string, (path: string) => Promise<void>, string]>([
  ['was cut short', async (path) => writeFile(path, (await readFile(path)).subarray(0, 100)), 'is not JSON'],
  ['is empty', (path) => writeFile(path, ''), 'is not JSON'],
  [
    'was signed by a key that is not known',
    (path) => writeFile(path, signed(anApproval(), { key: testKey(2) })),
    'which the keyring does not hold',
  ],
  [
    'has a changed signature',
    (path) => writeFile(path, signed(anApproval(), { key: { ...testKey(2), hint: testKey(1).hint } })),
    'does not verify',
  ],
])('says which stored approval %s, and what to do', async (_, damage, why) => {
  const approval = stored();
  await store.add(approval, manifest, lock);
  await damage(place(approval));
  await expect(store.readAll(keyring)).rejects.toEqual(
    failure(`the stored approval ${place(approval)} cannot be used: `),
  );
  await expect(store.readAll(keyring)).rejects.toEqual(failure(why));
});

test('takes a damaged approval for the fault of its server, and reads all others', async () => {
  const [approval, other] = [stored(), stored({}, { name: 'warehouse' })];
  for (const each of [approval, other]) await store.add(each, manifest, lock);
  await writeFile(place(approval), '');
  const { approvals, damaged, problems } = await store.readAll(keyring);
  expect([...approvals.keys()]).toEqual(['warehouse']);
  expect([...damaged]).toEqual(['internal-postgres']);
  expect(problems).toMatchObject([{ code: 'approvals-store', file: 'servers/internal-postgres.yaml' }]);
});

test.each([
  ['of another revision', 'internal-postgres/1.2.0/2.sigstore.json'],
  ['of another version', 'internal-postgres/1.3.0/1.sigstore.json'],
  ['of another server', 'warehouse/1.2.0/1.sigstore.json'],
])('refuses an approval in the place of one %s', async (_, elsewhere) => {
  const approval = stored();
  await store.add(approval, manifest, lock);
  const target = join(folder, 'approvals', elsewhere);
  await mkdir(dirname(target), { recursive: true });
  await rename(place(approval), target);
  await expect(store.readAll(keyring)).rejects.toEqual(failure('it lies in the place of another'));
});

test('opens an approval once, and again only where its file or the keyring is another', async () => {
  const [approval, other] = [stored(), stored({}, { name: 'warehouse' })];
  for (const each of [approval, other]) await store.add(each, manifest, lock);
  const first = await store.readAll(keyring);
  await store.saveIndex(first.index);
  const again = await store.readAll(keyring);
  expect(again.index.changed).toBe(false);
  expect(again.approvals).toEqual(first.approvals);

  const revoked = { since: '2026-05-01T00:00:00Z', reason: 'stolen', stillCount: [other.digest] };
  const withoutKey = await store.readAll(anOpenKeyring({ keys: [approvalKey(testKey(), { revoked })] }));
  expect(withoutKey.index.changed).toBe(true);
  expect(withoutKey.approvals.get('internal-postgres')?.[0]?.worthless).toBe(true);
  expect(withoutKey.approvals.get('warehouse')?.[0]?.worthless).toBeUndefined();

  await writeFile(place(approval), '');
  const damagedSince = await store.readAll(keyring);
  expect([...damagedSince.damaged]).toEqual(['internal-postgres']);

  await rm(place(approval));
  const removed = await store.readAll(keyring);
  expect(removed.index.changed).toBe(true);
  expect([...removed.approvals.keys()]).toEqual(['warehouse']);
});

test('refuses to open an approval that is another one than when it was selected', async () => {
  const approval = stored();
  await store.add(approval, manifest, lock);
  const { open } = await store.readAll(keyring);
  await writeFile(place(approval), stored({ sequence: 9 }).bytes);
  await expect(open(approval)).rejects.toEqual(failure('is not what it was when it was read first'));
});

test('takes no notice of files that are no approvals', async () => {
  await store.add(stored(), manifest, lock);
  await writeFile(join(folder, 'approvals', 'README.md'), 'x');
  expect((await store.readAll(keyring)).approvals.size).toBe(1);
});

test('says which manifest or lock is missing, or is another one', async () => {
  const approval = stored();
  await store.add(approval, manifest, lock);
  const path = join(folder, 'subjects', approval.lockDigest);
  await writeFile(path, 'another lock');
  await expect(store.subject(approval.lockDigest)).rejects.toEqual(failure(`${path} is not what was signed`));
  await rm(path);
  await expect(store.subject(approval.lockDigest)).rejects.toEqual(failure(`${path} is missing`));
});

test("keeps an approval whose manifest today's schema rejects, and says why", () => {
  const server = { ...aManifest(), colour: 'green' };
  const opened = openApprovalFile(signed(anApproval({ server })), keyring);
  expect(opened.outdated).toBe('"colour" is not a field of predicate.server');
  expect(opened.version).toBe('1.2.0');
});

test.each<[string, object]>([
  ['no manifest', { server: undefined }],
  ['an unknown field of its own', { colour: 'green' }],
  ['a manifest that is no object', { server: 'x' }],
])('refuses a stored approval with %s', (_, change) => {
  const statement = anApproval();
  const predicate = { ...statement.predicate, ...change };
  expect(() => openApprovalFile(signed({ ...statement, predicate }), keyring)).toThrow(
    expect.objectContaining({ code: 'E_FORMAT' }),
  );
});

test.each<[Partial<ApprovalStatement['predicate']>, string]>([
  [{ registry: 'mcp.example.org' }, 'E_REGISTRY'],
  [{ environment: 'development' }, 'E_ENVIRONMENT'],
  [{ approvedAt: '2020-01-01T00:00:00Z' }, 'E_KEY_WINDOW'],
])('refuses a stored approval with %j as a host would', (change, code) => {
  expect(() => openApprovalFile(signed(anApproval(change)), keyring)).toThrow(expect.objectContaining({ code }));
});
