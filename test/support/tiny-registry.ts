/** A registry folder with the tiny server in it, and the commands run on it. */
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256 } from '../../core/digest.ts';
import { registry, type Ended } from './command.ts';
import { runFolder, temporaryFolder } from './folder.ts';
import { startNpm, type FakeNpm, type FakePackage } from './npm-registry.ts';
import { aPolicy, anAdvisory } from './statements.ts';
import { tinyManifest, tinyPackages } from './tiny-server.ts';

export interface TinyRegistry {
  readonly folder: string;
  readonly npm: FakeNpm;
  /** With these variables a command asks that npm registry. */
  readonly env: Readonly<Record<string, string>>;
  /** `registry …` in the folder, against the npm registry on loopback. */
  readonly run: (...words: string[]) => Promise<Ended>;
  /** Writes a file below the folder. */
  readonly write: (path: string, content: string) => Promise<void>;
  /** The manifest of the tiny server in a version. */
  readonly manifest: (version?: string, more?: string, name?: string) => string;
}

/** Without any server yet. */
export async function emptyRegistry(
  packages: readonly FakePackage[] = tinyPackages,
  options?: Parameters<typeof startNpm>[1],
): Promise<TinyRegistry> {
  const folder = await temporaryFolder();
  const npm = await startNpm(packages, options);
  const env = { ...npm.env, npm_config_cache: join(folder, '.npm') };
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  await write(
    'registry.yaml',
    'name: Test\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  await write('policy.yaml', stringify(aPolicy()));
  await write('advisories/as-of.json', JSON.stringify({ schemaVersion: 1, asOf: '2026-11-20' }));
  await write('advisories/GHSA-0000-0000-0000.json', JSON.stringify(anAdvisory()));
  await mkdir(join(folder, 'servers'));
  return {
    folder,
    npm,
    env,
    write,
    run: (...words) => registry(words, { cwd: folder, env }),
    manifest: (version = '1.0.0', more, name) =>
      tinyManifest(sha256(npm.tarball('tiny-server', version)), version, more, name),
  };
}

/** With the tiny server, locked. @throws where the lock cannot be made */
export async function tinyRegistry(more = ''): Promise<TinyRegistry> {
  const tiny = await emptyRegistry();
  const manifest = tiny.manifest('1.0.0', more);
  await tiny.write('servers/tiny.yaml', manifest);
  await lockOnce(tiny, ['.registry', 'servers/tiny.lock.json']);
  return tiny;
}

/**
 * `registry lock`. Most tests lock the same manifests, and each server has to be started for it: what is written is kept
 * for the whole run of the tests. @throws where a lock cannot be made
 */
export async function lockOnce(
  { folder, npm, run }: Pick<TinyRegistry, 'folder' | 'npm' | 'run'>,
  written: readonly string[] = ['servers'],
): Promise<void> {
  const servers = join(folder, 'servers');
  const files = await Promise.all(
    (await readdir(servers)).sort().map(async (name) => [name, await readFile(join(servers, name), 'utf8')]),
  );
  const policy = await readFile(join(folder, 'policy.yaml'), 'utf8');
  const tampered = [...npm.tampered].map(([name, bytes]) => [name, sha256(bytes)]);
  const made = join(runFolder(), `locked-${sha256(JSON.stringify([files, policy, tampered, written]))}`);
  if (await copied(made, folder, written)) return;
  const { status, stderr } = await run('lock');
  if (status !== 0) throw new Error(stderr);
  await keep(folder, made, written);
}

async function copied(made: string, folder: string, written: readonly string[]): Promise<boolean> {
  try {
    for (const path of written) await cp(join(made, path), join(folder, path), { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Whole or not at all: another worker may do the same at this moment, and then the first one stays. */
async function keep(folder: string, made: string, written: readonly string[]): Promise<void> {
  const whole = await temporaryFolder();
  for (const path of written) await cp(join(folder, path), join(whole, path), { recursive: true });
  await rename(whole, made).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
  });
}
