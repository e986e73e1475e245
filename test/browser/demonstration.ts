/** What the pictures in the README show: the servers of this repository in the registry of a company that is made up. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageCount } from '../../artefacts/loaded.ts';
import { openLock } from '../../artefacts/lock.ts';
import { readManifest } from '../../core/manifest.ts';
import { catalogOffers } from '../../scripts/publish/catalog-offers.ts';
import type { Catalog, CatalogServer } from '../../schemas/types.ts';
import { sampleCatalog, sampleServer } from './sample-catalog.ts';

const folder = join(import.meta.dirname, '../../servers');

/** Made up, so that nothing untrue is said of a real server: its states, an endpoint, and one with an audience. */
const madeUp: ReadonlySet<string> = new Set(['archive', 'fetch', 'jira', 'warehouse', 'web-reader']);

/** When the pictures are taken. */
export const demonstrationDay = '2026-11-27T09:00:00Z';

export async function demonstration(): Promise<Catalog> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const real = await Promise.all(files.map(async (file, index) => serverOf(file.slice(0, -'.yaml'.length), index)));
  const others = sampleCatalog.servers.filter(({ manifest }) => madeUp.has(manifest.name));
  return {
    ...sampleCatalog,
    registry: { ...sampleCatalog.registry, name: 'Example Corp' },
    servers: [...real, ...others].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1)),
  };
}

async function serverOf(name: string, index: number): Promise<CatalogServer> {
  const [manifestBytes, lockBytes] = await Promise.all(
    ['yaml', 'lock.json'].map(async (ending) => readFile(join(folder, `${name}.${ending}`))),
  );
  if (manifestBytes === undefined || lockBytes === undefined) throw new Error(`${name} has a manifest and a lock`);
  const manifest = readManifest(`${name}.yaml`, manifestBytes);
  if (!manifest.ok) throw new Error(`the manifest of ${name} is valid`);
  const { value } = manifest.document;
  const lock = openLock(lockBytes, `the lock of ${name}`);
  const approvedAt = `2026-11-${String(21 + (index % 5))}T09:30:00Z`;
  const model = sampleServer(value, {
    approval: {
      ...{ approvedAt, validUntil: approvedAt.replace('2026', '2027'), pullRequest: 118 + index * 3 },
      reviewers: ['m.okafor (security)', 'j.lindqvist (platform)'],
    },
  });
  const [current] = model.versions;
  if (current === undefined) throw new Error('a server has a version');
  const { validUntil } = model.approval;
  return {
    ...model,
    closure: {
      packages: packageCount(lock),
      bundled: [],
      installScripts: [],
      resolvedAsOf: lock.resolvedAsOf,
    },
    ...(lock.capture !== undefined && { capture: lock.capture }),
    ...catalogOffers(lock, value),
    versions: [{ ...current, approvedAt, validUntil }],
  };
}
