import { expect, test } from 'vitest';
import { EndpointChannel } from './channel.ts';
import { openEndpoint, type ReadyElsewhere } from './open-endpoint.ts';
import { SseChannel } from './sse-channel.ts';

test.each([
  ['streamable-http', EndpointChannel],
  ['sse', SseChannel],
] as const)('an endpoint that speaks %s is reached in that way', async (transport, channel) => {
  const remote = { url: 'https://mcp.example.com/mcp', transport };
  const server = { approval: { server: { name: 'notes', remote } }, lock: { tools: [] } };
  const ready = { server, request: { url: remote.url, headers: {} } } as unknown as ReadyElsewhere;
  const served = await openEndpoint(ready);
  expect(served.channel).toBeInstanceOf(channel);
  // Nothing was asked of it, so it ends at once.
  served.running.kill();
  expect(await served.running.ended).toBe(0);
});
