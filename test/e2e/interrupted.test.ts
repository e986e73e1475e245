/** Many hosts at once on one folder, and hosts that are killed while they write: what is kept stays sound. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrustConfig } from '../../schemas/types.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { endingOf } from '../../core/exit.ts';
import { homeOf } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import { countersign, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

/** What is published first, and what is published then. */
let folders: { readonly first: string; readonly second: string };
let trust: { readonly first: string; readonly second: string; readonly silent: string };
/** After everything was signed. */
let now: Date;

beforeAll(async () => {
  const tiny = await tinyRegistry();
  const dist = join(tiny.folder, 'dist');
  folders = { first: join(tiny.folder, 'first'), second: join(tiny.folder, 'second') };
  for (const [version, folder] of [
    ['1.0.0', folders.first],
    ['1.1.0', folders.second],
  ] as const) {
    await tiny.write('servers/tiny.yaml', tiny.manifest(version));
    expect(await tiny.run('lock')).toMatchObject({ status: 0 });
    expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
    await cp(dist, folder, { recursive: true });
  }
  now = new Date();
  const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  const trusting = async (url: string): Promise<string> => {
    const file = join(await temporaryFolder(), 'trust.json');
    const registry = { ...config.registry, url };
    await writeFile(file, JSON.stringify({ ...config, registry, refreshAfterSeconds: 0 }));
    return file;
  };
  const silent = await serveFiles();
  silent.silent = true;
  trust = {
    first: await trusting((await serveFiles(folders.first)).url),
    second: await trusting((await serveFiles(folders.second)).url),
    silent: await trusting(silent.url),
  };
});

const verify = (dataHome: string, which: keyof typeof trust, env: Record<string, string> = {}): Promise<Ended> =>
  countersign(['verify', 'tiny', '--trust', trust[which]], { env: { XDG_DATA_HOME: dataHome, ...env } });

/** How the same ends in this process, which costs a fraction of starting one: `accepted`, or the code of what is thrown. */
async function verifyHere(dataHome: string, which: keyof typeof trust): Promise<string> {
  try {
    const servers = new Servers(await loadTrust(trust[which]), homeOf({ XDG_DATA_HOME: dataHome }), now);
    const server = await servers.registry.server('tiny');
    await servers.checkBlobs(server);
    await servers.isInstalled(server);
    return 'accepted';
  } catch (error) {
    return endingOf(error).code;
  }
}

/** Whether a host keeps the timestamp of what was published. */
async function hasSeen(dataHome: string, published: string): Promise<boolean> {
  const { signed } = JSON.parse(await readFile(join(published, 'metadata/timestamp.json'), 'utf8'));
  const kept = await readdir(join(dataHome, 'countersign/registries'), { recursive: true });
  return kept.some((path) => path.includes(`/${signed.version}.timestamp-`));
}

/** Every file that is kept of the registry, and what the folder that was published last has in its place. */
async function expectSound(dataHome: string, published: string): Promise<void> {
  const registries = join(dataHome, 'countersign/registries');
  const kept = await readdir(registries, { recursive: true, withFileTypes: true });
  const files = kept.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(6);
  for (const { parentPath, name } of files) {
    if (parentPath.endsWith('/seen')) expect(name).toMatch(/^[a-z0-9-]+\.[0-9a-f]{16}\.\d+\.[0-9a-f]{64}$/u);
    else if (parentPath.endsWith('/metadata')) {
      const path = join(published, 'metadata', name.replace(/^\d+\.timestamp-[0-9a-f]+/u, 'timestamp'));
      expect(await readFile(join(parentPath, name)), name).toEqual(await readFile(path));
    } else expect(name).toMatch(/^[0-9a-f]{64}$/u);
  }
}

test('twenty at once on a fresh folder all succeed, and leave what one leaves', async () => {
  const dataHome = await temporaryFolder();
  const ended = await Promise.all(Array.from({ length: 20 }, () => verify(dataHome, 'first')));
  expect(ended.map(({ status, stderr }) => [status, stderr])).toEqual(ended.map(() => [0, '']));
  await expectSound(dataHome, folders.first);
  expect(await verify(dataHome, 'silent')).toMatchObject({ status: 0 });
});

describe('a host that is killed while it writes', () => {
  const dieAtWrite = join(import.meta.dirname, '../support/die-at-write.ts');

  /** Kills a host at each of its writes in turn, each time in a folder like this one, until one lives to its end. */
  async function killAtEach(start: string | undefined, after: (dataHome: string) => Promise<void>): Promise<number> {
    let lived: number | undefined;
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    await mapConcurrently(numbers, 2, async (number) => {
      if (lived !== undefined) return;
      const dataHome = await temporaryFolder();
      if (start !== undefined) await cp(start, dataHome, { recursive: true, preserveTimestamps: true });
      const env = { NODE_OPTIONS: `--import=${dieAtWrite}`, DIE_AT_WRITE: String(number) };
      const { status, stderr } = await verify(dataHome, 'second', env);
      if (status !== null) {
        expect(status, stderr).toBe(0);
        // On a machine that is very busy, it may have gone on with its old metadata before it had read the new.
        if (await hasSeen(dataHome, folders.second)) lived = Math.min(number, lived ?? number);
      }
      await after(dataHome);
    });
    return lived ?? NaN;
  }

  test('at its first refresh, works at its next start', { timeout: 240_000 }, async () => {
    const writes = await killAtEach(undefined, async (dataHome) => {
      expect(await verifyHere(dataHome, 'second')).toBe('accepted');
      expect(await verifyHere(dataHome, 'silent')).toBe('accepted');
    });
    expect(writes).toBeGreaterThan(20);
  });

  test(
    'at a later refresh, runs on its old or its new metadata, and refreshes at its next start',
    { timeout: 240_000 },
    async () => {
      const before = await temporaryFolder();
      expect(await verify(before, 'first')).toMatchObject({ status: 0 });
      const seen: string[] = [];
      const writes = await killAtEach(before, async (dataHome) => {
        const offline = await temporaryFolder();
        await cp(dataHome, offline, { recursive: true, preserveTimestamps: true });
        const ended = await verifyHere(offline, 'silent');
        if (await hasSeen(offline, folders.second)) seen.push(ended);
        else expect(ended).toBe('accepted');
        expect(await verifyHere(dataHome, 'second')).toBe('accepted');
        expect(await verifyHere(dataHome, 'silent')).toBe('accepted');
      });
      expect(writes).toBeGreaterThan(20);
      // It goes back behind nothing that it has seen, though it has not fetched the server's own files yet.
      expect(seen.length).toBeGreaterThan(2);
      for (const end of seen) expect(['accepted', 'network']).toContain(end);
      expect(seen).toContain('accepted');
    },
  );
});
