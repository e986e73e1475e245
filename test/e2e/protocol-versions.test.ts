/** Each version of MCP that is in use, between clients and servers of the official SDKs: to a package, and to an endpoint. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { sha256 } from '../../core/digest.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { countersignCommand, registry } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startEndpoint, type McpEndpoint } from '../support/mcp-endpoint.ts';
import { officialEndpoint } from '../support/official-endpoint.ts';
import { officialPackages } from '../support/official-package.ts';
import type { OfficialState } from '../support/official-server.ts';
import { needSandbox } from '../support/sandbox.ts';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry } from '../support/tiny-registry.ts';
import { smallManifest } from '../support/tiny-server.ts';

await needSandbox();

const withInitialize = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const versions = [...withInitialize, '2026-07-28'];
const servers = ['package', 'endpoint'] as const;
const table = servers.flatMap((server) => versions.map((version): [string, string] => [server, version]));

const state: OfficialState = { changed: false };
let endpoint: McpEndpoint | undefined;
let trust: string;
/** Where this host keeps what it knows, and which registry of packages it asks. */
let host: Record<string, string>;

beforeAll(async () => {
  endpoint = await startEndpoint(await temporaryFolder());
  if (endpoint === undefined) return;
  endpoint.lie = officialEndpoint(endpoint.origin, state);
  const here = await emptyRegistry(await officialPackages(['quiet', 'asking']));
  const policy = aPolicy();
  await here.write('policy.yaml', stringify({ ...policy, artefacts: { ...policy.artefacts, remote: true } }));
  const allowed = 'tools: { allow: [ask, change, greet, think] }\n';
  for (const [kind, more] of [
    ['quiet', allowed],
    ['asking', `${allowed}permissions: { client: [elicitation] }\n`],
  ] as const) {
    const artefact = { url: `npm:${kind}@1.0.0`, sha256: sha256(here.npm.tarball(kind, '1.0.0')) };
    const manifest = (name: string): string => smallManifest(name, '1.0.0', artefact, more);
    const remote = `remote:\n  url: ${endpoint.origin}/${kind}\n  transport: streamable-http\n`;
    await here.write(`servers/${kind}-package.yaml`, manifest(`${kind}-package`));
    await here.write(
      `servers/${kind}-endpoint.yaml`,
      manifest(`${kind}-endpoint`).replace(/artefact:\n(?: .*\n)+/u, remote),
    );
  }
  const env = { ...here.env, npm_config_cafile: endpoint.certificate };
  for (const words of [
    ['lock', '--private-network'],
    ['dev', '--once'],
  ]) {
    const { status, stderr } = await registry(words, { cwd: here.folder, env });
    expect([status, stderr.slice(-2_000)]).toEqual([0, expect.anything()]);
  }
  const { url } = await serveFiles(join(here.folder, 'dist'));
  const config = JSON.parse(await readFile(join(here.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trust = join(here.folder, 'trust.json');
  await writeFile(trust, JSON.stringify({ ...config, registry: { ...config.registry, url } }));
  host = { ...env, XDG_DATA_HOME: await temporaryFolder() };
});
afterAll(() => endpoint?.close());
beforeEach(({ skip }) => {
  skip(endpoint === undefined, 'openssl is not here');
  state.changed = false;
});

/** What starts a server of the host. */
const launch = (name: string): ConstructorParameters<typeof StdioClientTransport>[0] => ({
  command: process.execPath,
  args: [countersignCommand, 'run', name, '--trust', trust],
  env: { PATH: process.env['PATH'] ?? '', ...host },
  stderr: 'pipe',
});

interface Connected {
  readonly client: Client;
  /** What the server asked of the client. */
  readonly asked: string[];
  /** The names in the list, each time that the client was told to read it again. */
  readonly changes: (string[] | undefined)[];
}

/** A client of one version, which can do all that a server may ask for. */
async function connect(
  name: string,
  version: string,
  negotiation?: ClientOptions['versionNegotiation'],
): Promise<Connected> {
  const asked: string[] = [];
  const changes: (string[] | undefined)[] = [];
  const client = new Client(
    { name: 'official', version: '1' },
    {
      capabilities: { elicitation: { form: {} }, sampling: {}, roots: {} },
      ...(withInitialize.includes(version)
        ? { supportedProtocolVersions: [version] }
        : { versionNegotiation: negotiation ?? { mode: { pin: version } } }),
      listChanged: { tools: { onChanged: (_, tools) => void changes.push(tools?.map((tool) => tool.name)) } },
    },
  );
  client.setRequestHandler('elicitation/create', () => {
    asked.push('elicitation');
    return { action: 'accept', content: { name: 'Ada' } };
  });
  client.setRequestHandler('sampling/createMessage', () => {
    asked.push('sampling');
    return { role: 'assistant', model: 'none', content: { type: 'text', text: 'the keys' } };
  });
  onTestFinished(() => client.close());
  await client.connect(new StdioClientTransport(launch(name)));
  return { client, asked, changes };
}

const call = (client: Client, name: string) => client.callTool({ name, arguments: {} });
const names = async (client: Client): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);

/** Whether the server said that it cannot ask: as an error in one version, in a result in others. */
async function cannotAsk(client: Client, tool: string): Promise<unknown> {
  const said = await call(client, tool).catch((error: unknown) => String(error));
  return JSON.stringify(said);
}

describe('through a host', () => {
  test.each(table)('%s in %s gives what was approved, and nothing else', async (server, version) => {
    const { client, asked, changes } = await connect(`quiet-${server}`, version);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(client.getServerVersion()).toMatchObject({ name: `quiet-${server}`, version: '1.0.0' });
    expect(await names(client)).toEqual(['greet', 'ask', 'think', 'change']);
    const greeted = await call(client, 'greet');
    expect(greeted.content).toEqual([{ type: 'text', text: 'called greet' }]);
    expect(JSON.stringify(greeted)).not.toContain('"official"');
    await expect(call(client, 'hidden')).rejects.toThrow('no approved tool "hidden"');
    for (const tool of ['ask', 'think']) expect(await cannotAsk(client, tool)).toContain('not declare the required');
    expect(asked).toEqual([]);
    await call(client, 'change');
    await vi.waitFor(() => expect(changes).toEqual([['ask', 'think', 'change']]), { timeout: 10_000 });
    await expect(call(client, 'delete')).rejects.toThrow('no approved tool "delete"');
  });

  test.each(table)('%s in %s asks its user where that was approved, and no more than that', async (server, version) => {
    const { client, asked } = await connect(`asking-${server}`, version);
    const answered = await call(client, 'ask');
    expect(JSON.stringify(answered.content)).toContain('Ada');
    expect(await cannotAsk(client, 'think')).toContain('not declare the required');
    expect(asked).toEqual(['elicitation']);
  });

  test.each(servers)('%s is found by a client that asks which versions there are', async (server) => {
    const { client } = await connect(`quiet-${server}`, '2026-07-28', { mode: 'auto' });
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(await names(client)).toContain('greet');
  });

  test.each(servers)('%s serves the client of the SDK before that', async (server) => {
    const client = new EarlierClient({ name: 'official', version: '1' });
    onTestFinished(() => client.close());
    await client.connect(new EarlierTransport(launch(`quiet-${server}`)));
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['greet', 'ask', 'think', 'change']);
    expect(await client.callTool({ name: 'greet', arguments: {} })).toMatchObject({
      content: [{ text: 'called greet' }],
    });
    await expect(client.callTool({ name: 'hidden', arguments: {} })).rejects.toThrow('no approved tool');
  });
});
