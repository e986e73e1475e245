import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Layers } from '../../../artefacts/blobs.ts';
import { openOciRepository } from '../../../artefacts/oci/registry.ts';
import { Failure } from '../../../core/failure.ts';
import type { Lock, OciClosure } from '../../../schemas/types.ts';
import { memoryLayers, addLayers } from '../../../test/support/layers.ts';
import { startOci, type FakeOci } from '../../../test/support/oci-registry.ts';
import { aLock } from '../../../test/support/statements.ts';
import type { FindIds } from '../advisories/osv-service.ts';
import { imagePackages } from './image-packages.ts';
import type { SyftPackage } from './syft-answer.ts';
import type { Listed, ListPackages } from './syft.ts';

let oci: FakeOci;
let blobs: Layers;
beforeEach(async () => {
  oci = await startOci();
  blobs = memoryLayers();
});
afterEach(() => oci.close());

const urlOf = (): string => `oci://${oci.host}/${oci.path}:1.2.0`;
const lockOf = (images: OciClosure['images']): Pick<Lock, 'artefact' | 'closure'> => ({
  artefact: { url: urlOf(), sha256: '', sha512: '' },
  closure: { kind: 'oci', images },
});

const deb = (name: string, version = '1.0-1', purl = ''): SyftPackage => ({ type: 'deb', name, version, purl });
const debian = (...packages: readonly SyftPackage[]): Listed => ({
  kind: 'listed',
  left: [],
  by: 'syft 1.57.1',
  system: { id: 'debian', version: '12' },
  packages,
});

/** One image for each answer. */
async function found(answers: readonly Listed[], findIds: FindIds = async (all) => all.map(() => new Set())) {
  const images = answers.map((_, at) =>
    addLayers(oci, [[{ path: `etc/${at}` }]], { architecture: ['amd64', 'arm64'][at] ?? 'arm' }),
  );
  const left = [...answers];
  const seen: string[] = [];
  const syft: ListPackages = async (files) => {
    for await (const { path } of files) seen.push(path);
    return left.shift() ?? { kind: 'not-listed', why: 'it was asked too often' };
  };
  const observations = await imagePackages(lockOf(images), {
    resolver: {
      images: (host, path) => openOciRepository(host, path, { registry: 'http://npm.test/' }),
      blobs: blobs as never,
    },
    advisories: { describe: () => ({ source: 'osv:https://osv.example', asOf: null }), findIds },
    syft,
  });
  expect(seen).toEqual(answers.map((_, at) => `etc/${at}`));
  return observations;
}

test('without syft a person hears that nobody read it, and what to install', async () => {
  const nothing = { resolver: undefined as never, advisories: undefined as never };
  expect(await imagePackages(lockOf([]), nothing)).toMatchObject([
    { rule: 'image-unread', level: 'review', subject: urlOf(), remedy: expect.stringContaining('install syft') },
  ]);
  expect(await imagePackages(aLock(), nothing)).toEqual([]);
});

test('says what was listed on each platform, and that all of it was compared', async () => {
  const npm = { ...deb('zod'), type: 'npm' };
  const go: SyftPackage = { type: 'go-module', name: 'golang.org/x/net', version: 'v0.1.0', purl: '' };
  const asked: unknown[] = [];
  const observations = await found(
    [debian(deb('bash'), deb('libssl3', '3', 'x?upstream=openssl'), npm), debian(deb('bash'), go)],
    async (all) => {
      asked.push(...all);
      return all.map(() => new Set());
    },
  );
  expect(observations).toMatchObject([
    {
      rule: 'image-packages',
      level: 'note',
      subject: urlOf(),
      message: expect.stringContaining(
        'linux/amd64: 2 packages of Debian 12 (2 deb) by syft 1.57.1; linux/arm64: 2 packages of Debian 12 (1 deb, 1 go-module) by syft 1.57.1; all were compared with osv:https://osv.example',
      ),
    },
  ]);
  expect(asked).toEqual([
    { package: { ecosystem: 'Debian:12', name: 'bash' }, version: '1.0-1' },
    { package: { ecosystem: 'Debian:12', name: 'openssl' }, version: '3' },
    { package: { ecosystem: 'Go', name: 'golang.org/x/net' }, version: '0.1.0' },
  ]);
});

test('names what has advisories; one that is new makes another finding', async () => {
  const withIds = async (...ids: string[]) => {
    const [, finding] = await found([debian(deb('bash'), deb('openssl'))], async (all) =>
      all.map(({ package: { name } }) => new Set(name === 'openssl' ? ids : [])),
    );
    return finding;
  };
  const one = await withIds('DEBIAN-CVE-2', 'DEBIAN-CVE-1');
  expect(one).toMatchObject({
    rule: 'image-advisory',
    level: 'review',
    message: expect.stringContaining('1 packages of the image have known advisories'),
    subject: expect.stringContaining(urlOf()),
  });
  expect(one?.message).toContain('openssl 1.0-1 (DEBIAN-CVE-1, DEBIAN-CVE-2)');
  expect(await withIds('DEBIAN-CVE-1', 'DEBIAN-CVE-2')).toEqual(one);
  expect((await withIds('DEBIAN-CVE-1', 'DEBIAN-CVE-3'))?.subject).not.toBe(one?.subject);
});

test('malware in it blocks', async () => {
  expect(await found([debian(deb('a'))], async () => [new Set(['MAL-2026-1'])])).toMatchObject([
    { rule: 'image-packages' },
    { rule: 'malware', level: 'block' },
    { rule: 'image-advisory' },
  ]);
});

test.each<[string, () => Promise<Awaited<ReturnType<typeof found>>>, string]>([
  [
    'what no ecosystem is known for',
    () => found([debian(deb('bash'), { type: 'binary', name: 'node', version: '22.1.0', purl: '' })]),
    '1 were not compared with advisories: node 22.1.0 (binary)',
  ],
  [
    'an image of which syft lists nothing',
    () => found([debian(deb('a')), debian({ ...deb('zod'), type: 'npm' })]),
    'for linux/arm64 nothing says what the image was made from',
  ],
  [
    'files that syft did not see',
    () => found([{ ...debian(deb('a')), left: ['etc/a', 'etc/b\n'] } as Listed]),
    'for linux/amd64 it could not be given 2 files: etc/a, etc/b?',
  ],
  [
    'advisories that cannot be asked',
    () => found([debian(deb('a'))], () => Promise.reject(new Failure('advisories-unavailable', 'it is away', ''))),
    'none was compared with advisories: it is away',
  ],
  [
    'a syft that fails',
    () => found([{ kind: 'not-listed', why: 'syft ended with 1' }]),
    'the image for linux/amd64 was not read: syft ended with 1',
  ],
])('leaves it to a person: %s', async (_, review, message) => {
  const observations = await review();
  expect(observations).toMatchObject([{ rule: 'image-unread', level: 'review', subject: urlOf() }]);
  expect(observations[0]?.message).toContain(message);
});

test('a source that knows npm and PyPI alone compares none of it, and the remedy says which would', async () => {
  const images = [addLayers(oci, [[{ path: 'a' }]])];
  const [only, ...more] = await imagePackages(lockOf(images), {
    resolver: {
      images: (host, path) => openOciRepository(host, path, { registry: 'http://npm.test/' }),
      blobs: blobs as never,
    },
    advisories: { describe: () => ({ source: 'folder:advisories', asOf: null }) },
    syft: async () => debian(deb('bash')),
  });
  expect(more).toEqual([]);
  expect(only).toMatchObject({ rule: 'image-unread', level: 'review' });
  expect(only?.message).toContain(
    '1 packages of Debian 12 (1 deb) by syft 1.57.1; none was compared with advisories: folder:advisories',
  );
  expect(only?.remedy).toContain('an OSV service');
});

test('no word of an image ends a line, hides, or is read as Markdown', async () => {
  const hostile = 'a\nb\u202e`<b>|[x](y)\u0007';
  const listed = debian({ type: hostile, name: hostile, version: hostile, purl: hostile }) as Extract<
    Listed,
    { kind: 'listed' }
  >;
  const [finding] = await found([{ ...listed, system: { id: hostile, version: hostile }, left: [hostile] }]);
  expect(finding?.message).toContain('a?b???b??[x](y)?');
  expect(finding?.message).not.toMatch(/[\u0000-\u001f\u202e`<>|]/u);
});

test('long lists are cut, and say so', async () => {
  const many = Array.from({ length: 20_000 }, (_, at) => ({ ...deb(`${'p'.repeat(200)}${at}`), type: 'binary' }));
  const [finding] = await found([debian(...many)]);
  expect(finding?.message.length).toBeLessThanOrEqual(4_000);
  expect(finding?.message).toContain('and 19990 more');
});
