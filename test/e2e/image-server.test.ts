/** A server that is an image, from its manifest to its removal: with the commands, a real registry and a real engine. */
import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { expect, onTestFinished, test } from 'vitest';
import { imageLock } from '../../artefacts/kinds.ts';
import type { ContainerEngine } from '../../artefacts/oci/container.ts';
import { findEngine } from '../../artefacts/oci/engine.ts';
import { reviewableJson } from '../../core/canonical.ts';
import type { Lock, OciClosure, TrustConfig } from '../../schemas/types.ts';
import { countersign, registry, type Ended, withoutRefusal } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  digestOfTag,
  engineFile,
  flipped,
  newEngine,
  podman,
  pushImage,
  testImages,
  whileFlipped,
  type ImageRegistry,
} from '../support/images.ts';
import { aManifest, aPolicy } from '../support/statements.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const path = 'mcp/postgres';
const tag = '1.2.0';
const name = 'internal-postgres';
/** Another one, which is given a folder. */
const reader = 'folder-reader';

let images: ImageRegistry;
/** The engine of the hosts. */
let engine: ContainerEngine;
let tiny: TinyRegistry;
let site: FileServer;
let trustFile: string;
let lock: Lock & { readonly closure: OciClosure };

const manifestOf = (digest: string, more = '', of = name): string => {
  const artefact = { url: `oci://${images.host}/${path}:${tag}`, sha256: digest };
  return `${stringify(aManifest({ name: of, version: tag, license: 'MIT', artefact }))}${more}`;
};

const withFolder = `launch:
  arguments:
    - type: positional
      name: folder
      description: What it reads.
      format: filepath
      required: true
permissions:
  filesystem:
    read: ['\${folder}']
`;

await testImages(async (started) => {
  images = started;
  engine = await newEngine();
  await pushImage(await newEngine(), `${images.host}/${path}:${tag}`);
  tiny = await emptyRegistry();
  const policy = aPolicy({
    artefacts: { types: ['oci'], hosts: [images.host], remote: false },
    tools: { not_captured: 'review' },
  });
  await tiny.write('policy.yaml', stringify(policy));
  await tiny.write(`servers/${name}.yaml`, manifestOf(await digestOfTag(images.host, path, tag)));
  // A new storage has no layer that a build could take again, so this is an image of its own.
  await pushImage(await newEngine(), `${images.host}/mcp/reader:${tag}`);
  const read = manifestOf(await digestOfTag(images.host, 'mcp/reader', tag), withFolder, reader).replace(
    path,
    'mcp/reader',
  );
  await tiny.write(`servers/${reader}.yaml`, read);
  expect(await tiny.run('lock', '--no-capture')).toMatchObject({ status: 0, stderr: expect.stringContaining(name) });
  lock = JSON.parse(await readFile(join(tiny.folder, `servers/${name}.lock.json`), 'utf8')) as typeof lock;
  const git = (...words: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'registry.yaml', 'policy.yaml', 'servers', 'advisories');
  git('commit', '--quiet', '--message', 'one');
  for (const words of [['sign'], ['dev', '--once']]) {
    const ended = await tiny.run(...words);
    if (ended.status !== 0) throw new Error(ended.stderr);
  }
  site = await serveFiles(join(tiny.folder, 'dist'));
  const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trustFile = join(tiny.folder, 'trust.json');
  const here = { ...trust, registry: { ...trust.registry, url: site.url }, containerEngine: await engineFile(engine) };
  await writeFile(trustFile, JSON.stringify(here));
});

interface Host {
  (words: readonly string[], more?: { readonly input?: string }): Promise<Ended>;
  readonly home: string;
}

/** Each with a store of its own, and the one engine. */
async function host(): Promise<Host> {
  const home = await temporaryFolder();
  const run = ([command = '', ...words]: readonly string[], more = {}): Promise<Ended> =>
    countersign([command, '--trust', trustFile, ...words], { env: { XDG_DATA_HOME: home }, ...more });
  return Object.assign(run, { home });
}

const initialize = '{"jsonrpc":"2.0","id":1,"method":"initialize"}\n';
const kept = async (): Promise<string[]> =>
  (await podman(engine, 'images', '--digests', '--format', '{{.Digest}}')).stdout.split('\n').filter((it) => it !== '');

test('it is locked by digest, with nothing that is a package', () => {
  expect(lock.artefact?.url).toBe(`oci://${images.host}/${path}:${tag}`);
  expect(lock.closure).toMatchObject({ kind: 'oci', images: [{ os: 'linux', entrypoint: ['/server'] }] });
  expect(lock.capture).toBe('none');
});

test('what it offers is captured in a container, and nothing of it stays in the engine', async () => {
  const locked = await tiny.run('lock', reader);
  expect(locked.stderr).toContain(`${reader}: 0 packages`);
  expect(locked.status).toBe(0);
  const file = join(tiny.folder, `servers/${reader}.lock.json`);
  const captured = JSON.parse(await readFile(file, 'utf8')) as Lock;
  expect(captured.capture).toBeUndefined();
  const before = { ...captured, capture: 'none' as const };
  onTestFinished(() => tiny.write(`servers/${reader}.lock.json`, Buffer.from(reviewableJson(before)).toString()));
  const noSandbox = await temporaryFolder();
  await writeFile(join(noSandbox, 'bwrap'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const output = join(await temporaryFolder(), 'captured.json');
  const env = { ...tiny.env, PATH: `${noSandbox}${delimiter}${process.env['PATH'] ?? ''}` };
  const again = await registry(['capture', reader, '--output', output], { cwd: tiny.folder, env });
  expect([again.status, again.stderr]).toEqual([0, expect.stringContaining(reader)]);
  expect(await readFile(output, 'utf8')).toContain('"kind": "captured"');
  const own = imageLock(captured)?.closure.images[0]?.manifest.digest;
  const { stdout } = await podman(findEngine(), 'images', '--digests', '--format', '{{.Digest}}');
  expect(stdout).not.toContain(own);
  expect((await podman(findEngine(), 'ps', '--all', '--format', '{{.Names}}')).stdout).not.toContain(reader);
});

test('its lock is proved again, layers included', async () => {
  const layer = lock.closure.images[0]?.layers[0]?.digest ?? '';
  const write = (as: Lock): Promise<void> =>
    tiny.write(`servers/${name}.lock.json`, Buffer.from(reviewableJson(as)).toString());
  // Only what changed is proved.
  await write({ ...lock, resolvedAsOf: '2026-04-15T00:00:00Z' });
  onTestFinished(() => write(lock));
  expect(await tiny.run('lock', '--check')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('tools-not-checked'),
  });
  // Layers that were proved are kept by digest, and would not be asked for again.
  await rm(join(tiny.folder, '.registry/cache'), { recursive: true });
  images.change = (asked, body) => (asked.endsWith(layer) ? flipped(body, 100) : body);
  onTestFinished(() => void (images.change = undefined));
  const checked = await tiny.run('lock', '--check');
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain('lock-digest');
});

test('a tag that names another image by now is refused, and both digests are said', async () => {
  const declared = 'ab'.repeat(32);
  await tiny.write(`servers/${name}.yaml`, manifestOf(declared));
  onTestFinished(() => tiny.write(`servers/${name}.yaml`, manifestOf(lock.artefact?.sha256 ?? '')));
  const locked = await tiny.run('lock', '--no-capture', name);
  expect(locked.status).toBe(3);
  expect(locked.stderr).toContain(`sha256:${lock.artefact?.sha256}`);
  expect(locked.stderr).toContain(`sha256:${declared}`);
});

test('a host installs it, says what is pinned and enforced, runs it and removes it', async () => {
  const on = await host();
  expect(await on(['install', name])).toMatchObject({ status: 0 });
  expect(await kept()).toEqual([lock.closure.images[0]?.manifest.digest]);
  const info = await on(['info', name]);
  expect(info.stdout).toContain(`image sha256:${lock.artefact?.sha256} for linux/`);
  expect(info.stdout).toContain('no network (enforced)');
  const verified = await on(['verify', name, '--installed', '--json']);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    verified: [{ installed: 'verified', image: { digest: `sha256:${lock.artefact?.sha256}` } }],
  });
  const ran = await on(['run', name], { input: initialize });
  expect(ran).toMatchObject({ status: 7, stderr: '' });
  expect(JSON.parse(ran.stdout)).toMatchObject({ result: { serverInfo: { name } } });
  expect(await on(['uninstall', name])).toMatchObject({ status: 0 });
  expect(await kept()).toEqual([]);
});

test('what the engine lost is fetched again before a start, and found by `verify` before that', async () => {
  const on = await host();
  expect(await on(['install', name])).toMatchObject({ status: 0 });
  await podman(engine, 'rmi', '--all', '--force');
  const verified = await on(['verify', name, '--installed']);
  expect(verified).toMatchObject({ status: 3, stderr: expect.stringContaining('E_TREE') });
  expect(await on(['run', name], { input: initialize })).toMatchObject({ status: 7 });
  expect(await on(['uninstall', name])).toMatchObject({ status: 0 });
});

test('an image that a server of another registry has stays', async () => {
  const on = await host();
  expect(await on(['install', name])).toMatchObject({ status: 0 });
  for (const folder of ['installed', 'registries']) {
    const below = join(on.home, 'countersign', folder);
    const [id = ''] = await readdir(below);
    await cp(join(below, id), join(below, 'other.example.com'), { recursive: true });
  }
  expect(await on(['uninstall', name])).toMatchObject({ status: 0 });
  expect(await kept()).toHaveLength(1);
  await podman(engine, 'rmi', '--all', '--force');
});

const parts = ['manifest', 'config', 'layer'] as const;
const digestOf = (part: (typeof parts)[number]): string => {
  const [image] = lock.closure.images;
  return (part === 'layer' ? image?.layers[0] : image?.[part])?.digest ?? '';
};

test.each(parts)('a host starts nothing of an image with one changed bit: %s', async (part) => {
  onTestFinished(() => void (images.change = undefined));
  const digest = digestOf(part);
  const { byteLength } = await readFile(images.fileOf(digest));
  for (const offset of [0, Math.floor(byteLength / 2), byteLength - 1]) {
    const on = await host();
    images.change = (asked, body) => (asked.endsWith(digest) ? flipped(body, offset) : body);
    const onTheWay = await on(['run', name], { input: initialize });
    expect(withoutRefusal(onTheWay.stdout)).toBe('');
    // Layers are checked by the engine, which only says that it could not fetch the image.
    expect(onTheWay).toMatchObject(
      part === 'layer'
        ? { stderr: expect.stringContaining('could not fetch') }
        : { status: 3, stderr: expect.stringContaining('E_DIGEST') },
    );
    images.change = undefined;
    await whileFlipped(images.fileOf(digest), offset, async () => {
      const stored = await on(['run', name], { input: initialize });
      expect(withoutRefusal(stored.stdout)).toBe('');
      expect(stored.status).not.toBe(7);
    });
    expect(await kept()).toEqual([]);
  }
});

test('a server gets the files that the user names and the manifest permits, at a place of their own', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'x');
  const on = await host();
  const ran = await on(['run', reader, '--', folder], { input: initialize.replace('initialize', 'ping') });
  const places = [`/countersign/files${folder}`];
  expect(JSON.parse(ran.stdout)).toMatchObject({
    result: { arguments: places, files: [{ read: 'yes', write: 'no' }] },
  });
  expect(await on(['uninstall', reader])).toMatchObject({ status: 0 });
});

test('`doctor` names the engine', async () => {
  const { stdout } = await (await host())(['doctor', '--json']);
  const { checks } = JSON.parse(stdout) as { checks: { check: string; message: string }[] };
  expect(checks.find(({ check }) => check === 'containers')?.message).toMatch(/^podman at \/.*\/podman$/u);
});
