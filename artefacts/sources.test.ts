import { expect, test } from 'vitest';
import { downloadTimes } from '../core/download.ts';
import { sha256 } from '../core/digest.ts';
import { parseArtefactUrl } from '../core/artefact.ts';
import { startIndex } from '../test/support/package-index.ts';
import { tinyPythonLock } from '../test/support/python-lock.ts';
import { aPart, noIndex } from '../test/support/statements.ts';
import { partsOf } from './kinds.ts';
import type { OpenSources } from './open-sources.ts';
import type { Part } from './part.ts';
import { readIndexAddress } from './pypi/index-address.ts';
import { openPackageIndex } from './pypi/index-client.ts';
import { fetchPart, storedPart, type PartSources } from './sources.ts';
import { artefactAt, newerThan, type Versioned } from './upstream.ts';

const file = 'tiny_server-1.0.0-py3-none-any.whl';
const server = await startIndex([
  { name: 'tiny-server', version: '1.0.0', files: { [file]: Buffer.from('a wheel') } },
  { name: 'tiny-server', version: '1.1.0' },
  { name: 'tiny-server', version: '1.2.0', stated: { hashes: {} } },
]);
const index = openPackageIndex(readIndexAddress(server.index, 'a test'), downloadTimes);
const registry = { tarball: async (...asked: unknown[]) => Buffer.from(asked.join(' ')) };
const sources = { registry, index: () => index } as unknown as OpenSources;
const wheel = partsOf(tinyPythonLock())[0] as Part;
const reference = parseArtefactUrl('pypi:tiny-server==1.0.0') as Versioned;

test('knows newer versions of a Python package', async () => {
  const newer = await newerThan(reference, 3, new Date('2026-11-20T00:00:00Z'), sources);
  expect(newer.newest).toBe('1.2.0');
});

test('names a version of it by the digest of its wheel, and says where there is none', async () => {
  const digest = sha256('the file tiny_server-1.1.0-py3-none-any.whl');
  expect(await artefactAt(reference, '1.1.0', sources)).toEqual({ url: 'pypi:tiny-server==1.1.0', sha256: digest });
  await expect(artefactAt(reference, '1.2.0', sources)).rejects.toThrow(expect.objectContaining({ code: 'no-digest' }));
  await expect(artefactAt(reference, '9.0', sources)).rejects.toThrow(
    expect.objectContaining({ code: 'no-such-package' }),
  );
});

test('fetches a wheel by its file, and a tarball without asking for a package index', async () => {
  expect((await fetchPart(wheel, sources)).toString()).toBe('a wheel');
  const zod = aPart('zod', '4.1.5');
  const withoutIndex: PartSources = { registry: sources.registry, index: noIndex };
  expect((await fetchPart(zod, withoutIndex)).toString()).toBe(`zod 4.1.5 ${zod.integrity}`);
});

test('fetches no wheel that the project does not have', async () => {
  await expect(fetchPart({ ...wheel, file: '../tiny_server-1.0.0-py3-none-any.whl' }, sources)).rejects.toThrow(
    expect.objectContaining({ code: 'no-such-package' }),
  );
});

test('fetches nothing that is stored', async () => {
  const stored = { readOr: async () => Buffer.from('stored') };
  const asked = server.asked.length;
  expect((await storedPart(wheel, { ...sources, blobs: stored })).toString()).toBe('stored');
  expect(server.asked).toHaveLength(asked);
});
