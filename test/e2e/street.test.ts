/** The whole street on real servers: manifest, lock, approval, files, host, and a real MCP client at its end. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { offerKinds, offersOf, type OfferKind, type OfferList } from '../../core/offers.ts';
import type { Lock, TrustConfig } from '../../schemas/types.ts';
import { countersign, countersignCommand, registry } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { hasUv } from '../support/uv.ts';
import { configuredIndex } from '../../artefacts/pypi/index-address.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

const root = join(import.meta.dirname, '../..');
let trust: string;
let dataHome: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  for (const file of ['registry.yaml', 'policy.yaml', 'advisories', 'servers'])
    await cp(join(root, file), join(folder, file), { recursive: true });
  expect(await registry(['dev', '--once'], { cwd: folder })).toMatchObject({ status: 0 });
  const { url } = await serveFiles(join(folder, 'dist'));
  const config = JSON.parse(await readFile(join(folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trust = join(folder, 'trust.json');
  await writeFile(trust, JSON.stringify({ ...config, registry: { ...config.registry, url } }));
  dataHome = await temporaryFolder();
});

/** A client whose server is started by `countersign run`. */
async function connect(
  name: string,
  given: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const client = new Client({ name: 'street', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [countersignCommand, 'run', name, '--trust', trust, ...(given.length === 0 ? [] : ['--', ...given])],
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', XDG_DATA_HOME: dataHome, ...variables },
      stderr: 'ignore',
    }),
  );
  return client;
}

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content.map(({ text }) => text).join('');

describe('a client that starts a server through `countersign run`', () => {
  test('works with memory: initialize, list, call', async () => {
    const client = await connect('memory');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('create_entities');
    const entity = { name: 'Ada', entityType: 'person', observations: ['wrote the first program'] };
    await client.callTool({ name: 'create_entities', arguments: { entities: [entity] } });
    const graph = JSON.parse(textOf(await client.callTool({ name: 'read_graph', arguments: {} })));
    expect(graph.entities).toEqual([expect.objectContaining(entity)]);
    await client.close();
  });

  test('finds what memory was told before', async () => {
    const client = await connect('memory');
    const found = JSON.parse(textOf(await client.callTool({ name: 'search_nodes', arguments: { query: 'Ada' } })));
    expect(found.entities).toHaveLength(1);
    await client.close();
  });

  test('works with everything: initialize, list, call', async () => {
    const client = await connect('everything');
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(5);
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'to the last byte' } }))).toContain(
      'to the last byte',
    );
    const sum = tools.find(({ name }) => name.includes('sum'))?.name ?? 'get-sum';
    expect(textOf(await client.callTool({ name: sum, arguments: { a: 2, b: 40 } }))).toContain('42');
    await client.close();
  });

  test('sees only what the lock holds, byte for byte: tools, prompts, resources and instructions', async () => {
    const client = await connect('everything');
    const lock = JSON.parse(await readFile(join(root, 'servers/everything.lock.json'), 'utf8')) as Lock;
    const locked = ({ list }: OfferKind): Map<string, unknown[]> =>
      new Map(
        offersOf(lock, { list }).map(({ name, definitions }) => [name, definitions.map((each) => each.definition)]),
      );
    const shown: Record<OfferList, readonly object[]> = {
      tools: (await client.listTools()).tools,
      prompts: (await client.listPrompts()).prompts,
      resources: (await client.listResources()).resources,
      resourceTemplates: (await client.listResourceTemplates()).resourceTemplates,
    };
    for (const kind of offerKinds) {
      expect(shown[kind.list].length).toBeGreaterThan(1);
      for (const offer of shown[kind.list])
        expect(locked(kind).get(String(Reflect.get(offer, kind.key)))).toContainEqual(offer);
    }
    expect(lock.instructionTexts).toContain(client.getInstructions());
    await client.close();
  });
});

describe('in the sandbox, with what its manifest permits', () => {
  // Two come from PyPI, whose address is known from a configuration, or from uv.
  const hasIndex = hasUv || configuredIndex() !== undefined;
  test.each<[name: string, variables?: Record<string, string>]>([
    ['sequential-thinking'],
    ['context7'],
    ['firecrawl', { FIRECRAWL_API_KEY: 'placeholder' }],
    ['notion', { NOTION_TOKEN: 'placeholder' }],
    ['playwright'],
    ...(hasIndex ? [['time'] as [string]] : []),
  ])('%s starts and lists its tools', async (name, variables) => {
    const client = await connect(name, [], variables);
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });

  test('filesystem changes the folder that it is given, and no other', async () => {
    const [folder, other] = [await temporaryFolder(), await temporaryFolder()];
    const client = await connect('filesystem', [folder]);
    const write = (into: string): Promise<unknown> =>
      client.callTool({ name: 'write_file', arguments: { path: join(into, 'new.txt'), content: 'written' } });
    await write(folder);
    expect(await readFile(join(folder, 'new.txt'), 'utf8')).toBe('written');
    expect(await write(other)).toMatchObject({ isError: true });
    await client.close();
  });
});

test('every server of the registry is verified', async () => {
  const { status, stdout } = await countersign(['verify', '--json', '--trust', trust], {
    env: { XDG_DATA_HOME: dataHome },
  });
  expect(status).toBe(0);
  const hasIndex = hasUv || configuredIndex() !== undefined;
  if (process.env['CI'] !== undefined) expect(hasIndex).toBe(true);
  expect(JSON.parse(stdout).verified).toHaveLength(hasIndex ? 10 : 8);
});
