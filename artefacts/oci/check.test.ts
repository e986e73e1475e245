import { expect, test } from 'vitest';
import { checkImages } from './check.ts';
import type { LockedImage, LockedImages } from './locked-images.ts';

const described = (letter: string) => ({ mediaType: 'x', digest: `sha256:${letter.repeat(64)}`, size: 1 });
const image = (architecture: string, variant?: string): LockedImage => ({
  ...{ os: 'linux', architecture, ...(variant !== undefined && { variant }) },
  ...{ manifest: described('a'), config: described('c'), layers: [described('d')] },
});
const many: LockedImages = {
  kind: 'oci',
  index: described('e'),
  images: [image('amd64'), image('arm', 'v6'), image('arm', 'v7')],
};

const faults = (locked: LockedImages, letter: string): string[] =>
  checkImages(locked, { url: 'oci://registry.example.com/mcp:1', sha256: letter.repeat(64) }).map(
    ({ code, message }) => `${code} ${message}`,
  );

test('finds nothing wrong with an index, or with one image', () => {
  expect(faults(many, 'e')).toEqual([]);
  expect(faults({ kind: 'oci', images: [image('amd64')] }, 'a')).toEqual([]);
});

test.each<[string, LockedImages, string, string]>([
  [
    'another artefact',
    many,
    'a',
    `lock-root its image is sha256:${'e'.repeat(64)}, and the artefact sha256:${'a'.repeat(64)}`,
  ],
  [
    'no image',
    { kind: 'oci', images: [] },
    'a',
    `lock-root its image is none, and the artefact sha256:${'a'.repeat(64)}`,
  ],
  [
    'two images without an index',
    { kind: 'oci', images: many.images.slice(0, 2) },
    'a',
    'lock-root it lists 2 images, and no index that holds them',
  ],
  [
    'another order',
    { ...many, images: many.images.toReversed() },
    'e',
    'lock-order its images are not sorted by platform, or one stands there twice',
  ],
  [
    'a platform twice',
    { ...many, images: [image('amd64'), image('amd64')] },
    'e',
    'lock-order its images are not sorted by platform, or one stands there twice',
  ],
  [
    'another system',
    { ...many, images: [{ ...image('amd64'), os: 'windows' }] },
    'e',
    'lock-platform it lists an image for windows/amd64, not for linux',
  ],
])('finds %s', (_, locked, letter, expected) => {
  expect(faults(locked, letter)).toEqual([expected]);
});
