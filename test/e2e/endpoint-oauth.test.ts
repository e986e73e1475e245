/** An endpoint that wants OAuth, from its manifest to a tool that a client calls, and to the end of the sign-in. */
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { TrustConfig } from '../../schemas/types.ts';
import { startAuthorizationServer, type AuthorizationServerFake } from '../fakes/oauth/authorization-server.ts';
import { open } from '../fakes/oauth/person.ts';
import { guard, type Protection } from '../fakes/oauth/protected.ts';
import { countersign, countersignCommand, registry, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startEndpoint, type McpEndpoint } from '../support/mcp-endpoint.ts';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let endpoint: McpEndpoint | undefined;
let server: AuthorizationServerFake | undefined;
let protection: Protection;
let tiny: TinyRegistry;
let trust: string;
let home: string;
let said: string;

const manifest = (origin: string, issuer: string): string => `name: notes
version: '1.0.0'
maintainer: team@example.com
description: Reads notes that are kept elsewhere.
license: MIT
scope: [read:notes]
data_classification: internal
lawful_basis: contract
reviewed_at: 2026-11-01
reviewers: [team@example.com]
remote:
  url: ${origin}/mcp
  transport: streamable-http
  authorization:
    issuer: ${issuer}
    scopes: [notes:read]
`;

beforeAll(async () => {
  endpoint = await startEndpoint(await temporaryFolder());
  if (endpoint === undefined) return;
  const { origin, certificate, made } = endpoint;
  server = await startAuthorizationServer(made);
  tiny = await emptyRegistry();
  const policy = aPolicy();
  await tiny.write('policy.yaml', stringify({ ...policy, artefacts: { ...policy.artefacts, remote: true } }));
  await tiny.write('servers/notes.yaml', manifest(origin, server.issuer));
  const run = (...words: string[]): Promise<Ended> =>
    registry(words, { cwd: tiny.folder, env: { ...tiny.env, npm_config_cafile: certificate } });
  expect(await run('lock', 'notes', '--private-network')).toMatchObject({ status: 0 });
  expect(await run('dev', '--once')).toMatchObject({ status: 0 });
  const { url } = await serveFiles(join(tiny.folder, 'dist'));
  const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trust = join(tiny.folder, 'trust.json');
  await writeFile(trust, JSON.stringify({ ...config, registry: { ...config.registry, url } }));
  // From now on it wants to know who asks.
  protection = { resource: `${origin}/mcp`, server };
  endpoint.guard = (request, response) => guard(protection, request, response);
});
afterAll(async () => {
  await endpoint?.close();
  await server?.close();
});
beforeEach(async ({ skip }) => {
  skip(endpoint === undefined, 'openssl is not here');
  home = await temporaryFolder();
  said = '';
  here().endpoint.asked.length = 0;
});

/** After every test: whatever was said or written, the tokens are only where they belong. */
afterEach(async () => {
  expect(said).not.toContain('canary');
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of entries.filter((each) => each.isFile() && !each.name.startsWith('oauth.')))
    expect(await readFile(join(parentPath, name), 'utf8'), name).not.toContain('canary');
});

function here(): { readonly endpoint: McpEndpoint; readonly server: AuthorizationServerFake } {
  if (endpoint === undefined || server === undefined) throw new Error('there is no endpoint');
  return { endpoint, server };
}

const env = (): Record<string, string> => ({
  ...{ PATH: process.env['PATH'] ?? '', XDG_DATA_HOME: home, npm_config_cafile: here().endpoint.certificate },
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
});

async function host(...words: string[]): Promise<Ended> {
  const ended = await countersign([...words, '--trust', trust], { env: env() });
  said += ended.stdout + ended.stderr;
  return ended;
}

/** What a person does with the address that `login` shows. */
type Act = (address: string, stop: () => void) => unknown;

const opens: Act = (address) => open(address, here().endpoint.made.cert);

async function login(act: Act = opens, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [countersignCommand, 'login', 'notes', '--file', '--trust', trust, ...words], {
    ...{ env: env(), stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let [stdout, stderr, isShown] = ['', '', false];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    const address = /^ {2}(?<address>https:\/\/\S+)\n/mu.exec(stderr)?.groups?.['address'];
    if (isShown || address === undefined) return;
    isShown = true;
    void act(address, () => child.kill('SIGINT'));
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  said += stdout + stderr;
  return { status, stdout, stderr };
}

async function connected(): Promise<Client> {
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args: [countersignCommand, 'run', 'notes', '--trust', trust], env: env() },
    stderr: 'pipe',
  });
  const client = new Client({ name: 'a client', version: '1' });
  onTestFinished(() => client.close());
  await client.connect(transport);
  return client;
}

const call = async (client: Client): Promise<unknown> =>
  (await client.callTool({ name: 'greet', arguments: {} })).content;
const called = [{ type: 'text', text: 'called greet' }];
const toDo = 'a person must run `countersign login notes` in a terminal';

test('has a page that says where a person signs in', async () => {
  const page = await readFile(join(tiny.folder, 'dist/servers/notes/index.html'), 'utf8');
  const words = page.replaceAll(/<[^>]*>/gu, ' ').replaceAll(/\s+/gu, ' ');
  expect(words).toContain(`Sign in at ${new URL(here().server.issuer).host} for notes:read .`);
});

test('costs nothing where nobody signs in: the library is in none of the files that every start reads', async () => {
  const dist = join(countersignCommand, '../../dist');
  const read = async (name: string): Promise<string> => readFile(join(dist, name), 'utf8');
  const seen = new Map<string, string>();
  // What it imports without being asked, and what that imports.
  for (const names = ['countersign.js']; names.length > 0;) {
    const name = names.pop() ?? '';
    if (seen.has(name)) continue;
    seen.set(name, await read(name));
    const imported = (seen.get(name) ?? '').matchAll(/(?:from|import) ?"\.\/(?<file>[^"]+)"/gu);
    names.push(...[...imported].map(({ groups }) => groups?.['file'] ?? ''));
  }
  const holds = (text: string): boolean => text.includes('.well-known/oauth-authorization-server');
  expect([...seen.keys()].length).toBeGreaterThan(1);
  expect([...seen.values()].some(holds)).toBe(false);
  const all = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  expect((await Promise.all(all.map(read))).filter(holds)).toHaveLength(1);
});

test('tells a client that nobody is signed in, as the answer to its first request', async () => {
  await expect(connected()).rejects.toThrow(`nobody is signed in to notes here; ${toDo}`);
  expect(here().endpoint.asked).toEqual([]);
});

test('is used by a client once a person signed in, and no more once that is over', async () => {
  const { issuer, families, expireAll } = here().server;
  const info = await host('info', 'notes');
  expect(info.stdout).toContain(`at ${issuer} for notes:read (nobody is signed in)`);
  const signedIn = await login();
  expect([signedIn.status, signedIn.stdout]).toEqual([
    0,
    `signed in to notes at ${new URL(issuer).host}; the tokens are kept in a private file\n`,
  ]);
  const signIn = { issuer, scopes: ['notes:read'], signedIn: true };
  for (const words of [['info'], ['credentials', 'list']])
    expect(JSON.parse((await host(...words, 'notes', '--json')).stdout)).toMatchObject({ signIn });
  expect((await host('doctor')).stdout).toContain('signed in to notes');

  const client = await connected();
  expect(await call(client)).toEqual(called);
  // The time of its token comes while the client is there.
  expireAll();
  expect(await call(client)).toEqual(called);
  const family = families.at(-1);
  expect(family).toMatchObject({ scope: 'notes:read', resource: protection.resource, isOver: false });
  expect(family?.used.size).toBe(1);

  expect(await host('logout', 'notes')).toMatchObject({
    ...{ status: 0, stdout: 'forgot the sign-in to notes, and the tokens are revoked\n' },
  });
  expect(family?.isOver).toBe(true);
  await expect(call(client)).rejects.toThrow(toDo);
  expect(await host('logout', 'notes')).toMatchObject({ stdout: 'nobody is signed in to notes here\n' });
});

test('is used by two clients at once, whose token is renewed once', async () => {
  expect(await login()).toMatchObject({ status: 0 });
  const clients = await Promise.all([connected(), connected()]);
  here().server.expireAll();
  expect(await Promise.all(clients.map(call))).toEqual([called, called]);
  const family = here().server.families.at(-1);
  expect([family?.isOver, family?.used.size]).toEqual([false, 1]);
});

test('is signed in to on another machine', async () => {
  const { status, stderr } = await login(() => undefined, '--device');
  expect([status, stderr]).toEqual([0, expect.stringContaining('type WDJB-MJHT here, on any machine:')]);
  expect(await call(await connected())).toEqual(called);
});

test('is signed in to by nobody where it names another authorization server', async () => {
  protection.metadata = { authorization_servers: ['https://evil.example'] };
  const { status, stderr } = await login();
  delete protection.metadata;
  expect([status, stderr]).toEqual([1, expect.stringContaining('does not name the approved authorization server')]);
  expect(stderr).not.toContain('evil.example');
});

test('is signed in to by nobody where a person stops it', async () => {
  const { status, stderr } = await login((_, stop) => stop());
  expect([status, stderr]).toEqual([1, expect.stringContaining('nobody signed in: it was cancelled')]);
});

test('says that there is no keychain before it asks anybody', async () => {
  const { status, stderr } = await host('login', 'notes');
  expect([status, stderr]).toEqual([1, expect.stringContaining('no-keychain')]);
  expect(here().endpoint.asked).toEqual([]);
});
