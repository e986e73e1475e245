/** One flipped byte in any file that a host reads, at 200 places of each: always the refusal that belongs there. */
import { execFileSync } from 'node:child_process';
import { cp, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../core/refusal.ts';
import { homeOf, type Home } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { filesOf, flipped, spread } from '../support/flipping.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;
let server: FileServer;
let trustFile: string;
/** A home in which both versions were verified and the current one is installed. */
let visited: Home;
let now: Date;

beforeAll(async () => {
  tiny = await tinyRegistry();
  const git = (...words: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'registry.yaml', 'policy.yaml', 'servers');
  git('commit', '--quiet', '--message', 'one');
  // Only what main holds at the time is approved for the first time.
  expect(await tiny.run('sign')).toMatchObject({ status: 0 });
  await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
  expect(await tiny.run('lock')).toMatchObject({ status: 0 });
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  now = new Date();

  server = await serveFiles(join(tiny.folder, 'dist'));
  const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trustFile = join(tiny.folder, 'trust.json');
  const here = { ...trust, registry: { ...trust.registry, url: server.url }, npmRegistry: tiny.npm.url };
  await writeFile(trustFile, JSON.stringify(here));
  visited = homeOf({ XDG_DATA_HOME: await temporaryFolder() });
  const host = await open(visited);
  await host.install(await host.registry.server('tiny'));
  await host.registry.server('tiny', '1.0.0');
});

afterEach(() => {
  server.silent = false;
  server.files.clear();
  tiny.npm.tampered.clear();
});

const open = async (home: Home): Promise<Servers> => new Servers(await loadTrust(trustFile), home, now);

const freshHome = async (): Promise<Home> => homeOf({ XDG_DATA_HOME: await temporaryFolder() });

/** What `run` does before it starts anything. */
async function prove(home: Home, version?: string): Promise<string> {
  try {
    const host = await open(home);
    const found = await host.registry.server('tiny', version);
    await host.checkBlobs(found);
    await host.install(found);
    host.checkInstalled(found);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.remedy).not.toBe('');
    return error.code;
  }
}

/** The one published file whose path is like that. */
const publishedFile = async (path: RegExp): Promise<string> => {
  const all = (await filesOf(join(tiny.folder, 'dist'))).map((file) =>
    file.slice(join(tiny.folder, 'dist').length + 1),
  );
  const found = all.find((file) => path.test(file));
  if (found === undefined) throw new Error(`nothing published matches ${path.source}`);
  return found;
};

test('the registry is accepted as it is, in both versions', async () => {
  expect(await prove(await freshHome())).toBe('accepted');
  expect(await prove(await freshHome(), '1.0.0')).toBe('accepted');
  expect(await prove(visited)).toBe('accepted');
});

describe('what the registry serves', () => {
  test.each([
    ['the timestamp', /^metadata\/timestamp\.json$/u],
    ['the snapshot', /^metadata\/\d+\.snapshot\.json$/u],
    ['the targets file', /^metadata\/\d+\.targets\.json$/u],
  ])('%s', async (_, pattern) => {
    const path = await publishedFile(pattern);
    const bytes = await readFile(join(tiny.folder, 'dist', path));
    const codes = new Set<string>();
    for (const at of spread(bytes.length)) {
      server.files.set(path, flipped(bytes, at));
      const code = await prove(await freshHome());
      expect(code, `byte ${at}`).not.toBe('accepted');
      codes.add(code);
    }
    // The snapshot's digest is named; the others are known by their signatures, and must be well-formed first.
    expect([...codes].sort()).toEqual(
      pattern.source.includes('snapshot') ? ['E_DIGEST'] : ['E_FORMAT', 'E_SIGNATURE', 'E_THRESHOLD'],
    );
  });

  test.each([
    ['the record', /^targets\/servers\//u, undefined],
    ['the status', /^targets\/trust\/.*status/u, undefined],
    ['the keyring', /^targets\/trust\/.*keyring/u, undefined],
    ['the lock', /^locks\//u, undefined],
    ['the approval of an older version', /^approvals\//u, '1.0.0'],
  ] as const)('%s', async (_, pattern, version) => {
    const current = JSON.parse(await readFile(join(tiny.folder, 'dist/servers/tiny.json'), 'utf8'));
    const wanted = current.versions.find((entry: { version: string }) => entry.version === (version ?? '1.1.0'));
    const path = pattern.source.includes('locks')
      ? `locks/${wanted.lock}.json`
      : pattern.source.includes('approvals')
        ? `approvals/${wanted.bundle}.json`
        : await publishedFile(pattern);
    const bytes = await readFile(join(tiny.folder, 'dist', path));
    for (const at of spread(bytes.length)) {
      server.files.set(path, flipped(bytes, at));
      expect(await prove(await freshHome(), version), `byte ${at}`).toBe('E_DIGEST');
    }
  });
});

describe('what the npm registry serves', () => {
  test.each([
    ['tiny-server', '1.1.0'],
    ['tiny-shout', '1.0.0'],
  ])('the tarball of %s', async (name, version) => {
    const bytes = tiny.npm.tarball(name, version);
    for (const at of spread(bytes.length)) {
      tiny.npm.tampered.set(`${name}@${version}`, flipped(bytes, at));
      expect(await prove(await freshHome()), `byte ${at}`).toBe('E_DIGEST');
    }
  });
});

describe('what the host has on disk', () => {
  test('every file, at places spread over all of them', async () => {
    const kept = (await filesOf(visited.root)).filter((file) => !file.endsWith('.jsonl') && !file.includes('/seen/'));
    expect(kept.map((file) => file.split('/countersign/')[1]?.split('/')[0])).toEqual(
      expect.arrayContaining(['blobs', 'installed', 'registries']),
    );
    // What of the metadata is damaged, a registry that answers has again.
    server.silent = true;
    for (const file of kept) {
      const bytes = await readFile(file);
      for (const at of spread(bytes.length)) {
        await writeFile(file, flipped(bytes, at));
        // One from the host's future would be asked for again.
        await utimes(file, now, now);
        const code = await prove(visited, await versionThatReads(file));
        if (file.includes('/metadata/')) {
          expect(code, `${file}, byte ${at}`).toMatch(/^E_(?:DIGEST|FORMAT|SIGNATURE|THRESHOLD)$/u);
          continue;
        }
        const expected = file.includes('/installed/') ? 'E_TREE' : 'E_DIGEST';
        expect(code, `${file}, byte ${at}`).toBe(expected);
      }
      await writeFile(file, bytes);
    }
  });

  test('a file that was added', async () => {
    const home = await freshHome();
    await cp(visited.root, home.root, { recursive: true });
    const first = (await filesOf(home.installed)).find((file) => file.endsWith('note.txt')) ?? '';
    const added = first.replace('note.txt', 'more.txt');
    await writeFile(added, '');
    expect(await prove(home)).toBe('E_TREE');
  });
});

/** The older version's files are read only for it. */
async function versionThatReads(file: string): Promise<string | undefined> {
  const record = JSON.parse(await readFile(join(tiny.folder, 'dist/servers/tiny.json'), 'utf8'));
  const older = record.versions.find((entry: { version: string }) => entry.version === '1.0.0');
  return [older.bundle, older.lock].some((each: string) => file.endsWith(each)) ? '1.0.0' : undefined;
}
