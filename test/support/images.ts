/** Real containers: Debian's registry on loopback, Podman with a storage of its own, and an image with one small server. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ContainerEngine } from '../../artefacts/oci/container.ts';
import { findEngine } from '../../artefacts/oci/engine.ts';
import { openOciRepository } from '../../artefacts/oci/registry.ts';
import { sha256 } from '../../core/digest.ts';
import { temporaryFolder } from './folder.ts';

const run = promisify(execFile);

/** What this machine lacks for images. */
export async function missingForImages(): Promise<readonly string[]> {
  const missing: string[] = process.platform === 'linux' ? [] : ['Linux'];
  for (const command of ['podman', 'docker-registry', 'gcc'])
    await run(command, ['--version']).catch(() => void missing.push(command));
  return missing;
}

/**
 * Runs before and after the tests of a file that need images. Where something for them is missing, they fail in CI;
 * elsewhere they are skipped and say why.
 */
export async function testImages(setUp: (registry: ImageRegistry) => Promise<void>): Promise<void> {
  const missing = await missingForImages();
  let registry: ImageRegistry | undefined;
  beforeEach((context) => {
    if (missing.length === 0) return;
    const why = `images are not tested: ${missing.join(' and ')} not found`;
    if (process.env['CI'] !== undefined) throw new Error(`${why}, and CI must test them`);
    context.skip(why);
  });
  beforeAll(async () => {
    if (missing.length > 0) return;
    registry = await startRegistry();
    await setUp(registry);
  });
  afterAll(async () => {
    await removeEngines();
    await registry?.close();
  });
}

/** Those of the tests of one file, or of one measurement. */
const engines: ContainerEngine[] = [];

/** Podman, as a host finds it, with a new storage. */
export async function newEngine(): Promise<ContainerEngine> {
  const folder = await temporaryFolder();
  const found = findEngine('/usr/bin/podman');
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  const engine = { ...found, options: [...storage, ...found.options] };
  engines.push(engine);
  return engine;
}

export const podman = (engine: ContainerEngine, ...words: string[]): Promise<{ stdout: string }> =>
  run(engine.program, [...engine.options, ...words], { timeout: 120_000 });

/** A file that a trust config can name: the engine with its storage. A host adds the other options itself. */
export async function engineFile({ program, options }: ContainerEngine): Promise<string> {
  const file = join(await temporaryFolder(), 'podman');
  const storage = options.slice(0, 4).map((word) => `'${word}'`);
  await writeFile(file, `#!/bin/sh\nexec '${program}' ${storage.join(' ')} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

/** Images, containers and mounts of all storages, which a folder that is removed would leave behind. */
export async function removeEngines(): Promise<void> {
  for (const engine of engines.splice(0)) {
    await podman(engine, 'rm', '--all', '--force', '--time', '0');
    await podman(engine, 'rmi', '--all', '--force');
  }
}

export interface ImageRegistry {
  /** Of the proxy before it. */
  readonly host: string;
  /** The file of a blob or a manifest in the registry's own storage. */
  readonly fileOf: (digest: string) => string;
  /** Changes what is served for a path on the way; undefined changes nothing. */
  change: ((path: string, body: Buffer) => Buffer) | undefined;
  close(): Promise<void>;
}

/** The name and the password of the registry that wants them, and the same for htpasswd (`perl -e 'print crypt(…)'`). */
const member = { name: 'ada', password: 'passwordOfTheTest' };
const htpasswd = 'ada:$2y$05$abcdefghijklmnopqrstuuShvsZGi/ODj6FFKixp/DlLnSK3mT5nK';

/** A file of credentials as Podman writes it, for one registry. */
export async function authFile(host: string, password = member.password): Promise<string> {
  const file = join(await temporaryFolder(), 'auth.json');
  const auth = Buffer.from(`${member.name}:${password}`).toString('base64');
  await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }));
  return file;
}

/** Debian's registry on loopback, behind a proxy that may change what it serves. A private one wants a password for everything. */
export async function startRegistry(access: 'public' | 'private' = 'public'): Promise<ImageRegistry> {
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yml');
  const storage = `storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}`;
  await writeFile(join(folder, 'htpasswd'), `${htpasswd}\n`);
  const auth = access === 'private' ? `auth: {htpasswd: {realm: test, path: ${join(folder, 'htpasswd')}}}` : '';
  await writeFile(config, `version: 0.1\nlog: {level: info}\n${storage}\n${auth}\nhttp: {addr: '127.0.0.1:0'}\n`);
  const server = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    server.on('error', reject);
    server.on('exit', () => reject(new Error(`docker-registry ended: ${said}`)));
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on 127\.0\.0\.1:(\d+)/u.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const proxy = createServer((asked, answer) => {
    const { url: path = '/', method, headers } = asked;
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        answer.writeHead(response.statusCode ?? 500, response.headers);
        answer.end(registry.change?.(path, body) ?? body);
      });
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const registry: ImageRegistry = {
    host: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    fileOf: (digest) => {
      const hex = digest.slice('sha256:'.length);
      return join(folder, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    },
    change: undefined,
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      server.removeAllListeners('exit');
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
  return registry;
}

/** Compiles the server, puts it into an image of nothing else, and pushes that. */
export async function pushImage(engine: ContainerEngine, name: string, credentials?: string): Promise<void> {
  await podman(engine, 'build', '--quiet', '--format', 'oci', '--tag', name, await imageFolder());
  const login = credentials === undefined ? [] : ['--authfile', credentials];
  await podman(engine, 'push', '--quiet', '--tls-verify=false', ...login, name);
}

/** The digest of what a registry has under a tag, as a manifest declares it. */
export async function digestOfTag(host: string, path: string, tag: string): Promise<string> {
  const bytes = await openOciRepository(host, path, { registry: 'http://npm.test/' }).manifestBytes(tag);
  return sha256(bytes ?? Buffer.alloc(0));
}

/** The same as `pushImage` with an index of two images. Only that for this machine's processor can be started. */
export async function pushIndex(engine: ContainerEngine, name: string): Promise<void> {
  const folder = await imageFolder();
  // Without its cache, in which Podman takes the first image for the second platform too.
  for (const platform of ['linux/amd64', 'linux/arm64'])
    await podman(
      engine,
      'build',
      '--quiet',
      '--format',
      'oci',
      '--platform',
      platform,
      '--no-cache',
      '--manifest',
      name,
      folder,
    );
  await podman(engine, 'manifest', 'push', '--all', '--quiet', '--tls-verify=false', name, `docker://${name}`);
}

/** What `podman build` needs. */
async function imageFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const source = join(import.meta.dirname, 'image-server.c');
  await run('gcc', ['-static', '-O1', '-s', '-o', join(folder, 'server'), source]);
  const [from, start] = [
    ['FROM scratch', 'COPY server /server'],
    ['ENTRYPOINT ["/server"]', 'CMD ["--stdio"]'],
  ];
  const lines = [...from, 'ENV GREETING=hello', 'VOLUME /data', ...start];
  await writeFile(join(folder, 'Containerfile'), `${lines.join('\n')}\n`);
  return folder;
}

/** A copy with one bit changed. */
export function flipped(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  return copy;
}

/** Runs something while a file has one changed bit. */
export async function whileFlipped(file: string, offset: number, then: () => Promise<void>): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, flipped(bytes, offset));
  await then().finally(() => writeFile(file, bytes));
}
