/** Registries of many servers to measure commands on. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseDocument } from 'yaml';
import { openLock } from '../../artefacts/lock.ts';
import { readManifest } from '../../core/manifest.ts';
import { writeCopies, type Written } from '../support/many-servers.ts';
import { root } from './measure.ts';

const run = promisify(execFile);

/** A server of this registry, to be copied. */
export async function realServer(name: string): Promise<Written> {
  const lock = openLock(await readFile(join(root, `servers/${name}.lock.json`)), `the lock of ${name}`);
  const manifest = readManifest(`${name}.yaml`, await readFile(join(root, `servers/${name}.yaml`)));
  if (!manifest.ok) throw new Error(`the manifest of ${name} is valid`);
  return { manifest: manifest.document.value, lock };
}

/** Writes a registry of so many copies of a server, under this one's rules. */
export async function writeRegistry(folder: string, { manifest, lock }: Written, count: number): Promise<void> {
  await mkdir(folder);
  for (const name of ['registry.yaml', 'advisories'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  const policy = parseDocument(await readFile(join(root, 'policy.yaml'), 'utf8'));
  // They are for servers that are not among the copies.
  policy.delete('exceptions');
  await writeFile(join(folder, 'policy.yaml'), policy.toString());
  await writeCopies(folder, manifest, lock, count);
}

/** Commits a registry as main. */
export async function commitAll(folder: string): Promise<void> {
  // Git would tidy up in the background, and be measured with what comes after.
  const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  const git = (...words: string[]): Promise<unknown> => run('git', ['-C', folder, ...quiet, ...who, ...words]);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'All servers');
}
