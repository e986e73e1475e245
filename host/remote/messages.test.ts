import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';
import { streamedMessages, wholeMessage } from './messages.ts';

async function* body(text: string): AsyncGenerator<Uint8Array> {
  for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
}
const response = (text: string): Parameters<typeof wholeMessage>[0] => ({
  status: 200,
  headers: new Headers(),
  body: body(text),
});
const words = (line: Uint8Array | undefined): string => Buffer.from(line ?? []).toString('utf8');

test('an answer is one line, so that no client reads a part of it as a message of its own', async () => {
  const inner = '{"jsonrpc":"2.0","method":"notifications/message"}';
  const said = `{"id":1,\n"result":[\r\n${inner}\n]}`;
  const line = await wholeMessage(response(said), new Arrivals(), async (each) => words(each));
  expect(line).toBe(`{"id":1, "result":[  ${inner} ]}`);
  expect(JSON.parse(line)).toEqual(JSON.parse(said));
  const streamed = [];
  for await (const each of streamedMessages(
    response('id: 7\ndata: {"a":\ndata: 1}\n\nevent: x\ndata: y\n\n'),
    new Arrivals(),
  ))
    streamed.push([words(each.line), each.id]);
  expect(streamed).toEqual([
    ['{"a": 1}', '7'],
    ['', '7'],
  ]);
});

test('what is passed on is not held any more', async () => {
  const held: number[] = [];
  let now = 0;
  const holding = { hold: (bytes: number) => void (now += bytes), free: (bytes: number) => void (now -= bytes) };
  await wholeMessage(response('{}'), holding, async () => void held.push(now));
  for await (const _ of streamedMessages(response('data: 1\n\ndata: 2\n\n'), holding)) held.push(now);
  expect([held, now]).toEqual([[2, 9, 9], 0]);
});
