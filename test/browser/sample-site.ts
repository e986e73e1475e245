/** The sample catalog, built and laid out as a published dist/, and served on a free port. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { serveDist } from '../../scripts/publish/server.ts';
import { beginSite } from '../../scripts/publish/site.ts';
import type { Catalog } from '../../schemas/types.ts';
import { searchRow } from '../../schemas/search-row.ts';
import { sampleCatalog } from './sample-catalog.ts';
import { sampleDetails } from './sample-details.ts';

/** Serves the sample, or another catalog, while the tests of a file run. Gives its origin. */
export function sampleSiteForFile(catalog = sampleCatalog): () => string {
  let site: SampleSite | undefined;
  beforeAll(async () => {
    site = await openSampleSite(catalog);
  }, 60_000);
  afterAll(async () => site?.close());
  return () => {
    if (site === undefined) throw new Error('the site is there within tests only');
    return site.origin;
  };
}

interface SampleSite {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

export async function openSampleSite(catalog = sampleCatalog): Promise<SampleSite> {
  await using undo = new AsyncDisposableStack();
  const forRun = process.env['COUNTERSIGN_TESTS'];
  let dist: string;
  if (forRun === undefined) {
    const work = await mkdtemp(join(tmpdir(), 'countersign-site-'));
    undo.defer(async () => rm(work, { recursive: true }));
    dist = await publishSample(work, catalog);
  } else dist = await publishOnce(forRun, catalog);
  const server = await serveDist(dist, { port: 0 });
  const { port } = server.address() as AddressInfo;
  undo.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const kept = undo.move();
  return { origin: `http://localhost:${port}`, close: async () => kept.disposeAsync() };
}

/** A dozen files of tests look at the same pages: they are built once for all of them, and kept while the tests run. */
async function publishOnce(folder: string, catalog: Catalog): Promise<string> {
  const made = join(folder, `site-${sha256(canonicalJson(catalog))}`);
  if (!existsSync(made)) {
    const work = await mkdtemp(join(folder, 'site-'));
    // Another worker may do the same at this moment, and then the first one stays.
    await rename(await publishSample(work, catalog), made).catch((error: unknown) => {
      if (!existsSync(made)) throw error;
    });
  }
  return made;
}

async function publishSample(work: string, catalog: Catalog): Promise<string> {
  const dist = await buildSample(work, catalog);
  for (const [path, text] of registryFiles(catalog)) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), text);
  }
  return dist;
}

/** Builds the pages in a folder of this one, and gives its path. */
export async function buildSample(work: string, catalog = sampleCatalog): Promise<string> {
  const dist = join(work, 'dist');
  const site = await beginSite();
  try {
    await site.finish(canonicalJson(catalog), sampleDetails(catalog), dist);
  } finally {
    await site.end();
  }
  return dist;
}

/** What hosts read. The pages link to these files, and show nothing of them but the search index. */
function registryFiles({ registry, servers, only }: Catalog): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>([
    ['search.json', canonicalJson({ schemaVersion: 1, rows: servers.map(searchRow) })],
    ['trust/status.json', '{}'],
    ['trust/keyring.json', '{}'],
    ['metadata/timestamp.json', JSON.stringify({ signed: { version: 7, expires: '2999-06-01T12:00:00Z' } })],
    [`metadata/${registry.root.version}.root.json`, '{}'],
    ['revocations.json', '{}'],
    ['feed.xml', '<feed/>'],
    ['feeds/security.xml', '<feed/>'],
  ]);
  for (const { manifest, versions, approval } of servers) {
    if (only?.includes(manifest.name) === false) continue;
    const record = JSON.stringify({ name: manifest.name });
    files.set(`servers/${manifest.name}.json`, record);
    files.set(`targets/servers/${sha256(record)}.${manifest.name}.json`, record);
    if (approval.summarised === true) files.set(`approvals/${approval.bundle}.vsa.json`, '{}');
    for (const version of versions) {
      files.set(`approvals/${version.bundle}.json`, '{}');
      files.set(`manifests/${version.manifest}.yaml`, `name: ${manifest.name}\n`);
      files.set(`locks/${version.lock}.json`, '{}');
    }
  }
  return files;
}
