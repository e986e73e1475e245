/** Copilot's three addresses, as its documentation wants them: read by anybody, and from any page. */
import { expect, test } from 'vitest';
import { servedExports } from '../support/served-exports.ts';

const ask = servedExports();

const paths = [
  '/v0.1/servers',
  '/v0.1/servers/com.example.mcp%2Ffiles/versions/latest',
  '/v0.1/servers/com.example.mcp%2Ffiles/versions/2.0.0',
];

const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type',
};

test.each(paths)('anybody may read %s from any page', async (path) => {
  const found = await ask(path, { headers: { Origin: 'https://github.com' } });
  expect(found.status).toBe(200);
  expect(Object.fromEntries(found.headers)).toMatchObject({ ...crossOrigin, 'content-type': 'application/json' });
});

test.each([...paths, '/v0.1/servers/com.example.mcp%2Fnobody/versions/latest'])(
  'a browser that asks first may read %s',
  async (path) => {
    const answer = await ask(path, {
      method: 'OPTIONS',
      headers: { Origin: 'https://github.com', 'Access-Control-Request-Headers': 'authorization' },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject(crossOrigin);
  },
);

test.each([
  ['com.example.mcp%2Ffiles', '3.0.0+build.7'],
  ['com.example.mcp/files', '3.0.0%2Bbuild.7'],
  ['com.example.mcp%2ffiles', '3.0.0%2Bbuild.7'],
  ['com.example.mcp%2Ffiles', '1.0.0%2Frc%401'],
])('finds %s in version %s, however it is written', async (name, version) => {
  const found = await ask(`/v0.1/servers/${name}/versions/${version}`);
  const { server } = (await found.json()) as { readonly server: object };
  expect(server).toMatchObject({ name: 'com.example.mcp/files', version: decodeURIComponent(version) });
});

test.each([
  '/v0.1/servers/com.example.mcp%2Fnobody/versions',
  '/v0.1/servers/com.example.mcp%2Fnobody/versions/latest',
  '/v0.1/servers/com.example.mcp%2Ffiles/versions/9.9.9',
  '/v0.1/servers/files/versions/latest',
  '/v0/servers/com.example.mcp%2Fnobody/versions',
])('says in JSON that there is no server at %s', async (path) => {
  const missing = await ask(path);
  expect(missing.status).toBe(404);
  expect(Object.fromEntries(missing.headers)).toMatchObject({ ...crossOrigin, 'content-type': 'application/json' });
  expect(await missing.json()).toEqual({ error: 'Server not found' });
});

test('says why a version may not run any more', async () => {
  const read = async (path: string): Promise<readonly unknown[]> => {
    const { servers } = (await (await ask(path)).json()) as {
      readonly servers: readonly { readonly _meta: Readonly<Record<string, unknown>> }[];
    };
    return servers.map(({ _meta: meta }) => meta['io.modelcontextprotocol.registry/official']);
  };
  const published = { publishedAt: '2026-04-16T09:30:00Z' };
  expect(await read('/v0.1/servers/com.example.mcp%2Ffiles/versions')).toEqual([
    { ...published, status: 'active', updatedAt: '2026-04-16T09:30:00Z', isLatest: true },
    {
      ...published,
      status: 'deprecated',
      statusMessage: 'Slow. Refused from 2026-09-01. Use aaa instead.',
      updatedAt: '2026-05-01T00:00:00Z',
      isLatest: false,
    },
    {
      ...published,
      status: 'deleted',
      statusMessage: 'Steals tokens. Advisory: MAL-2026-1.',
      updatedAt: '2026-06-01T00:00:00Z',
      isLatest: false,
    },
    { ...published, status: 'active', updatedAt: '2026-04-16T09:30:00Z', isLatest: false },
  ]);
  expect(await read('/v0.1/servers/com.example.mcp%2Fgone/versions')).toMatchObject([
    { status: 'deleted', statusMessage: 'Nobody needs it.', isLatest: true },
  ]);
});
