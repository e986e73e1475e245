/** Every `server.json` that is published keeps the rules of its format. With COUNTERSIGN_CORPORA, its own schema says so too. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { filesOfAllExports } from '../support/exported-folder.ts';
import { exportedServers } from '../support/exported-servers.ts';

interface ServerJson {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
}

const files = new Map(filesOfAllExports(exportedServers()));

/** Of each file that has some. */
const published = [...files].flatMap(([path, bytes]) => {
  // Only these files have servers in the format of that schema.
  if (!/^(?:v0\.1\/.*|registry)\.json$/u.test(path)) return [];
  const content = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    readonly server?: ServerJson;
    readonly servers?: readonly { readonly server: ServerJson }[];
    readonly data?: { readonly servers: readonly ServerJson[] };
  };
  const servers = [
    ...(content.server === undefined ? [] : [content.server]),
    ...(content.servers ?? []).map(({ server }) => server),
    ...(content.data?.servers ?? []),
  ];
  return servers.map((server): [string, ServerJson] => [path, server]);
});

test('has one slash in its name, and no text that is too long or in two lines', () => {
  expect(published.length).toBeGreaterThan(30);
  for (const [, { name, title, description, version }] of published) {
    expect(name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/u);
    expect(name.length).toBeLessThanOrEqual(200);
    for (const text of [title, description]) {
      expect([...text].length).toBeGreaterThan(0);
      expect([...text].length).toBeLessThanOrEqual(100);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }
    expect(version).not.toBe('');
  }
});

test('has a file for each version that an address can name, and for no other', () => {
  const ofFiles = [...files.keys()].filter((path) => path.startsWith('v0.1/servers/com.example.mcp/files/'));
  expect(ofFiles.map((path) => path.replace('v0.1/servers/com.example.mcp/files/', '')).sort()).toEqual([
    'versions.json',
    'versions/1.0.0/rc@1.json',
    'versions/2.0.0.json',
    'versions/3.0.0+build.7.json',
    'versions/latest.json',
  ]);
});

test('makes the same bytes in every order of servers', () => {
  expect(new Map(filesOfAllExports(exportedServers().toReversed()))).toEqual(files);
});

const corpora = process.env['COUNTERSIGN_CORPORA'] ?? '';
const schemas = join(corpora, '..', 'mcp-registry');
const schemaFile = join(schemas, 'server.schema.2025-12-11.json');

test.runIf(corpora !== '' && existsSync(schemaFile))('is valid by its own schema, and the lists by ToolHive’s', () => {
  const read = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(read(schemaFile));
  for (const [path, server] of published) expect([path, validate(server), validate.errors]).toEqual([path, true, null]);

  const { $schema: _, ...extensions } = read(join(schemas, 'toolhive/publisher-provided.schema.json')) as {
    readonly $schema: string;
  };
  const validateExtensions = ajv.compile(extensions);
  const list = JSON.parse(Buffer.from(files.get('registry.json') ?? '').toString('utf8')) as {
    readonly data: { readonly servers: readonly { readonly _meta: Readonly<Record<string, object>> }[] };
  };
  for (const { _meta: meta } of list.data.servers) {
    const provided = meta['io.modelcontextprotocol.registry/publisher-provided'];
    expect([validateExtensions(provided), validateExtensions.errors]).toEqual([true, null]);
  }
});
