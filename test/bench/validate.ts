/**
 * How long many servers take to check, and how much memory: all of them, and all of them where one changed. Most
 * servers ship few packages; those that ship a whole tree are measured beside them.
 */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLock } from '../../core/lock.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { withSmallClosure, writeCopies } from '../support/many-servers.ts';
import {
  allInTurn,
  median,
  ratio,
  registryCommand,
  root,
  rounds,
  usage,
  usageRow,
  type Row,
  type Usage,
} from './measure.ts';

const run = promisify(execFile);
/** As many as the largest public list of reviewed servers had. */
const asDocker = 328;
const [few, many] = [1_000, 10_000];
const MB = 1_000_000;

/** A registry in a folder, and what is asked of it. */
interface Case {
  readonly what: string;
  readonly folder: string;
  readonly words?: readonly string[];
  readonly most?: Usage;
}

export async function benchValidate(folder: string): Promise<Row[]> {
  const lock = openLock(await readFile(join(root, 'servers/memory.lock.json')), 'the lock of memory');
  const manifest = readManifest('memory.yaml', await readFile(join(root, 'servers/memory.yaml')));
  if (!manifest.ok) throw new Error('the manifest of memory is valid');
  const small = withSmallClosure(lock);

  const cases: Case[] = [];
  const add = async (count: number, each: Lock, most?: Usage): Promise<string> => {
    const packages = Object.keys(each.closure.packages).length;
    const at = join(folder, `${count}-${packages}`);
    await writeRegistry(at, manifest.document.value, each, count);
    const of = `${count.toLocaleString('en')} servers of ${packages} packages`;
    cases.push({ what: `validate ${of}, cold start`, folder: at, ...(most !== undefined && { most }) });
    return of;
  };
  await add(asDocker, lock, { tookMs: 2000, rssBytes: 500 * MB });
  await add(few, lock);
  for (const count of [few, many]) {
    const of = await add(count, small, count === many ? { tookMs: 6000, rssBytes: 500 * MB } : undefined);
    const at = join(folder, `${count}-changed`);
    await writeRegistry(at, manifest.document.value, small, count);
    await changeOne(at, `${manifest.document.value.name}-1`);
    cases.push({ what: `validate ${of}, one changed`, folder: at, words: ['--base', 'HEAD'] });
  }

  const measured = await allInTurn(
    ({ folder: cwd, words = [] }) => usage({ words: [registryCommand, 'validate', ...words], cwd }),
    cases,
    Math.min(rounds, 3),
  );
  const medians = measured.map((each): Usage => ({
    tookMs: median(each.map(({ tookMs }) => tookMs)),
    rssBytes: Math.max(...each.map(({ rssBytes }) => rssBytes)),
  }));
  const rows = cases.map(({ what, most }, index) =>
    usageRow(what, medians[index] ?? { tookMs: NaN, rssBytes: NaN }, most),
  );
  const [, , thousand, , tenThousand] = medians.map(({ tookMs }) => tookMs);
  rows.push(perServer(thousand ?? NaN, tenThousand ?? NaN));
  return rows;
}

/** What starting takes weighs less on many servers than on few: linear growth stays below one. */
const perServer = (fewMs: number, manyMs: number): Row =>
  ratio(
    'validate, one of 10,000 / one of 1,000',
    manyMs / many / (fewMs / few),
    1.2,
    `${(manyMs / many).toFixed(2)} ms / ${(fewMs / few).toFixed(2)} ms`,
  );

async function writeRegistry(folder: string, manifest: Manifest, lock: Lock, count: number): Promise<void> {
  await mkdir(folder);
  for (const name of ['registry.yaml', 'policy.yaml']) await cp(join(root, name), join(folder, name));
  await writeCopies(folder, manifest, lock, count);
}

/** Commits the registry, and changes one manifest after that in a way that needs no new version. */
async function changeOne(folder: string, name: string): Promise<void> {
  const git = (...words: string[]): Promise<unknown> =>
    run('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...words]);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'All servers');
  await appendFile(join(folder, 'servers', `${name}.yaml`), '# Looked at again.\n');
}
