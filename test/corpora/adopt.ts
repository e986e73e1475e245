/**
 * Takes packages of npm or PyPI from their names to locks, as CONTRIBUTING.md says and without a look at any of them:
 * `registry new`, `registry lock`, and where a message says what to do, that once. Usage: node test/corpora/adopt.ts
 * <folder> npm|pypi [package…]; the folder becomes a registry, the packages default to those in npm-servers.json or
 * pypi-servers.json. It asks the registry that npm, pip or uv is configured with, and needs bubblewrap, and uv for PyPI.
 * Prints a table in Markdown.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { sha512OfIntegrity } from '../../core/digest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';

const root = join(import.meta.dirname, '../..');
const limitMs = 600_000;
const [folder = '', kind = '', ...asked] = process.argv.slice(2);
if (kind !== 'npm' && kind !== 'pypi') throw new Error('say npm or pypi after the folder');
const packages: readonly string[] =
  asked.length > 0 ? asked : JSON.parse(await readFile(join(import.meta.dirname, `${kind}-servers.json`), 'utf8'));

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
  const option = ['later --as-of', '--no-capture'].find((each) => words.includes(each))?.replace('later ', '');
  if (option === undefined) return { ok: false, out: '', words, did: '' };
  const value = option === '--as-of' ? [new Date().toISOString()] : [];
  return { ...(await registry('lock', name, option, ...value)), did: [option, ...value.map(() => 'now')].join(' ') };
}

/** What a lock pins, and how much that is together. */
async function pinnedBy({ closure }: Lock): Promise<string> {
  if (closure.kind !== 'npm' && closure.kind !== 'pypi') return '';
  const files = closure.kind === 'npm' ? [] : closure.packages.flatMap(({ wheels }) => Object.values(wheels));
  const archives = closure.kind === 'npm' ? Object.values(closure.packages) : files;
  const sizes = archives.map(async ({ integrity }) => {
    const digest = sha512OfIntegrity(integrity);
    return (await stat(join(folder, '.registry/cache/blobs', digest.slice(0, 2), digest))).size;
  });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const counts = [
    `${Object.keys(closure.packages).length} packages`,
    ...(closure.kind === 'pypi' ? [`${files.length} wheels`] : []),
    `${(bytes / 1e6).toFixed(0)} MB`,
  ];
  return counts.join(', ');
}

process.stdout.write('| package | outcome | pins | tools | seconds | why |\n| - | - | - | - | - | - |\n');
for (const each of packages) {
  const started = performance.now();
  let called = each;
  const row = (outcome: string, pins: string, tools: string, why = ''): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const words = why.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();
    process.stdout.write(`| ${called} | ${outcome} | ${pins} | ${tools} | ${seconds} | ${words} |\n`);
  };
  const write = (...more: string[]): Promise<Ended> =>
    registry(
      ...['new', '--json', `--${kind}`, each, '--maintainer', 'team@example.com', '--scope', 'read:all'],
      ...['--data-classification', 'internal', ...more],
    );
  let made = await write();
  // Not every package describes itself.
  if (made.words.includes('--description is missing')) made = await write('--description', 'What the server does.');
  if (!made.ok) {
    row('not written', '', '', made.words);
    continue;
  }
  const name = /servers\/(?<name>.+)\.yaml/u.exec(JSON.parse(made.out).file as string)?.groups?.name ?? '';
  const first = await registry('lock', name);
  const second = first.ok ? undefined : await obey(name, first.words);
  const last = second ?? first;
  const checked = last.ok ? await registry('validate') : last;
  const valid = checked.ok;
  const lock: Lock | undefined = valid
    ? JSON.parse(await readFile(join(folder, 'servers', `${name}.lock.json`), 'utf8'))
    : undefined;
  called = lock?.artefact?.url.slice(kind.length + 1) ?? each;
  const pins = lock === undefined ? '' : await pinnedBy(lock);
  const tools = lock === undefined ? '' : lock.capture === 'none' ? 'not captured' : String(lock.tools.length);
  if (!valid) row('fails', '', '', `${checked.words} ${second?.did ?? ''}`);
  else if (second === undefined) row('at once', pins, tools);
  else row(`after ${second.did}`, pins, tools, first.words);
  // One after the other: what is wrong with one is no matter of the next.
  for (const end of ['.yaml', '.lock.json']) await rm(join(folder, 'servers', `${name}${end}`), { force: true });
}
