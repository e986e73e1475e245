import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aLock, aManifest, anApproval, anOpenKeyring, aPackage, signed } from '../../test/support/statements.ts';
import { folderState } from '../state/folder.ts';
import type { State } from '../state/state.ts';
import { approvedPackages, rememberPackages } from './approved-packages.ts';
import { ApprovalsStore, openApprovalFile, type StoredApprovals } from './approvals-store.ts';

const root = await temporaryFolder();
const keyring = anOpenKeyring();
/** Where they are remembered. */
const indexFile = 'index/packages.jsonl';
const ofOneLock = ['@example/mcp-postgres', 'tiny', 'zod'];

let folder: string;
let state: State;
let store: ApprovalsStore;
let count = 0;

beforeEach(() => {
  folder = join(root, String(count++));
  state = folderState(folder);
  store = new ApprovalsStore(state, 'this program');
});

/** Approves a server whose lock holds one more package, and says where its lock lies. */
async function approve(name: string, extra: string): Promise<string> {
  const lock = Buffer.from(reviewableJson(aLock({ name }, { [`node_modules/${extra}`]: aPackage(extra, '1.0.0') })));
  const manifest = Buffer.from(`the manifest of ${name}`);
  const statement = anApproval({ server: aManifest({ name, version: '1.2.0' }) }, [
    { name: 'pkg:npm/%40example/mcp-postgres@1.2.0', digest: { sha256: '3f9a'.repeat(16) } },
    { name: `servers/${name}.yaml`, digest: { sha256: sha256(manifest) } },
    { name: `servers/${name}.lock.json`, digest: { sha256: sha256(lock) } },
  ]);
  await store.add(openApprovalFile(signed(statement), keyring), manifest, lock);
  return join(folder, 'subjects', sha256(lock));
}

const approvals = async (): Promise<StoredApprovals['approvals']> => (await store.readAll(keyring)).approvals;
const remember = async (): Promise<void> => rememberPackages(state, store, await approvals());
const names = async (): Promise<string[]> =>
  (await approvedPackages(state, store, await approvals())).map(({ name }) => name).sort();

test('are those of every approved lock, each once', async () => {
  await approve('internal-postgres', 'left');
  await approve('warehouse', 'right');
  await expect(names()).resolves.toEqual([...ofOneLock, 'left', 'right'].sort());
});

test('are read from the locks once only', async () => {
  const lock = await approve('internal-postgres', 'left');
  await remember();
  await rm(lock);
  await expect(names()).resolves.toEqual([...ofOneLock, 'left'].sort());
});

test('are those of new approvals too, which are added to what is remembered', async () => {
  await approve('internal-postgres', 'left');
  await remember();
  const lock = await approve('warehouse', 'right');
  await expect(names()).resolves.toContain('right');
  await remember();
  await rm(lock);
  await expect(names()).resolves.toEqual([...ofOneLock, 'left', 'right'].sort());
});

test('are only written where there is something new', async () => {
  await approve('internal-postgres', 'left');
  const written: string[] = [];
  const watched = {
    ...state,
    replace: (...of: Parameters<State['replace']>) => (written.push(of[0]), state.replace(...of)),
  };
  await rememberPackages(watched, store, await approvals());
  await rememberPackages(watched, store, await approvals());
  expect(written).toEqual([indexFile]);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, 20)],
  ['cut off before its last line', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['of another format', (bytes: Buffer) => Buffer.from(bytes.toString().replace('"format":1', '"format":2'))],
])('are read again where what is remembered is %s', async (_, change) => {
  await approve('internal-postgres', 'left');
  await remember();
  const file = join(folder, indexFile);
  await writeFile(file, change(await readFile(file)));
  await expect(names()).resolves.toContain('left');
});

test('a lock that is lost leaves out its own packages alone, until it is back', async () => {
  const lost = await approve('internal-postgres', 'left');
  await approve('warehouse', 'right');
  const bytes = await readFile(lost);
  await rm(lost);
  await remember();
  await expect(names()).resolves.toEqual([...ofOneLock, 'right'].sort());
  await writeFile(lost, bytes);
  await expect(names()).resolves.toContain('left');
});

test('are not known where the state does not answer', async () => {
  await approve('internal-postgres', 'left');
  const failing = new ApprovalsStore(
    { ...state, read: () => Promise.reject(new Failure('state', 'it does not answer', 'ask again')) },
    'this program',
  );
  await expect(approvedPackages(state, failing, await approvals())).rejects.toMatchObject({ code: 'state' });
});
