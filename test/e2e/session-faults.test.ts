/** Servers and clients that do something wrong while a server runs, in processes of their own. */
import { readFile, rename, stat } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { maxKeptWordsBytes, maxShownWords } from '../../core/limits.ts';
import type { JsonObject } from '../../core/json.ts';
import { trailPlace } from '../support/audit-trail.ts';
import { serveFaulty, type Served } from '../support/served.ts';

const call = (id: number): JsonObject => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'greet', arguments: {} },
});
const greeted = (id: number): unknown =>
  expect.objectContaining({
    id,
    result: expect.objectContaining({ content: expect.any(Array) as unknown }) as unknown,
  });
const failed = (id: number, message: string): unknown =>
  expect.objectContaining({
    id,
    error: expect.objectContaining({ message: expect.stringContaining(message) as unknown }) as unknown,
  });

/** Whether a process is there. A zombie, which nobody has waited for, is not. */
async function isThere(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) Z/u.test(status);
}

async function ends(served: Served): Promise<number | null> {
  served.leave();
  return served.ended;
}

test('a server that does nothing wrong is served, and ends with its client', async () => {
  const served = await serveFaulty('none');
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  expect(await ends(served)).toBe(0);
});

test('a server that ends at once gives its exit code, and its client an error', async () => {
  const served = await serveFaulty('ends at once');
  expect(await served.ended).toBe(7);
});

test('a server that ends within an answer leaves no half of a message, and the request gets an error', async () => {
  const served = await serveFaulty('ends within an answer');
  served.send(call(1));
  expect(await served.rest()).toEqual([failed(1, 'ended with 3')]);
  expect(await served.ended).toBe(3);
});

test('a server that never answers keeps nothing else from being answered', async () => {
  const served = await serveFaulty('never answers');
  served.send(call(1));
  served.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
  expect(await served.next()).toMatchObject({ id: 2 });
  served.signal('SIGTERM');
  expect(await served.next()).toEqual(failed(1, 'was ended'));
  expect(await served.ended).toBe(143);
});

test.each(['answers with a long line', 'answers with a long line, its id last'])(
  'an answer of 100 MB does not reach the client, which gets an error and goes on: %s',
  async (fault) => {
    const served = await serveFaulty(fault);
    served.send(call(1));
    expect(await served.next()).toEqual(failed(1, 'more than'));
    served.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
    expect(await served.next()).toMatchObject({ id: 2 });
    await ends(served);
  },
);

test('what is no message does not reach the client', async () => {
  const served = await serveFaulty('writes what is no message');
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  await ends(served);
  expect(served.words()).toContain('4 messages were kept back');
});

test('an answer that nobody waits for, and a second one, do not reach the client', async () => {
  const served = await serveFaulty('answers what nobody asked');
  for (const id of [1, 2]) {
    served.send(call(id));
    expect(await served.next()).toEqual(greeted(id));
  }
  await ends(served);
});

test('a server that asks the client for a text hears that it may not', async () => {
  const served = await serveFaulty('asks for a text');
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  expect(await served.next()).toMatchObject({
    params: { data: expect.stringContaining('not approved to ask for sampling') as unknown },
  });
  await ends(served);
});

test('a tool that changes in the middle of a session is gone from the list, and the change has no text', async () => {
  const served = await serveFaulty('changes a tool');
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  served.send(list);
  expect(await served.next()).toMatchObject({ result: { tools: [{ name: 'greet' }] } });
  served.send(call(2));
  expect(await served.next()).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  await served.next();
  served.send({ ...list, id: 3 });
  expect(await served.next()).toMatchObject({ result: { tools: [] } });
  await ends(served);
  expect(served.words()).toContain('another one than was approved');
});

test('a server that writes much to its standard error runs on, and its words are kept within a bound', async () => {
  const bytes = 64 * 1024 * 1024;
  const served = await serveFaulty('writes to its standard error without end', [String(bytes)]);
  expect(await served.next()).toMatchObject({ params: { data: 'written' } });
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  await ends(served);
  const kept = await Promise.all(
    [served.wordsFile, `${served.wordsFile}.1`].map(async (file) => (await stat(file)).size),
  );
  for (const size of kept) expect(size).toBeLessThan(2 * maxKeptWordsBytes);
  expect(maxShownWords).toBeLessThan(bytes);
  expect(served.words()).toContain('the server wrote more');
});

test('a server that ignores signals and the end of its input is ended', async () => {
  const served = await serveFaulty('ignores signals');
  served.send(call(1));
  await served.next();
  expect(await ends(served)).toBe(137);
});

test.runIf(process.platform === 'linux')('no process is left behind', async () => {
  const served = await serveFaulty('leaves a child');
  const { params } = (await served.next()) as { params: { data: number } };
  expect(await isThere(params.data)).toBe(true);
  await ends(served);
  await vi.waitFor(async () => expect(await isThere(params.data)).toBe(false), { timeout: 10_000 });
});

test.runIf(process.platform === 'linux')('a client that vanishes leaves no process behind', async () => {
  const served = await serveFaulty('leaves a child');
  const { params } = (await served.next()) as { params: { data: number } };
  served.vanish();
  await served.ended;
  await vi.waitFor(async () => expect(await isThere(params.data)).toBe(false), { timeout: 10_000 });
});

test('a server that may no longer run ends, and its client learns why', async () => {
  const served = await serveFaulty('never answers', [], { refuseAfterMs: 1_500 });
  served.send(call(1));
  expect(await served.next()).toEqual(failed(1, 'it was revoked; use another'));
  expect(await served.ended).toBe(3);
});

test('10,000 calls at once are answered or refused, each once', async () => {
  const served = await serveFaulty('none', [], { manifest: { limits: { calls_per_minute: 60_000 } } });
  for (let id = 0; id < 10_000; id++) served.send(call(id));
  const ids = new Set<unknown>();
  while (ids.size < 10_000) ids.add((await served.next())['id']);
  expect(await ends(served)).toBe(0);
});

test.runIf(process.platform === 'linux')(
  'while the disk of the audit log is full no tool is called, everything else goes on, and calls go on when there is space',
  async () => {
    const trail = await trailPlace();
    const served = await serveFaulty('none', [], { trail, maxFileBlocks: 4 });
    const refused = failed(0, 'no tool is called: ') as object;
    let id = 0;
    let answer: JsonObject;
    do {
      served.send(call(++id));
      answer = await served.next();
    } while (!('error' in answer) && id < 100);
    expect({ ...answer, id: 0 }).toEqual(refused);
    expect(JSON.stringify(answer)).toContain('raise its limit');
    served.send({ jsonrpc: '2.0', id: 'ping', method: 'ping' });
    expect(await served.next()).toMatchObject({ id: 'ping', result: {} });
    served.send(call(++id));
    expect({ ...(await served.next()), id: 0 }).toEqual(refused);
    await rename(trail.file, `${trail.file}.full`);
    served.send(call(++id));
    expect(await served.next()).toEqual(greeted(id));
    expect(await ends(served)).toBe(0);
    // The call that could not be written down, and the one since.
    expect((await readFile(trail.file, 'utf8')).trim().split('\n')).toHaveLength(2);
  },
);

test('notifications alone do no harm', async () => {
  const served = await serveFaulty('none');
  for (let index = 0; index < 1_000; index++) served.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  await ends(served);
});

test.each([
  ['words', 'not json'],
  ['a batch', '[]'],
  ['a key twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'],
  ['a million letters', 'a'.repeat(1_000_000)],
])('a client that sends %s gets an error and goes on', async (_, line) => {
  const served = await serveFaulty('none');
  served.send(line);
  expect(await served.next()).toMatchObject({ error: {} });
  served.send(call(1));
  expect(await served.next()).toEqual(greeted(1));
  await ends(served);
});
