/**
 * `node test/bench/code.ts <folder>`: looks at the code of every package of the committed locks, whose tarballs lie in
 * that folder as `registry lock` keeps them (.registry/cache/blobs), and says what is found, how long it takes, first
 * and again, and how much memory. It fails where more is found than people read, or anything that blocks.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from '../../store/blob-store.ts';
import { parseLock } from '../../artefacts/lock.ts';
import { partsOf } from '../../artefacts/kinds.ts';
import type { Part } from '../../artefacts/part.ts';
import { codeObservations } from '../../review/checks/code/observations.ts';
import type { CodeReport } from '../../review/checks/code/report.ts';
import { openCodeScanner } from '../../review/checks/code/scanner.ts';
import { root } from './measure.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder of the tarballs: .registry/cache/blobs');
const blobs = new BlobStore(folder);
const maxObservations = 8;

const servers = join(root, 'servers');
const packages = new Map<string, Part>();
for (const name of (await readdir(servers)).filter((file) => file.endsWith('.lock.json')))
  for (const pkg of partsOf(parseLock(await readFile(join(servers, name)), name))) packages.set(pkg.integrity, pkg);

const cacheFolder = await mkdtemp(join(tmpdir(), 'countersign-code-'));
try {
  const reports = await timed('first');
  await timed('again');
  const observations = codeObservations(reports, []);
  for (const { level, rule, message } of observations) console.log(`${level} ${rule}: ${message}`);
  if (observations.length > maxObservations || observations.some(({ level }) => level === 'block'))
    throw new Error(`${observations.length} observations, at most ${maxObservations}, none of which may block`);
} finally {
  await rm(cacheFolder, { recursive: true, force: true });
}

async function timed(what: string): Promise<CodeReport[]> {
  const scanner = openCodeScanner({ cacheFolder });
  const begun = performance.now();
  try {
    const reports = await Promise.all([...packages.values()].map((pkg) => scanner.scan(pkg, () => tarballOf(pkg))));
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${what}: ${reports.length} packages in ${seconds.toFixed(1)} s, peaks of memory ${await peaks()}`);
    return reports;
  } finally {
    await scanner.close();
  }
}

async function tarballOf({ name, version, integrity }: Part): Promise<Uint8Array> {
  const bytes = await blobs.read(integrity);
  if (bytes === undefined) throw new Error(`${name}@${version} is not in ${folder}`);
  return bytes;
}

/** Of this process and those that it started, where the system tells. */
async function peaks(): Promise<string> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '');
  const found = await Promise.all(
    ['self', ...children.trim().split(' ')]
      .filter((pid) => pid !== '')
      .map(
        async (pid) => /^VmHWM:\s+(\d+) kB$/mu.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1],
      ),
  );
  return found.map((kib) => `${Math.round(Number(kib) / 1024)} MiB`).join(', ');
}
