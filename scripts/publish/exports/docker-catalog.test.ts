import { expect, test } from 'vitest';
import { exportedRegistry, exportedServer } from '../../../test/support/exported-folder.ts';
import type { Argument, Manifest } from '../../../schemas/types.ts';
import { dockerCatalog } from './docker-catalog.ts';

const artefact = { url: 'oci://registry.example.com/mcp/warehouse:2.0.0', sha256: 'd'.repeat(64) };

const entryOf = (change: Partial<Manifest>): string | undefined =>
  dockerCatalog.partOf?.(exportedServer({ artefact, ...change }), exportedRegistry);

const text = { description: 'Something.' };
const argument: Argument = { type: 'named', name: '--key', description: 'A key.', required: true };

test('asks its user for an argument, and gives the container no network and no more files than were approved', () => {
  const entry = entryOf({
    launch: { arguments: [argument] },
    permissions: { filesystem: { read: ['/srv/data'], write: ['/srv/out'] } },
  });
  expect(JSON.parse(entry?.replace('"internal-postgres": ', '') ?? '')).toMatchObject({
    command: ['--key', '{{internal-postgres.key}}'],
    config: [{ properties: { key: { type: 'string', description: 'A key.' } }, required: ['key'] }],
    disableNetwork: true,
    volumes: ['/srv/data:/srv/data:ro', '/srv/out:/srv/out'],
  });
});

test('gives the words in the order in which hosts place them, and not in that of the manifest', () => {
  const entry = entryOf({
    launch: {
      arguments: [
        { type: 'positional', name: 'schema', default: 'public', ...text },
        { type: 'named', name: '--mode', default: 'read', ...text },
        { type: 'fixed', value: 'serve' },
      ],
    },
  });
  expect(JSON.parse(entry?.replace('"internal-postgres": ', '') ?? '')).toMatchObject({
    command: ['serve', '--mode', 'read', 'public'],
  });
});

test.each<[string, Partial<Manifest>]>([
  ['any host below a domain', { permissions: { network: ['*.example.com:443'] } }],
  ['any port', { permissions: { network: ['db.example.com:*'] } }],
  ['a secret among its words', { launch: { arguments: [{ ...argument, secret: true }] } }],
  ['a port that it listens on', { launch: { transport: { type: 'sse', port: 8080 } } }],
  ['a folder of the launcher', { launch: { arguments: [{ type: 'fixed', value: '${state}/db' }] } }],
  ['a word with the name of a secret', { launch: { arguments: [{ type: 'fixed', value: '--at=$PGPASSWORD' }] } }],
  ['a word with a value of its configuration', { launch: { arguments: [{ type: 'fixed', value: '{{x.y}}' }] } }],
  ['a word with braces', { launch: { arguments: [{ type: 'fixed', value: '{"a":1}' }] } }],
  ['a default with a dollar sign', { launch: { environment: [{ ...text, name: 'PATTERN', default: '^a$' }] } }],
  ['a folder with braces', { permissions: { filesystem: { read: ['/srv/{{x}}'] } } }],
  ['a path that would be mounted elsewhere', { permissions: { filesystem: { read: ['/etc:/srv'] } } }],
  ['a path that is not whole', { permissions: { filesystem: { write: ['data'] } } }],
  ['a path that leads out of its folder', { permissions: { filesystem: { write: ['/srv/../etc'] } } }],
  ['a group that may run it', { audience: ['finance'] }],
  ['no image', { artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: 'd'.repeat(64) } }],
])('leaves out a server with %s, which its catalog cannot say', (_, change) => {
  expect(entryOf({ launch: { environment: [{ ...text, name: 'FILTER', default: '{"a":1}' }] } })).toBeDefined();
  expect(entryOf(change)).toBeUndefined();
});

test('is there, and empty, where there is no such server', () => {
  const [[, bytes] = ['', Buffer.alloc(0)]] = dockerCatalog.filesOfAll?.([], exportedRegistry) ?? [];
  expect(Buffer.from(bytes).toString('utf8')).toBe('registry: {}\n');
});

test('leaves out an endpoint with a header in which its gateway would put a secret', () => {
  const endpoint = (value: string): string | undefined => {
    const headers = [{ ...text, name: 'X-Mode', value }];
    const server = exportedServer({ remote: { url: 'https://notes.example.com/mcp', transport: 'sse', headers } });
    return dockerCatalog.partOf?.(server, exportedRegistry);
  };
  expect(endpoint('read')).toContain('"X-Mode":"read"');
  expect(endpoint('$NOTES_TOKEN')).toBeUndefined();
});
