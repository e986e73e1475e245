import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startAws, type Fault } from '../../test/fakes/aws/server.ts';
import { readBucketAddress } from './bucket-address.ts';
import { bucketState } from './bucket.ts';
import { openState } from './open-state.ts';
import type { State } from './state.ts';

const now = new Date('2026-04-16T10:00:00Z');
const aws = await startAws();
const bucket = aws.createBucket('countersign-state', { versioning: true, onlyConditionalWrites: true });
let count = 0;

beforeEach(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});

afterEach(() => {
  aws.fault = undefined;
  aws.denied.clear();
  vi.unstubAllEnvs();
});

const open = (): Promise<State> => openState(`s3://countersign-state/registry-${count++}`, now);
const bytes = (text: string): Buffer => Buffer.from(text);
const textOf = async (state: State, path: string): Promise<string | undefined> =>
  (await state.read(path, 100))?.bytes.toString();

test.each<['create' | 'replace']>([['create'], ['replace']])(
  'knows its own bytes again where the answer to %s was lost',
  async (how) => {
    const state = await open();
    if (how === 'replace') await state.create('a', bytes('before'));
    const version = (await state.read('a', 100))?.version;
    let lost = 0;
    aws.fault = ({ operation }) => (operation === 'PutObject' && lost++ === 0 ? 'reset-after' : undefined);
    const written = how === 'create' ? state.create('a', bytes('after')) : state.replace('a', bytes('after'), version);
    await expect(written).resolves.toBe(true);
    expect(lost).toBe(2);
    expect(await textOf(state, 'a')).toBe('after');
  },
);

test('says that another was quicker, where the answer was lost and other bytes are there', async () => {
  const state = await open();
  let first = true;
  aws.fault = ({ operation, resource }) => {
    if (operation !== 'PutObject' || !first) return undefined;
    first = false;
    const key = resource.slice('countersign-state/'.length);
    bucket.put(key, bytes('theirs'), { headers: new Map(), retention: undefined, now, ifNoneMatch: '*' });
    return 'reset-before';
  };
  expect(await state.create('a', bytes('ours'))).toBe(false);
  expect(await textOf(state, 'a')).toBe('theirs');
});

const aborted: Fault = (response) =>
  response.writeHead(409, { 'content-type': 'application/xml' }).end('<Error><Code>OperationAborted</Code></Error>');

test('tries again where another write is under way, within bounds', async () => {
  const state = await open();
  let conflicts = 0;
  // Both are AWS's words for it.
  aws.fault = ({ operation }) => {
    if (operation !== 'PutObject') return undefined;
    conflicts++;
    if (conflicts === 1) return 'conflict';
    return conflicts === 2 ? aborted : undefined;
  };
  expect(await state.create('a', bytes('x'))).toBe(true);
  conflicts = 0;
  aws.fault = ({ operation }) => (operation === 'PutObject' && conflicts++ >= 0 ? 'conflict' : undefined);
  await expect(state.create('b', bytes('x'))).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('others write it all the time'),
  });
  expect(conflicts).toBe(6);
});

test('waits where there are too many requests, within bounds', async () => {
  const state = await open();
  let refused = 0;
  aws.fault = ({ operation }) => (operation === 'PutObject' && refused++ < 1 ? 'slowdown' : undefined);
  expect(await state.create('a', bytes('x'))).toBe(true);
  refused = 0;
  aws.fault = () => (refused++ >= 0 ? 'slowdown' : undefined);
  const patient = bucketState(readBucketAddress('s3://countersign-state/a'), { now, maxAttempts: 2 });
  await expect(patient.read('a', 100)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('too many requests'),
  });
  expect(refused).toBe(2);
});

test('does not wait for a bucket that says nothing', async () => {
  aws.fault = () => 'silence-before';
  const state = bucketState(readBucketAddress('s3://countersign-state/a'), { now, deadlineMs: 200 });
  for (const ask of [() => state.read('a', 100), () => state.create('a', bytes('x')), () => state.remove('a')])
    await expect(ask()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('did not answer in time'),
    });
});

test.each<[string, Fault]>([
  ['nobody answers', 'reset-before'],
  ['a web page answers', (response) => response.end('<html>sign in</html>')],
  ['its answer quotes the request', (response) => response.writeHead(400).end(JSON.stringify(response.req.headers))],
])('takes it for no state at all, and shows no credentials, where %s', async (_, fault) => {
  aws.fault = () => fault;
  const state = bucketState(readBucketAddress('s3://countersign-state/a'), { now, maxAttempts: 1 });
  const listing = state.list('approvals')[Symbol.asyncIterator]();
  for (const ask of [() => state.read('a', 100), () => state.create('a', bytes('x')), () => listing.next()]) {
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'Failure', code: 'network' });
    const all = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
    for (const secret of [aws.env['AWS_SECRET_ACCESS_KEY'], aws.env['AWS_SESSION_TOKEN'], 'Signature='])
      expect(all).not.toContain(secret);
  }
});

test('says what is not allowed, what is not there, and whose credentials are wrong', async () => {
  const state = await open();
  aws.denied.add('PutObject').add('ListObjectsV2');
  await expect(state.create('a', bytes('x'))).rejects.toMatchObject({ code: 'state-not-allowed' });
  // A file that is missing is not told from one that may not be read: it is never taken for an empty state.
  await expect(state.read('a', 100)).rejects.toMatchObject({ code: 'state-not-allowed' });
  await expect(state.list('a')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'state-not-allowed' });
  aws.denied.clear();
  const elsewhere = await openState('s3://countersign-none/x', now);
  await expect(elsewhere.read('a', 100)).rejects.toMatchObject({ code: 'no-bucket' });
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
  await expect((await open()).read('a', 100)).rejects.toMatchObject({ code: 'no-credentials' });
});

test('has what it writes retained for as long as its address says', async () => {
  const retaining = aws.createBucket('countersign-retained', { objectLock: true });
  const today = new Date();
  const state = await openState('s3://countersign-retained/?retain-days=30', today);
  await state.create('a', bytes('x'));
  const version = retaining.current('a');
  expect(version?.retention).toEqual({ mode: 'COMPLIANCE', until: new Date(today.getTime() + 30 * 86_400_000) });
  await state.remove('a');
  expect(retaining.version('a', version?.id ?? '')).toBe(version);
});

test('lies under its prefix, with a type', async () => {
  const state = await openState('s3://countersign-state/some/where', now);
  await state.create('a.json', bytes('{}'));
  expect(state.place('a.json')).toBe('s3://countersign-state/some/where/a.json');
  expect(bucket.current('some/where/a.json')?.headers.get('content-type')).toBe('application/json');
});
