/** The platforms of a locked image. Every start of a host loads this, so it needs nothing of registries or engines. */
import { Refusal } from '../../core/refusal.ts';
import type { OciPlatform } from './documents.ts';
import type { LockedImage, LockedImages } from './locked-images.ts';

/** The digest that stands for all of it: of the index, or of the one manifest. */
export const digestOfImages = ({ index, images }: LockedImages): string | undefined =>
  (index ?? images[0]?.manifest)?.digest;

/** As engines write it: `linux/arm/v7`. */
export const platformName = ({ os, architecture, variant }: OciPlatform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');

/** Go's names of processors, by Node's, with the variants that each runs, the best first. */
const processors: ReadonlyMap<string, readonly [architecture: string, ...variants: (string | undefined)[]]> = new Map([
  ['x64', ['amd64', undefined, 'v1']],
  ['arm64', ['arm64', undefined, 'v8']],
  ['arm', ['arm', 'v7', 'v6', 'v5', undefined]],
  ['ia32', ['386', undefined]],
  ['ppc64', ['ppc64le', undefined]],
  ['s390x', ['s390x', undefined]],
  ['riscv64', ['riscv64', undefined]],
  ['loong64', ['loong64', undefined]],
]);

/** The image for this machine's processor. Engines run Linux on every system. @throws Refusal E_UNSUPPORTED */
export function imageFor(images: readonly LockedImage[], cpu: string, what: string): LockedImage {
  const [architecture = cpu, ...variants] = processors.get(cpu) ?? [];
  for (const variant of variants) {
    const image = images.find((each) => each.architecture === architecture && each.variant === variant);
    if (image !== undefined) return image;
  }
  throw new Refusal(
    'E_UNSUPPORTED',
    `${what} has no image for linux/${architecture}, but for ${images.map(platformName).join(', ')}`,
    'run it on such a machine, or ask its maintainer for an image for this one',
  );
}
