import { expect, test } from 'vitest';
import { eventsIn, type StreamedEvent } from './event-stream.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of eventsIn(inChunks(text, size))) events.push(event);
  return events;
}

const message = (text: string): StreamedEvent => ({ type: 'message', text });

test.each<[string, string, StreamedEvent[]]>([
  ['ends of lines of every kind', 'data: a\r\ndata: b\rdata: c\n\r\ndata:d\n\n', [message('a\nb\nc'), message('d')]],
  [
    'names, comments and other fields',
    ': x\nid: 1\nretry: 5\nevent: endpoint\ndata: /in\n\n',
    [{ type: 'endpoint', text: '/in', id: '1', retryMs: 5 }],
  ],
  [
    'an identifier that stays until there is another, and no time that is none',
    'id: a\ndata\n\ndata: 1\nretry: soon\n\nid: b\nretry: 7\ndata: 2\n\n',
    [
      { ...message(''), id: 'a' },
      { ...message('1'), id: 'a' },
      { ...message('2'), id: 'b', retryMs: 7 },
    ],
  ],
  [
    'a name that holds for one event only',
    'event: x\ndata: 1\n\ndata: 2\n\n',
    [{ type: 'x', text: '1' }, message('2')],
  ],
  ['characters of several bytes', 'data: é€😀\n\n', [message('é€😀')]],
  ['one space that is not part of the text', 'data:  a\n\ndata\n\n', [message(' a'), message('')]],
  ['an event without text, and one without an end', 'event: x\n\n\n\ndata: lost\n', []],
])('reads %s, wherever the chunks end', async (_, text, events) => {
  for (const size of [1, 2, 3, 7, 1_000]) expect(await read(text, size), `${size}`).toEqual(events);
});
