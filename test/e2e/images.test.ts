/** Images of a real registry, in a real engine: locked, proved, fetched, started and removed. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkImages } from '../../artefacts/oci/check.ts';
import {
  containerCommand,
  type ContainerCommand,
  type ContainerEngine,
  type ContainerLaunch,
} from '../../artefacts/oci/container.ts';
import { credentialsOf } from '../../artefacts/oci/credentials.ts';
import { imageState, pullImage, removeImage, thisMachine } from '../../artefacts/oci/engine.ts';
import { proveImage, proveImages, resolveImage } from '../../artefacts/oci/image.ts';
import type { LockedImage, LockedImages } from '../../artefacts/oci/locked-images.ts';
import { placeInContainer } from '../../artefacts/oci/mounts.ts';
import { openOciRepository, type OciRepository } from '../../artefacts/oci/registry.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  authFile,
  flipped,
  newEngine,
  podman,
  pushImage,
  pushIndex,
  startRegistry,
  testImages,
  whileFlipped,
  type ImageRegistry,
} from '../support/images.ts';
import { imageFor } from '../../artefacts/oci/platforms.ts';

const root = join(import.meta.dirname, '../..');
const path = 'mcp/small';
const quick = { tryMs: 10_000, pauseMs: 1, retries: 0, deadlineMs: 60_000 };

let registry: ImageRegistry;
let engine: ContainerEngine;
let locked: LockedImages;
let image: LockedImage;

const repository = (of = path): OciRepository =>
  openOciRepository(registry.host, of, { registry: 'http://npm.test/' }, { times: quick });
const place = (): ContainerLaunch['repository'] => ({ host: registry.host, path });

await testImages(async (started) => {
  registry = started;
  const builder = await newEngine();
  await pushImage(builder, `${registry.host}/${path}:1.0.0`);
  locked = await resolveImage(repository(), '1.0.0');
  image = imageFor(locked.images, process.arch, path);
  engine = await newEngine();
  await pullImage(engine, place(), image, process.env);
});

test('a pushed image is locked as it is, and proved', async () => {
  expect(locked).toMatchObject({
    kind: 'oci',
    images: [{ os: 'linux', entrypoint: ['/server'], command: ['--stdio'], volumes: ['/data'] }],
  });
  expect(locked.index).toBeUndefined();
  await expect(proveImages(repository(), locked)).resolves.toBeUndefined();
});

test('an index is locked with all its images, and the one for this machine is started', async () => {
  const builder = await newEngine();
  await pushIndex(builder, `${registry.host}/mcp/many:1.0.0`);
  const [repo, from] = [repository('mcp/many'), { host: registry.host, path: 'mcp/many' }];
  const many = await resolveImage(repo, '1.0.0');
  expect(many.index?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
  expect(many.images.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64']);
  const artefact = { url: `oci://${registry.host}/mcp/many:1.0.0`, sha256: many.index?.digest.slice(7) ?? '' };
  expect(checkImages(many, artefact)).toEqual([]);
  await expect(proveImages(repo, many)).resolves.toBeUndefined();
  const own = imageFor(many.images, process.arch, 'mcp/many');
  await expect(proveImage(repo, own)).resolves.toBeUndefined();
  await pullImage(engine, from, own, process.env);
  const server = start(commandOf({ repository: from, image: own }));
  expect(await answerTo(server, 'initialize')).toMatchObject({ result: { serverInfo: { name: 'image' } } });
  server.child.stdin.end();
  await server.code;
  expect(() => imageFor(many.images, 'riscv64', 'mcp/many')).toThrow('but for linux/amd64, linux/arm64');
});

test('a private registry is read with the credentials of Podman, and with no others', async () => {
  const guarded = await startRegistry('private');
  onTestFinished(() => guarded.close());
  const [right, wrong] = [await authFile(guarded.host), await authFile(guarded.host, 'another')];
  await pushImage(await newEngine(), `${guarded.host}/${path}:1.0.0`, right);
  const reading = (file: string | undefined): Promise<LockedImages> =>
    resolveImage(
      openOciRepository(
        guarded.host,
        path,
        { registry: 'http://npm.test/' },
        {
          times: quick,
          credentials: credentialsOf({ environment: { REGISTRY_AUTH_FILE: file ?? '/none' }, home: '/none' }),
        },
      ),
      '1.0.0',
    );
  const [found] = (await reading(right)).images;
  if (found === undefined) throw new Error('an image was pushed');
  for (const file of [wrong, undefined])
    await expect(reading(file)).rejects.toMatchObject({ code: 'http-status', status: 401 });

  const [other, from] = [await newEngine(), { host: guarded.host, path }];
  await expect(pullImage(other, from, found, { ...process.env, REGISTRY_AUTH_FILE: wrong })).rejects.toMatchObject({
    code: 'image-pull',
    remedy: `check that you may read it: podman login ${guarded.host}`,
  });
  await expect(pullImage(other, from, found, { ...process.env, REGISTRY_AUTH_FILE: right })).resolves.toBeUndefined();
});

describe('an engine', () => {
  test('has exactly the locked image, until it is removed', async () => {
    const other = await newEngine();
    await expect(imageState(other, place(), image, process.env)).resolves.toBe('absent');
    await removeImage(other, place(), image, process.env);
    await pullImage(other, place(), image, process.env);
    await expect(imageState(other, place(), image, process.env)).resolves.toBe('there');
    const config = { ...image.config, digest: image.manifest.digest };
    await expect(imageState(other, place(), { ...image, config }, process.env)).rejects.toMatchObject({
      name: 'Refusal',
      code: 'E_DIGEST',
    });
    await removeImage(other, place(), image, process.env);
    await expect(imageState(other, place(), image, process.env)).resolves.toBe('absent');
  });

  test('does not fetch what the registry does not have, and says why', async () => {
    const manifest = { ...image.manifest, digest: `sha256:${'ab'.repeat(32)}` };
    await expect(pullImage(engine, place(), { ...image, manifest }, process.env)).rejects.toMatchObject({
      name: 'Failure',
      code: 'image-pull',
      message: expect.stringContaining('manifest unknown'),
    });
  });

  test('starts nothing that it does not have', async () => {
    const other = await newEngine();
    const server = start(commandOf(), other);
    await expect(server.code).resolves.toBe(125);
  });
});

interface Started {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
  readonly code: Promise<number | null>;
}

let count = 0;
const commandOf = (launch: Partial<ContainerLaunch> = {}): ContainerCommand =>
  containerCommand(
    engine,
    {
      ...{ repository: place(), image, server: { name: 'small' }, arguments: [], environment: new Map() },
      ...{ paths: new Map(), stateFolder: '/nowhere', id: `${process.pid}-${count++}` },
      ...launch,
    },
    thisMachine(),
  );

/** A process of its own runs the container, as the host does. */
function start(command: ContainerCommand, on = engine): Started {
  const run = pathToFileURL(join(root, 'artefacts/oci/run.ts'));
  const text = JSON.stringify([on, { ...command, environment: [...command.environment] }]);
  const script = `import { runContainer } from '${run.href}';
    const [engine, command] = JSON.parse(process.env.RUN);
    const server = runContainer(engine, { ...command, environment: new Map(command.environment) }, process.env);
    process.stdin.pipe(server.input);
    server.output.pipe(process.stdout);
    process.on('SIGTERM', server.stop);
    process.exitCode = await server.ended;
    process.stdin.destroy();`;
  const env = { ...process.env, RUN: text, HTTPS_PROXY: 'http://user:secret@proxy.test:8080' };
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, lines, code: once(child, 'exit').then(([code]: (number | null)[]) => code ?? null) };
}

async function answerTo(server: Started, method: string): Promise<Record<string, unknown>> {
  server.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method })}\n`);
  const { value } = await server.lines.next();
  return JSON.parse(String(value)) as Record<string, unknown>;
}

const containers = async (): Promise<string[]> =>
  (await podman(engine, 'ps', '--all', '--format', '{{.Names}}')).stdout.split('\n').filter((name) => name !== '');

/** Polls what no event tells: another process removes the container. */
async function untilGone(name: string): Promise<void> {
  await vi.waitFor(async () => expect(await containers()).not.toContain(name), { timeout: 20_000, interval: 100 });
}

describe('a server in a container', () => {
  test('answers, is confined, ends with its input, and leaves nothing behind', async () => {
    const command = commandOf();
    const server = start(command);
    expect(await answerTo(server, 'initialize')).toMatchObject({ result: { serverInfo: { name: 'image' } } });
    const { result: seen } = (await answerTo(server, 'ping')) as { result: Record<string, unknown> };
    expect(seen).toMatchObject({
      ...{ uid: 65_534, interfaces: 1, root: 'no', tmp: 'yes', data: 'yes' },
      arguments: ['--stdio'],
      environment: expect.arrayContaining(['GREETING=hello']),
    });
    expect((seen['environment'] as string[]).map((each) => each.replace(/=.*/u, '')).sort()).toEqual(
      ['GREETING', 'HOME', 'HOSTNAME', 'PATH', 'TERM', 'container'].sort(),
    );
    server.child.stdin.end();
    await expect(server.code).resolves.toBe(7);
    expect(await containers()).toEqual([]);
    expect((await podman(engine, 'volume', 'ls', '--quiet')).stdout).toBe('');
  });

  test('gets its files, its state and its variables, and a network where it may have one', async () => {
    const folder = await temporaryFolder();
    const [own, others, state] = [join(folder, 'own'), join(folder, 'others'), join(folder, 'state')];
    for (const each of [own, others, state]) await mkdir(each);
    await writeFile(join(own, 'file'), 'x');
    const places = [placeInContainer(own), placeInContainer(others), '/countersign/state', folder];
    const command = commandOf({
      server: {
        name: 'small',
        launch: { environment: [{ name: 'TOKEN', description: 'x', secret: true, default: '${state}' }] },
        permissions: { network: ['db.example.com:5432'], filesystem: { read: ['${own}'], write: ['${others}'] } },
      },
      arguments: places,
      environment: new Map([
        ['TOKEN', 'a secret with = and spaces'],
        ['HOME', '/tmp'],
      ]),
      paths: new Map([
        ['own', [own]],
        ['others', [others]],
      ]),
      stateFolder: state,
    });
    const server = start(command);
    const { result } = await answerTo(server, 'ping');
    expect(result).toMatchObject({
      interfaces: 2,
      arguments: places,
      files: [
        { read: 'yes', write: 'no' },
        { read: 'yes', write: 'yes' },
        { read: 'yes', write: 'yes' },
        { read: 'no', write: 'no' },
      ],
      environment: expect.arrayContaining(['TOKEN=a secret with = and spaces', 'HOME=/tmp']),
    });
    const commandLines = await everyCommandLine();
    expect(commandLines).toContain(command.name);
    expect(commandLines).not.toContain('a secret with');
    server.child.stdin.end();
    await server.code;
  });

  test('is stopped when the host is told to end, even if it does not want to', async () => {
    const command = commandOf({ arguments: ['stubborn'] });
    const server = start(command);
    await answerTo(server, 'initialize');
    server.child.kill('SIGTERM');
    await expect(server.code).resolves.toBe(137);
    expect(await containers()).toEqual([]);
  });

  test('is removed when the host is killed, even if it does not want to end', async () => {
    const command = commandOf({ arguments: ['stubborn'] });
    const server = start(command);
    await answerTo(server, 'initialize');
    expect(await containers()).toContain(command.name);
    server.child.kill('SIGKILL');
    await untilGone(command.name);
  });
});

async function everyCommandLine(): Promise<string> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n');
}

describe('one changed bit is refused before anything starts', () => {
  const parts = ['manifest', 'config', 'layer'] as const;
  const digestOf = (part: (typeof parts)[number]): string =>
    (part === 'layer' ? image.layers[0] : image[part])?.digest ?? '';
  const offsets = (length: number, wanted: number): number[] =>
    Array.from({ length: wanted }, (_, index) => Math.floor((index * (length - 1)) / (wanted - 1)));
  const sizeOf = async (part: (typeof parts)[number]): Promise<number> =>
    (await readFile(registry.fileOf(digestOf(part)))).byteLength;

  test.each(parts)('on the way: %s', async (part) => {
    onTestFinished(() => void (registry.change = undefined));
    const digest = digestOf(part);
    for (const offset of offsets(await sizeOf(part), 200)) {
      registry.change = (asked, body) => (asked.endsWith(digest) ? flipped(body, offset) : body);
      await expect(proveImages(repository(), locked)).rejects.toMatchObject({ name: 'Refusal', code: 'E_DIGEST' });
    }
  });

  test.each(parts)("in the registry's storage: %s", async (part) => {
    const file = registry.fileOf(digestOf(part));
    for (const offset of offsets(await sizeOf(part), 200))
      await whileFlipped(file, offset, async () => {
        await expect(proveImages(repository(), locked)).rejects.toMatchObject({
          // A registry may find out itself that it does not hold what was asked for.
          code: expect.stringMatching(/^(?:E_DIGEST|http-status|no-such-image)$/u),
        });
      });
    await expect(proveImages(repository(), locked)).resolves.toBeUndefined();
  });

  test.each(parts)('by the engine too: %s', async (part) => {
    onTestFinished(() => void (registry.change = undefined));
    const digest = digestOf(part);
    const other = await newEngine();
    for (const offset of offsets(await sizeOf(part), 5)) {
      registry.change = (asked, body) => (asked.endsWith(digest) ? flipped(body, offset) : body);
      await expect(pullImage(other, place(), image, process.env)).rejects.toMatchObject({ code: 'image-pull' });
      registry.change = undefined;
      await whileFlipped(registry.fileOf(digest), offset, async () => {
        await expect(pullImage(other, place(), image, process.env)).rejects.toMatchObject({ code: 'image-pull' });
      });
      await expect(imageState(other, place(), image, process.env)).resolves.toBe('absent');
    }
  });
});
