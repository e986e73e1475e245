/** Publishing that ends, or fails, at any request. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startAws, type Fault } from '../../test/fakes/aws/server.ts';
import { minutesLater, publishable, run, seen, textOf } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import { openTarget, type Target } from './target.ts';

const aws = await startAws();
const [first, second] = [await publishable(1), await publishable(2)];
let opened = 0;

beforeAll(async () => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  await run(await openTarget('s3://whole/registry', now), first);
});
afterEach(() => {
  aws.fault = undefined;
  aws.calls.length = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const timestamp = (await second.read('metadata/timestamp.json')).toString();
const whole = aws.createBucket('whole');

/** Each test has a bucket of its own, in which the first edition is published already. */
function publishedBucket(): { readonly name: string; readonly open: () => Promise<Target> } {
  const name = `published-${++opened}`;
  const bucket = aws.createBucket(name);
  for (const key of whole.keys()) {
    const object = whole.current(key);
    if (object !== undefined) bucket.put(key, object.bytes, { headers: object.headers, retention: undefined, now });
  }
  return { name, open: () => openTarget(`s3://${name}/registry`, now) };
}

/** Ends at a request: after it nothing is sent any more. Gives whether it came that far. */
async function endingAt(number: number, how: Fault, publishing: Promise<unknown>): Promise<boolean> {
  const end = Promise.withResolvers<true>();
  let count = 0;
  aws.fault = () => {
    count++;
    if (count < number) return undefined;
    end.resolve(true);
    return count === number ? how : 'silence-before';
  };
  const ended = await Promise.race([end.promise, publishing.then(() => false)]);
  // What is under way is waited for, as nothing of an ended process comes later.
  aws.fault = undefined;
  return ended;
}

test.each(['silence-before', 'silence-after'] as const)(
  'leaves the old or the new registry, ended at any request of an update (%s)',
  { timeout: 120_000 },
  async (how) => {
    let requests = 0;
    for (let ended = true; ended;) {
      const { open } = publishedBucket();
      ended = await endingAt(++requests, how, run(await open(), second));
      expect(await seen(await open(), first)).toBeOneOf([1, 2]);
      expect(await run(await open(), second, { now: minutesLater(16) })).toMatchObject({ problems: [] });
      expect(await textOf(await open(), 'index.html')).toBe('<p>edition 2</p>');
      expect(await textOf(await open(), 'metadata/timestamp.json')).toBe(timestamp);
    }
    expect(requests).toBeGreaterThan(15);
  },
);

test.each(['silence-before', 'silence-after'] as const)(
  'leaves no registry or a whole one, ended on the way of a first publication (%s)',
  { timeout: 120_000 },
  async (how) => {
    for (const number of [1, 4, 150, 285]) {
      const name = `empty-${how}-${number}`;
      aws.createBucket(name);
      const open = () => openTarget(`s3://${name}`, now);
      await endingAt(number, how, run(await open(), first));
      expect(await seen(await open(), first)).toBeOneOf([undefined, 1]);
      expect(await run(await open(), first, { now: minutesLater(16) })).toMatchObject({ problems: [] });
      expect(await seen(await open(), first)).toBe(1);
    }
  },
);

/** One fault at a request; what comes after it is answered. */
function faultAt(number: number, fault: Fault): void {
  let count = 0;
  aws.fault = () => (++count === number ? fault : undefined);
}

const denied: Fault = (response) => {
  response.writeHead(403, { 'content-type': 'application/xml' });
  response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
};

test.each([
  ['refused', denied],
  ['answered with a conflict', 'conflict'],
  ['cut off before', 'reset-before'],
  ['cut off after, so that its answer is lost', 'reset-after'],
] as const)(
  'leaves the old or the new registry, and comes to the new one, where any one request is %s',
  { timeout: 120_000 },
  async (_, fault) => {
    let failed = 0;
    for (let number = 1; number <= 22; number++) {
      const { open } = publishedBucket();
      faultAt(number, fault);
      const done = await run(await open(), second).catch((error: unknown) => {
        failed++;
        expect(error).toMatchObject({ name: 'Failure' });
        return undefined;
      });
      aws.fault = undefined;
      expect(await seen(await open(), first)).toBeOneOf(done?.generation === undefined ? [1, 2] : [2]);
      expect(await run(await open(), second, { now: minutesLater(16) })).toMatchObject({ problems: [] });
      expect(await textOf(await open(), 'index.html')).toBe('<p>edition 2</p>');
      expect(await textOf(await open(), 'metadata/timestamp.json')).toBe(timestamp);
    }
    expect(failed > 0).toBe(fault === denied || fault === 'conflict');
  },
);
