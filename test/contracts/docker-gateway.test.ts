/** Docker's gateway: its walk through a registry's list, and its catalog. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { servedExports } from '../support/served-exports.ts';

const ask = servedExports();

interface Page {
  readonly servers: readonly {
    readonly server: { readonly packages?: readonly { readonly registryType: string }[] };
  }[];
  readonly metadata: { readonly nextCursor?: string };
}

test('walks through the list to its end, and finds nothing that it would start without the launcher', async () => {
  const walked: Page['servers'][number][] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const query = `limit=100&version=latest${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { servers, metadata } = (await (await ask(`/v0/servers?${query}`)).json()) as Page;
    walked.push(...servers);
    cursor = metadata.nextCursor;
  }
  expect(walked).toHaveLength(7);
  // It makes a container of `oci` and `pypi`.
  expect(walked.flatMap(({ server }) => server.packages ?? []).map(({ registryType }) => registryType)).toEqual(
    walked.map(() => 'countersign'),
  );
});

test('reads a server at the address that it makes of name and version', async () => {
  const found = await ask('/v0/servers/com.example.mcp%2Ffiles/versions/2.0.0');
  expect(await found.json()).toMatchObject({ server: { name: 'com.example.mcp/files', version: '2.0.0' } });
});

test('gets a catalog of images by digest and of endpoints, and of no other server', async () => {
  const found = await ask('/docker/catalog.yaml');
  const text = await found.text();
  const { registry } = parse(text) as { readonly registry: Readonly<Record<string, object>> };
  expect(Object.keys(registry)).toEqual(['image', 'tickets']);
  expect(registry['image']).toEqual({
    type: 'server',
    title: 'image',
    description: 'Read-only access to the finance data warehouse.',
    image: `registry.example.com/mcp/warehouse@sha256:${'d'.repeat(64)}`,
    command: ['--read-only'],
    env: [
      { name: 'DB_URL', value: '{{image.DB_URL}}' },
      { name: 'DB_MODE', value: 'fast' },
    ],
    secrets: [{ name: 'image.DB_TOKEN', env: 'DB_TOKEN' }],
    config: [
      {
        name: 'image',
        type: 'object',
        description: 'Configuration of image',
        properties: { DB_URL: { type: 'string', description: expect.stringContaining('alert(1)') as string } },
        required: ['DB_URL'],
      },
    ],
    allowHosts: ['db.example.com:5432', 'auth.example.com:443'],
    tools: [{ name: 'query' }, { name: 'explain.plan' }],
    metadata: { owner: 'data-platform@example.com', tags: ['database'] },
  });
  expect(registry['tickets']).toMatchObject({
    type: 'remote',
    remote: {
      url: 'https://tickets.example.com/mcp',
      transport_type: 'streamable-http',
      headers: { Authorization: '${TICKETS_AUTHORIZATION}' },
    },
    secrets: [{ name: 'tickets.Authorization', env: 'TICKETS_AUTHORIZATION' }],
  });
  // No text of a manifest begins a line, and none has a character that YAML does not.
  expect(text.trimEnd().split('\n')).toHaveLength(3);
  expect(text).not.toMatch(/[\u007f-\u009f\u2028\u2029]/u);
});
