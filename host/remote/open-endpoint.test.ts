import { expect, test } from 'vitest';
import { checkTransport } from './open-endpoint.ts';

test('an endpoint that speaks the older transport is refused', () => {
  const remote = { url: 'https://mcp.example.com/sse', transport: 'sse' as const };
  expect(() => checkTransport({ name: 'notes', remote })).toThrow(
    expect.objectContaining({
      code: 'E_UNSUPPORTED',
      message: expect.stringContaining('notes speaks over HTTP with SSE') as unknown,
    }),
  );
  expect(() => checkTransport({ name: 'notes', remote: { ...remote, transport: 'streamable-http' } })).not.toThrow();
});
