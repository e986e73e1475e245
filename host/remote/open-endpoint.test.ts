import { expect, test } from 'vitest';
import { openEndpoint, type ReadyElsewhere } from './open-endpoint.ts';

test('an endpoint that speaks the older transport is refused', async () => {
  const remote = { url: 'https://mcp.example.com/sse', transport: 'sse' };
  const server = { approval: { server: { name: 'notes', remote } }, lock: {} } as unknown as ReadyElsewhere['server'];
  await expect(openEndpoint({ server, request: { url: remote.url, headers: {} } })).rejects.toMatchObject({
    code: 'E_UNSUPPORTED',
    message: expect.stringContaining('notes speaks over HTTP with SSE'),
  });
});
