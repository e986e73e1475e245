/** Signers that share a bucket: many at one time, and such as end at any request. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { targetFile } from '../metadata/role.ts';
import type { OpenedApproval, StoredApproval } from '../../catalog/published.ts';
import type { Call } from '../../test/fakes/aws/call.ts';
import { startAws } from '../../test/fakes/aws/server.ts';
import { aManifest, anApproval, anOpenKeyring, signed, signingKey, testKey } from '../../test/support/statements.ts';
import { ApprovalsStore, openApprovalFile } from '../approval/approvals-store.ts';
import { MetadataStore } from '../metadata/metadata-store.ts';
import { namesAll, publishedMetadata, updateMetadata } from '../metadata/repository.ts';
import { readStatus, updateStatus, type StatusSigner } from '../status.ts';
import { openState } from './open-state.ts';
import type { State } from './state.ts';

const now = new Date('2026-04-16T10:00:00Z');
const keyring = anOpenKeyring();
const signer: StatusSigner = {
  registry: 'mcp.example.com',
  registryFile: 'd'.repeat(64),
  environment: 'production',
  key: signingKey(),
  keyring,
};
const manifest = Buffer.from('the manifest');
const lock = Buffer.from('the lock');
const aws = await startAws();
aws.createBucket('countersign', { versioning: true, onlyConditionalWrites: true });
let opened = 0;

beforeAll(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterEach(() => {
  aws.fault = undefined;
  aws.denied.clear();
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** Each signer opens the state by itself. */
const opener = (): (() => Promise<State>) => {
  const address = `s3://countersign/${opened++}`;
  return () => openState(address, now);
};

/** An approval by one of many, who all approve the same version. */
function approval(sequence: number): OpenedApproval {
  const server = aManifest({ name: 'internal-postgres', version: '1.2.0' });
  const statement = anApproval({ server, sequence }, [
    { name: 'pkg:npm/%40example/mcp-postgres@1.2.0', digest: { sha256: '3f9a'.repeat(16) } },
    { name: 'servers/internal-postgres.yaml', digest: { sha256: sha256(manifest) } },
    { name: 'servers/internal-postgres.lock.json', digest: { sha256: sha256(lock) } },
  ]);
  return openApprovalFile(signed(statement), keyring);
}

const approvalsIn = async (state: State): Promise<readonly StoredApproval[]> => {
  const { approvals, damaged } = await new ApprovalsStore(state, 'this program').readAll(keyring);
  expect([...damaged]).toEqual([]);
  return approvals.get('internal-postgres') ?? [];
};

/** Approves and signs the status, as a signer does that finds what others did before. */
async function sign(state: State, sequence: number): Promise<void> {
  if ((await approvalsIn(state)).length === 0)
    await new ApprovalsStore(state, 'this program').add(approval(sequence), manifest, lock);
  const versions = await approvalsIn(state);
  const [current] = versions;
  if (current === undefined) throw new Error('it was approved');
  await updateStatus(state, [{ name: 'internal-postgres', current, versions, lifecycle: [] }], signer, now);
}

test('lets one of twenty signers approve, and all of them agree on one status', async () => {
  const open = opener();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, index) => sign(await open(), index + 1)),
  );
  for (const result of results.filter(({ status }) => status === 'rejected'))
    expect(result).toMatchObject({ reason: { code: 'approvals-store', remedy: /run the command again/u } });
  const state = await open();
  expect(await approvalsIn(state)).toHaveLength(1);
  const first = await readStatus(state, keyring);
  expect(first?.statement.predicate.sequence).toBe(1);
  await Promise.all(Array.from({ length: 20 }, async () => sign(await open(), 99)));
  expect((await readStatus(state, keyring))?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
});

test('counts each status once where twenty signers have something different to say', async () => {
  const open = opener();
  await updateStatus(await open(), [], signer, now);
  const digests = Array.from({ length: 20 }, (_, index) => sha256(Buffer.from(String(index))));
  const results = await Promise.allSettled(
    digests.map(async (registryFile) => updateStatus(await open(), [], { ...signer, registryFile }, now)),
  );
  for (const result of results.filter(({ status }) => status === 'rejected'))
    expect(result).toMatchObject({ reason: { name: 'Failure', code: 'status' } });
  const done = results.filter(({ status }) => status === 'fulfilled').length;
  expect(done).toBeGreaterThan(0);
  expect((await readStatus(await open(), keyring))?.statement.predicate.sequence).toBe(1 + done);
});

test('takes no approval for damaged that the bucket does not give', async () => {
  const open = opener();
  await sign(await open(), 1);
  aws.denied.add('GetObject');
  await expect(approvalsIn(await open())).rejects.toMatchObject({ code: 'state-not-allowed' });
  await expect(sign(await open(), 2)).rejects.toMatchObject({ code: 'state-not-allowed' });
});

/**
 * Runs until the request with a number, or the write with a number, at which its process ends. Gives whether it came
 * that far.
 */
async function endingAt(
  number: number,
  how: 'silence-before' | 'silence-after',
  run: Promise<void>,
  counted: (call: Call) => boolean = () => true,
): Promise<boolean> {
  const end = Promise.withResolvers<true>();
  let count = 0;
  aws.fault = (call) => {
    if (count < number && counted(call)) count++;
    else if (count < number) return undefined;
    else return 'silence-before';
    if (count < number) return undefined;
    end.resolve(true);
    return how;
  };
  // What is not answered is waited for, so that nothing comes after it.
  const ended = await Promise.race([end.promise, run.then(() => false)]);
  aws.fault = undefined;
  return ended;
}

test.each(['silence-before', 'silence-after'] as const)(
  'repairs what a signer left that ended at any request (%s)',
  async (how) => {
    let requests = 0;
    for (let ended = true; ended;) {
      const open = opener();
      ended = await endingAt(++requests, how, sign(await open(), 1));
      const state = await open();
      await sign(state, 2);
      const approved = await approvalsIn(state);
      expect(approved).toHaveLength(1);
      expect(await new ApprovalsStore(state, 'this program').subject(approved[0]?.manifestDigest ?? '')).toEqual(
        manifest,
      );
      expect((await readStatus(state, keyring))?.statement.predicate.sequence).toBe(1);
    }
    // Three files of an approval, the status, and what is read between them.
    expect(requests).toBeGreaterThan(7);
  },
);

const keys = { snapshot: signingKey(testKey(20)), timestamp: signingKey(testKey(21)) };
const content = (change: number) => ({
  named: new Map([['servers/internal-postgres.json', targetFile(Buffer.from(`record ${change}`))]]),
  targetsVersion: 1,
});

test('repairs metadata that a signer left that ended on its way, and lets several sign at one time', async () => {
  const open = opener();
  const store = async (): Promise<MetadataStore> => new MetadataStore(await open());
  await (await store()).create({ role: 'targets', version: 1 }, Buffer.from('{}'));
  const update = async (change: number): Promise<void> => {
    await updateMetadata(await store(), content(change), keys, now);
  };
  // Among the first 256 bins; then, after a change, at the snapshot and at the timestamp.
  for (const [index, number] of [100, 2, 3].entries()) {
    const writes = ({ operation }: Call): boolean => operation === 'PutObject';
    expect(await endingAt(number, 'silence-after', update(index), writes)).toBe(true);
    await update(index);
    expect(namesAll(await publishedMetadata(await store()), content(index).named)).toBe(true);
  }
  await Promise.all([10, 11, 12].map(update));
  const published = await publishedMetadata(await store());
  expect([10, 11, 12].filter((change) => namesAll(published, content(change).named))).toHaveLength(1);
});
