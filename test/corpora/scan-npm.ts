/**
 * Locks npm packages and reviews them as new servers, as npm-findings.json keeps it: what was found, by rule, without a word
 * of the packages. The folder becomes a registry; what it downloads stays there for the next run.
 * Usage: node test/corpora/scan-npm.ts <folder> [package[@version]…]; without packages, those in npm-findings.json.
 * It asks the npm registry that npm is configured with.
 */
import { execFile, execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Review } from '../../schemas/types.ts';
import { factsOf, findingsFile, type ServerFacts } from './npm-findings.ts';

const root = join(import.meta.dirname, '../..');

/** Makes a folder a registry with the policy of this one, and with no server on its main branch. */
export async function openScratch(folder: string): Promise<void> {
  await rm(join(folder, 'servers'), { recursive: true, force: true });
  await rm(join(folder, '.git'), { recursive: true, force: true });
  await mkdir(join(folder, 'servers'), { recursive: true });
  await cp(join(root, 'advisories'), join(folder, 'advisories'), { recursive: true });
  await copyFile(join(root, 'registry.yaml'), join(folder, 'registry.yaml'));
  // Its exceptions name servers that are not there, and no check here asks for advisories.
  const policy = parse(await readFile(join(root, 'policy.yaml'), 'utf8')) as object;
  await writeFile(join(folder, 'policy.yaml'), stringify({ ...policy, exceptions: [] }));
  await writeFile(join(folder, '.gitignore'), '.registry/\n');
  const git = (...words: string[]): void => void execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
  git('init', '--initial-branch', 'main');
  git('add', '.');
  git('-c', 'user.name=corpora', '-c', 'user.email=corpora@example.com', 'commit', '--message', 'Begin');
  git('checkout', '-b', 'servers');
}

/** @throws Error with what the program wrote, where a package cannot be locked */
export async function scanPackage(folder: string, name: string, asOf?: string): Promise<ServerFacts> {
  const registry = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [join(root, 'scripts/registry.js'), ...words],
        { cwd: folder, maxBuffer: 2 ** 28 },
        // A server that must not be merged ends the scan with 1, and that is an answer.
        (error, stdout, stderr) =>
          error !== null && !stdout.includes('"verdict"') ? reject(new Error(stderr)) : resolve(stdout),
      );
    });
  await registry(
    ...['new', '--json', '--npm', name, '--name', 'sample', '--maintainer', 'team@example.com'],
    ...['--description', 'What the server does.', '--scope', 'read:all', '--data-classification', 'internal'],
  );
  await registry('lock', 'sample', '--json', '--no-capture', ...(asOf === undefined ? [] : ['--as-of', asOf]));
  const scanned = await registry('scan', 'sample', '--json', '--no-capture', '--only', 'policy', 'packages', 'code');
  for (const end of ['yaml', 'lock.json']) await rm(join(folder, 'servers', `sample.${end}`));
  return factsOf(name, JSON.parse(scanned) as Review);
}

if (import.meta.main) {
  const [folder = '', ...asked] = process.argv.slice(2);
  const { servers } = JSON.parse(await readFile(findingsFile, 'utf8')) as { servers: readonly ServerFacts[] };
  await openScratch(folder);
  for (const each of asked.length > 0 ? asked : servers.map(({ server, version }) => `${server}@${version}`))
    process.stdout.write(`${JSON.stringify(await scanPackage(folder, each), null, 2)}\n`);
}
