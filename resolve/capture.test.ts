import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { BlobStore } from '../store/blob-store.ts';
import {
  maxInstructions,
  maxLockedOffers,
  maxOfferNameLength,
  maxOffersBytes,
  maxOfferUriLength,
} from '../core/limits.ts';
import { reviewableJson } from '../core/canonical.ts';
import type { Lock, LockedOffer, Manifest } from '../schemas/types.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../test/support/folder.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { packedPackage } from '../test/support/tarballs.ts';
import { captureOffers } from './capture.ts';
import { lockedOffers, type Captured } from './captured.ts';
import { canConfine } from './sandbox.ts';
import { noImages, noIndex } from '../test/support/statements.ts';

const manifest = { name: 'hostile', version: '1.0.0' } as Manifest;

/** A server whose list of tools is the value of an expression, in which `capable` says whether the client has capabilities. */
const serverOf = (tools: string): string => `
let capable;
const answer = ({ id, method, params }) => {
  if (method === 'initialize') capable = params.capabilities.sampling !== undefined;
  const result = method === 'initialize' ? { capabilities: { tools: {} }, instructions: String(capable) } : { tools: ${tools} };
  if (id !== undefined) process.stdout.write(JSON.stringify({ id, result }) + '\\n');
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => answer(JSON.parse(line)));`;

function packed(source: string): { readonly lock: Lock; readonly tarball: Buffer } {
  const { tarball, locked } = packedPackage(
    'hostile',
    '1.0.0',
    { 'index.js': source },
    { bin: { hostile: 'index.js' } },
  );
  const root = 'node_modules/hostile';
  const lock: Lock = {
    schemaVersion: 1,
    name: 'hostile',
    version: '1.0.0',
    artefact: { url: 'npm:hostile@1.0.0', sha256: '', sha512: '' },
    resolvedAsOf: '2026-11-01T00:00:00Z',
    closure: { kind: 'npm', root, packages: { [root]: locked } },
    tools: [],
    instructions: [],
  };
  return { lock, tarball };
}

async function capture(source: string, launch: Manifest['launch'] = {}): Promise<Captured> {
  const { lock, tarball } = packed(source);
  const blobs = new BlobStore(await temporaryFolder());
  return captureOffers({ ...manifest, launch }, lock, {
    blobs,
    registry: { tarball: () => Promise.resolve(tarball) },
    index: noIndex,
    images: noImages,
  });
}

test('has the same limits as the schema of locks', async () => {
  const schema = JSON.parse(await readFile(join(import.meta.dirname, '../schemas/lock.schema.json'), 'utf8'));
  const { name } = schema.$defs.lockedTool.properties;
  const { tools, prompts, resources, resourceTemplates, instructions, instructionTexts: texts } = schema.properties;
  expect([name.minLength, name.maxLength]).toEqual([1, maxOfferNameLength]);
  expect(schema.$defs.lockedOffer.properties.name.maxLength).toBe(maxOfferUriLength);
  for (const list of [tools, prompts, resources, resourceTemplates]) expect(list.maxItems).toBe(maxLockedOffers);
  expect([instructions.maxItems, texts.maxItems, texts.items.maxLength]).toEqual([
    maxInstructions,
    maxInstructions,
    maxOffersBytes,
  ]);
});

test('says how to lock a server that listens on a port', async () => {
  await expect(capture('', { transport: { type: 'sse', port: 8000 } })).rejects.toMatchObject({
    code: 'capture',
    remedy: expect.stringContaining('registry lock hostile --no-capture') as string,
  });
});

test('says how to lock a server that does not run on this machine', async () => {
  const { lock } = packed('');
  const closure: Lock['closure'] = { kind: 'pypi', requiresPython: '>=3.99', packages: [] };
  const sources = { blobs: new BlobStore(await temporaryFolder()), index: noIndex, images: noImages };
  const registry = { tarball: () => Promise.reject(new Error('not asked')) };
  await expect(captureOffers(manifest, { ...lock, closure }, { ...sources, registry })).rejects.toMatchObject({
    code: 'capture',
    message: expect.stringContaining('hostile needs Python >=3.99') as string,
    remedy: expect.stringContaining('`registry lock hostile --no-capture`') as string,
  });
});

describe('in a sandbox', async () => {
  const confines = await canConfine();
  beforeEach((context) => {
    context.skip(!confines && process.env.CI === undefined, 'bubblewrap is not here, or may not make a sandbox');
    if (!confines) throw new Error('bubblewrap must be installed and allowed in CI');
  });

  test('captures what a server shows to clients without and with capabilities', async () => {
    const { tools, instructions } = await capture(serverOf(`[{ name: 'greet' }, { name: 'ask', capable }]`));
    expect(tools.map(({ name, definitions }) => [name, definitions.length])).toEqual([
      ['ask', 2],
      ['greet', 1],
    ]);
    expect(instructions).toHaveLength(2);
  });

  test.each([
    ['a null for a tool', '[null]', 'not an object'],
    ['two tools of one name', `[{ name: 'a' }, { name: 'a', n: 1 }]`, 'two different tools of the name "a"'],
    [
      'too many tools for both clients together',
      `Array.from({ length: 1001 }, (_, n) => ({ name: String(capable) + n }))`,
      '2002 tools',
    ],
    ['too many bytes', `[{ name: 'a', capable, text: 'x'.repeat(3_000_000) }]`, 'bytes; a lock can have 4194304'],
  ])('refuses %s', async (_, tools, why) => {
    await expect(capture(serverOf(tools))).rejects.toMatchObject({
      name: 'Failure',
      code: 'capture',
      message: expect.stringContaining(why) as string,
    });
  });

  /** A server that declares everything; its lists are expressions. */
  const offering = (lists: Readonly<Record<string, string>>): string => `
    const fs = require('node:fs');
    let capable;
    const lists = {
      'tools/list': () => ({ tools: [] }),
      'prompts/list': () => ({ prompts: ${lists['prompts'] ?? '[]'} }),
      'resources/list': () => ({ resources: ${lists['resources'] ?? '[]'} }),
      'resources/templates/list': () => ({ resourceTemplates: ${lists['resourceTemplates'] ?? '[]'} }),
    };
    const answer = ({ id, method, params }) => {
      if (method === 'initialize') capable = params.capabilities.sampling !== undefined;
      const say = (more) => process.stdout.write(JSON.stringify({ id, ...more }) + '\\n');
      if (method === 'initialize') say({ result: { capabilities: { tools: {}, prompts: {}, resources: {} } } });
      else if (id !== undefined)
        try { say({ result: lists[method]() }); } catch (error) { say({ error: { code: -32603, message: String(error) } }); }
    };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => answer(JSON.parse(line)));`;

  test('captures prompts, resources and templates, sorted, and the same each time', async () => {
    const source = offering({
      prompts: `[{ name: 'b', title: String(capable) }, { name: 'a', arguments: [{ name: 'topic' }] }]`,
      resources: `[{ uri: 'note://2', name: 'Two' }, { uri: 'note://1', name: 'One', size: Math.random() }]`,
      resourceTemplates: `[{ uriTemplate: 'note://{id}', name: 'Any' }]`,
    });
    const captured = await capture(source);
    const names = (offers: readonly LockedOffer[] | undefined): unknown =>
      offers?.map(({ name, definitions }) => [name, definitions.length]);
    expect([captured.prompts, captured.resources, captured.resourceTemplates].map(names)).toEqual([
      [
        ['a', 1],
        ['b', 2],
      ],
      [
        ['note://1', 1],
        ['note://2', 1],
      ],
      [['note://{id}', 1]],
    ]);
    expect(captured.unpinned).toBeUndefined();
    expect(reviewableJson(await capture(source))).toEqual(reviewableJson(captured));
  });

  test.each([
    ['are the files of a folder', `fs.readdirSync('.').map((name) => ({ uri: 'file:' + name, name }))`],
    ['name the folder', `[{ uri: 'file:' + process.cwd(), name: 'Here' }]`],
    ['change with the time', `[{ uri: 'time:' + process.hrtime.bigint(), name: 'Now' }]`],
    ['cannot be listed without a service', `(() => { throw new Error('no database'); })()`],
  ])('pins no resources that %s', async (_, resources) => {
    const captured = await capture(offering({ resources, prompts: `[{ name: 'a' }]` }));
    expect(captured.unpinned).toEqual(['resources']);
    expect(Object.keys(lockedOffers(captured)).toSorted()).toEqual(['instructions', 'prompts', 'tools', 'unpinned']);
  });

  test('pins no prompts of which there is no list', async () => {
    const captured = await capture(offering({ prompts: `(() => { throw new Error('no database'); })()` }));
    expect(captured.unpinned).toEqual(['prompts']);
  });

  test('counts the bytes of all offers and instructions together', async () => {
    const prompts = `[{ name: 'a', capable, title: 'x'.repeat(1_300_000) }]`;
    const resources = `[{ uri: 'a:1', title: 'x'.repeat(1_700_000) }]`;
    await expect(capture(offering({ prompts, resources }))).rejects.toThrow('bytes; a lock can have 4194304');
  });

  const unless = (condition: string, why: string): string =>
    `if (!(${condition})) throw new Error(${JSON.stringify(why)});` + serverOf(`[{ name: 'greet' }]`);
  const secret = { name: 'NOTES_TOKEN', description: 'A token.', secret: true };
  const setting = { name: 'NOTES_URL', description: 'An address.' };

  test('gives a placeholder for every secret, in the form that the manifest suggests', async () => {
    const source = unless(`process.env.NOTES_TOKEN?.startsWith('sk-')`, 'no key');
    const { tools } = await capture(source, { environment: [{ ...secret, placeholder: 'sk-x' }] });
    expect(tools).toHaveLength(1);
  });

  test('gives all declared values if the server does not start otherwise', async () => {
    const source = unless(`process.env.NOTES_URL && process.argv[2] === '/home/sandbox'`, 'no address');
    const folder = { type: 'positional', name: 'folder', description: 'A folder.', format: 'filepath' } as const;
    expect((await capture(source, { environment: [setting], arguments: [folder] })).tools).toHaveLength(1);
    await expect(capture(source, { environment: [setting] })).rejects.toThrow('Error: no address');
  });

  test('gives all declared values if the server shows no tool otherwise', async () => {
    const source = serverOf(`process.env.NOTES_URL ? [{ name: 'greet' }] : []`);
    expect((await capture(source, { environment: [setting] })).tools).toHaveLength(1);
    expect((await capture(source)).tools).toEqual([]);
  });

  test.each([
    ["KeyError: 'NOTES'", [], 'declare NOTES under launch.environment'],
    ['NOTES_TOKEN is required', [], 'declare NOTES_TOKEN under launch.environment'],
    ['NOTES_TOKEN is of the wrong form', [secret], 'it was given NOTES_TOKEN=placeholder'],
    ['NOTES_URL is required', [setting], 'write required: true at NOTES_URL'],
    ['getaddrinfo EAI_AGAIN api.notes.com', [], 'run `registry lock hostile --network`'],
    ['no such file: build/Release/keytar.node', [], 'hosts run no such script'],
    ['no luck', [], '`registry lock hostile --no-capture`'],
  ])('says what to do about a server that says: %s', async (why, environment, remedy) => {
    await expect(capture(unless('false', why), { environment })).rejects.toMatchObject({
      code: 'capture',
      message: expect.stringContaining(why),
      remedy: expect.stringContaining(remedy),
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('leaves no folder and no server behind when %s ends it', async (signal) => {
    const { lock, tarball } = packed('setInterval(() => {}, 1000);');
    const [folder, files] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(files, 'lock.json'), JSON.stringify(lock));
    await writeFile(join(files, 'tarball'), tarball);
    const address = (name: string): string => pathToFileURL(join(import.meta.dirname, name)).href;
    const script = `
      import { readFileSync } from 'node:fs';
      import { captureOffers } from ${JSON.stringify(address('capture.ts'))};
      import { BlobStore } from ${JSON.stringify(address('../store/blob-store.ts'))};
      const [files] = process.argv.slice(1);
      const registry = { tarball: async () => readFileSync(files + '/tarball') };
      await captureOffers({}, JSON.parse(readFileSync(files + '/lock.json')), { registry, blobs: new BlobStore(files + '/blobs') });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, files], {
      env: { ...process.env, TMPDIR: folder },
      stdio: 'inherit',
    });
    const ended = new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
    await expect.poll(() => processesWith(folder), { timeout: 20_000 }).not.toBe(0);
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(await readdir(folder)).toEqual([]);
    await expect.poll(() => processesWith(folder)).toBe(0);
  });
});

/** How many processes of this machine have a word in their command line. */
async function processesWith(word: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(word)).length;
}
