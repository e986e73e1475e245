/**
 * Takes npm packages from their names to locks, as CONTRIBUTING.md says and without a look at any of them: `registry
 * new`, `registry lock`, and where a message says what to do, that once. Usage: node test/corpora/adopt.ts <folder>
 * [package…]; the folder becomes a registry, the packages default to those in npm-servers.json. It asks the npm
 * registry that npm is configured with, and needs bubblewrap. Prints a table in Markdown.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Manifest } from '../../schemas/types.ts';

const root = join(import.meta.dirname, '../..');
const limitMs = 300_000;
const [folder = '', ...asked] = process.argv.slice(2);
const packages: readonly string[] =
  asked.length > 0 ? asked : JSON.parse(await readFile(join(import.meta.dirname, 'npm-servers.json'), 'utf8'));

interface Ended {
  readonly ok: boolean;
  readonly out: string;
  readonly words: string;
}

const registry = (...words: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'scripts/registry.js'), ...words],
      { cwd: folder, timeout: limitMs, killSignal: 'SIGKILL' },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, out: stdout, words: `${error?.killed === true ? 'time limit ' : ''}${stderr}` }),
    );
  });

await mkdir(join(folder, 'servers'), { recursive: true });
await copyFile(join(root, 'registry.yaml'), join(folder, 'registry.yaml'));
// Its exceptions name servers that are not there.
const policy = parse(await readFile(join(root, 'policy.yaml'), 'utf8')) as object;
await writeFile(join(folder, 'policy.yaml'), stringify({ ...policy, exceptions: [] }));

/** Does what a message says, where it says something that can be done without knowing the server. */
async function obey(name: string, words: string): Promise<Ended & { readonly did: string }> {
  const file = join(folder, 'servers', `${name}.yaml`);
  const wanted = /declare (?<names>[A-Z0-9_, ]+) under launch\.environment/u.exec(words)?.groups?.names;
  if (wanted !== undefined) {
    const manifest = parse(await readFile(file, 'utf8')) as Manifest;
    const names = wanted.split(', ');
    const inputs = names.map((each) => ({ name: each, description: 'What the server asks for.', required: true }));
    const edited = {
      ...manifest,
      launch: { ...manifest.launch, environment: [...(manifest.launch?.environment ?? []), ...inputs] },
      permissions: {
        ...manifest.permissions,
        environment: [...(manifest.permissions?.environment ?? []), ...names],
      },
    };
    await writeFile(file, stringify(edited));
    return { ...(await registry('lock', name)), did: `declared ${wanted}` };
  }
  // Where a network is offered too, this machine is taken to have none.
  const option = ['--as-of', '--no-capture'].find((each) => words.includes(each));
  if (option === undefined) return { ok: false, out: '', words, did: '' };
  const value = option === '--as-of' ? [new Date().toISOString()] : [];
  return { ...(await registry('lock', name, option, ...value)), did: [option, ...value.map(() => 'now')].join(' ') };
}

process.stdout.write('| package | outcome | tools | seconds | why |\n| - | - | - | - | - |\n');
for (const each of packages) {
  const started = performance.now();
  const row = (outcome: string, tools: string, why = ''): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const words = why.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();
    process.stdout.write(`| ${each} | ${outcome} | ${tools} | ${seconds} | ${words} |\n`);
  };
  const write = (...more: string[]): Promise<Ended> =>
    registry(
      ...['new', '--json', '--npm', each, '--maintainer', 'team@example.com', '--scope', 'read:all'],
      ...['--data-classification', 'internal', ...more],
    );
  let made = await write();
  // Not every package describes itself.
  if (made.words.includes('--description is missing')) made = await write('--description', 'What the server does.');
  if (!made.ok) {
    row('not written', '', made.words);
    continue;
  }
  const name = /servers\/(?<name>.+)\.yaml/u.exec(JSON.parse(made.out).file as string)?.groups?.name ?? '';
  const first = await registry('lock', name);
  const second = first.ok ? undefined : await obey(name, first.words);
  const last = second ?? first;
  const checked = last.ok ? await registry('validate') : last;
  const valid = checked.ok;
  const lock = valid ? JSON.parse(await readFile(join(folder, 'servers', `${name}.lock.json`), 'utf8')) : undefined;
  const tools = lock === undefined ? '' : lock.capture === 'none' ? 'not captured' : String(lock.tools.length);
  if (!valid) row('fails', '', `${checked.words} ${second?.did ?? ''}`);
  else if (second === undefined) row('at once', tools);
  else row(`after ${second.did}`, tools, first.words);
  // One after the other: what is wrong with one is no matter of the next.
  for (const end of ['.yaml', '.lock.json']) await rm(join(folder, 'servers', `${name}${end}`), { force: true });
}
