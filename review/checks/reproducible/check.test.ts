import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveOci } from '../../../artefacts/oci/lock.ts';
import { openOciRepository } from '../../../artefacts/oci/registry.ts';
import type { Lock } from '../../../schemas/types.ts';
import { addLayers, memoryLayers } from '../../../test/support/layers.ts';
import { startOci, type FakeOci } from '../../../test/support/oci-registry.ts';
import type { CheckedServer } from '../../verdict/check.ts';
import type { ListPackages } from '../syft/syft.ts';
import { reproducibleCheck } from './check.ts';

let oci: FakeOci;
beforeEach(async () => {
  oci = await startOci();
});
afterEach(() => oci.close());

const listed: ListPackages = async () => ({
  kind: 'listed',
  ...{ left: [], by: 'syft 1.57.1', system: { id: 'debian', version: '12' } },
  packages: [{ type: 'deb', name: 'bash', version: '5.2-1', purl: '' }],
});

/** What the check says of an image: levels and rules. */
async function rulesOf(change: CheckedServer['change'], syft?: ListPackages): Promise<string[]> {
  const image = addLayers(oci, [[{ path: 'bin/server' }]], { config: { Entrypoint: ['/bin/server'] }, tag: '1.2.0' });
  const resolver = {
    images: (host: string, path: string) => openOciRepository(host, path, { registry: 'http://npm.test/' }),
    blobs: memoryLayers(),
  };
  const reference = { host: oci.host, path: oci.path, tag: '1.2.0' };
  const resolved = await resolveOci(reference, image.manifest.digest.slice('sha256:'.length), resolver);
  const lock: Lock = {
    ...{ schemaVersion: 1, name: 'a', version: '1.2.0', resolvedAsOf: '2026-04-15T00:00:00Z' },
    ...{ ...resolved, capture: 'none', tools: [], instructions: [] },
  };
  const outcome = await reproducibleCheck({ change, lock: { value: lock } } as never, {
    resolver: resolver as never,
    moment: new Date('2026-11-20T00:00:00Z'),
    advisories: {
      describe: () => ({ source: 'osv:https://osv.example', asOf: null }),
      find: async () => new Map(),
      findIds: async (all) => all.map(() => new Set<string>()),
    },
    syft,
  });
  expect(outcome.ran).toBe(true);
  return outcome.observe({} as never).map(({ level, rule }) => `${level} ${rule}`);
}

test('an image that syft read and an OSV service was asked about is noted', async () => {
  expect(await rulesOf('new', listed)).toEqual(['note image-packages']);
});

test('an image that nobody read needs a person, and the check has run', async () => {
  expect(await rulesOf('new')).toEqual(['review image-unread']);
  expect(await rulesOf('changed', async () => ({ kind: 'not-listed', why: 'syft ended with 1' }))).toEqual([
    'review image-unread',
  ]);
});

test('an image that was merged was read when it changed', async () => {
  expect(await rulesOf('unchanged', () => Promise.reject(new Error('nothing was to be read')))).toEqual([]);
});
