/** What a lock says about an image, found out from the registry by digest, and compared with what the registry serves. */
import { sameJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { maxOciConfigBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readImageConfig } from './config.ts';
import {
  readImageDocument,
  shown,
  type OciDescriptor,
  type OciIndex,
  type OciManifest,
  type OciPlatform,
} from './documents.ts';
import type { OciRepository } from './registry.ts';
import type { LockedImage, LockedImages } from './locked-images.ts';
import { digestOfImages, platformName } from './platforms.ts';

/**
 * What a lock says about an image. With a digest, only that is asked for, and the reference is not. Hosts run images of Linux
 * alone; those for other systems in the same index are left out, and so is what builders attest in it.
 * @throws Failure `no-such-image`, and as `OciRepository`; Refusal E_DIGEST, E_FORMAT, E_UNSUPPORTED, E_TOO_LARGE
 */
export async function resolveImage(
  repository: OciRepository,
  reference: string,
  digest?: string,
): Promise<LockedImages> {
  const name = `${repository.host}/${repository.path}${digest === undefined ? `:${reference}` : `@${digest}`}`;
  const bytes = await fetchManifest(repository, digest ?? reference, name);
  const document = readImageDocument(bytes, name);
  const descriptor = describe(document.mediaType, bytes);
  if (document.kind === 'manifest')
    return { kind: 'oci', images: [await oneImage(repository, document, descriptor, name)] };
  return { kind: 'oci', index: descriptor, images: await imagesOf(repository, document, name) };
}

const describe = (mediaType: string, bytes: Uint8Array): OciDescriptor => ({
  mediaType,
  digest: `sha256:${sha256(bytes)}`,
  size: bytes.byteLength,
});

async function fetchManifest(repository: OciRepository, reference: string, name: string): Promise<Buffer> {
  const bytes = await repository.manifestBytes(reference);
  if (bytes === undefined)
    throw new Failure(
      'no-such-image',
      `${repository.host} has no ${name}`,
      'check the address: the registry, the path and the tag',
    );
  return bytes;
}

async function imagesOf(repository: OciRepository, { manifests }: OciIndex, name: string): Promise<LockedImage[]> {
  const images: LockedImage[] = [];
  const others: string[] = [];
  for (const { platform, ...descriptor } of manifests) {
    if (platform !== undefined && platform.os !== 'linux') {
      others.push(platformName(platform));
      continue;
    }
    const place = `${repository.host}/${repository.path}@${descriptor.digest}`;
    const bytes = await fetchManifest(repository, descriptor.digest, place);
    const manifest = readImageDocument(bytes, place);
    const found = describe(manifest.mediaType, bytes);
    if (manifest.kind !== 'manifest' || !sameJson({ ...found }, { ...descriptor }))
      throw new Refusal(
        'E_FORMAT',
        `${place} is ${found.mediaType} of ${found.size} bytes, and the index ${name} says ${descriptor.mediaType} of ${descriptor.size}`,
        'do not use this image: tell whoever pushed it',
      );
    images.push(await oneImage(repository, manifest, descriptor, place, platform));
  }
  if (images.length === 0)
    throw new Refusal(
      'E_UNSUPPORTED',
      `${name} holds no image for linux${others.length === 0 ? '' : `, but for ${others.join(', ')}`}`,
      'name an image for linux',
    );
  const sorted = images.toSorted((a, b) => (platformName(a) < platformName(b) ? -1 : 1));
  for (const [index, image] of sorted.entries())
    if (index > 0 && platformName(image) === platformName(sorted[index - 1] ?? image))
      throw new Refusal(
        'E_FORMAT',
        `${name} holds two images for ${platformName(image)}`,
        'do not use this image: engines choose one of them by other rules',
      );
  return sorted;
}

async function oneImage(
  repository: OciRepository,
  { config, layers }: OciManifest,
  manifest: OciDescriptor,
  name: string,
  stated?: OciPlatform,
): Promise<LockedImage> {
  const bytes = await repository.blob(config.digest, maxOciConfigBytes);
  if (bytes.byteLength !== config.size)
    throw new Refusal(
      'E_FORMAT',
      `the config of ${name} has ${bytes.byteLength} bytes, and its manifest says ${config.size}`,
      'do not use this image: tell whoever pushed it',
    );
  const { os, architecture, variant, ...start } = readImageConfig(bytes, layers.length, `the config of ${name}`);
  const own = { os, architecture, ...(variant !== undefined && { variant }) };
  const platform = stated ?? own;
  // Configs often leave out the variant, and some indexes do.
  const differs = platform.variant !== undefined && variant !== undefined && platform.variant !== variant;
  if (platform.os !== os || platform.architecture !== architecture || differs)
    throw new Refusal(
      'E_FORMAT',
      `${name} is for ${platformName(own)}, and its index says ${platformName(platform)}`,
      'do not use this image: tell whoever pushed it',
    );
  if (os !== 'linux')
    throw new Refusal('E_UNSUPPORTED', `${name} is for ${platformName(own)}, not for linux`, 'name an image for linux');
  return { ...platform, manifest, config, layers, ...start };
}

/**
 * Fetches everything that a lock names again, by digest, and compares it: the index, each manifest and each config field by field,
 * each layer by its digest and size. `proveLayer` may keep it.
 * @throws Refusal E_LOCK where the lock says something else, and as `resolveImage`
 */
export async function proveImages(
  repository: OciRepository,
  locked: LockedImages,
  proveLayer: (layer: string, size: number) => Promise<unknown> = (layer, size) => repository.proveBlob(layer, size),
): Promise<void> {
  const name = `${repository.host}/${repository.path}`;
  const digest = digestOfImages(locked);
  const difference =
    digest === undefined
      ? `the lock names no image of ${name}`
      : imageDifference(name, locked, await resolveImage(repository, '', digest));
  if (difference !== undefined) throw lockRefusal(difference);
  const layers = new Map(locked.images.flatMap((image) => image.layers.map((layer) => [layer.digest, layer.size])));
  for (const [layer, size] of layers) await proveLayer(layer, size);
}

/**
 * Fetches the manifest and the config of one image again, by digest, and compares every field. For hosts: their engine checks the
 * layers when it fetches them.
 * @throws as `proveImages`
 */
export async function proveImage(
  repository: OciRepository,
  { os, architecture, variant, ...locked }: LockedImage,
): Promise<void> {
  const platform = { os, architecture, ...(variant !== undefined && { variant }) };
  const name = `${repository.host}/${repository.path}@${locked.manifest.digest}`;
  const bytes = await fetchManifest(repository, locked.manifest.digest, name);
  const document = readImageDocument(bytes, name);
  const difference =
    document.kind === 'index'
      ? `${name} is an index, and the lock says that it is one image`
      : imageDifference(
          name,
          { kind: 'oci', images: [{ ...platform, ...locked }] },
          {
            kind: 'oci',
            images: [await oneImage(repository, document, describe(document.mediaType, bytes), name, platform)],
          },
        );
  if (difference !== undefined) throw lockRefusal(difference);
}

const lockRefusal = (difference: string): Refusal =>
  new Refusal('E_LOCK', difference, 'run `registry lock` again, and review what changed');

/** The first difference between a lock and what the registry holds, in words; nothing where both are the same. */
export function imageDifference(name: string, stated: LockedImages, found: LockedImages): string | undefined {
  const index = fieldDifference({ ...stated.index }, { ...found.index });
  if (index !== undefined) return `the index of ${name} ${index}`;
  const [said, there] = [byPlatform(stated), byPlatform(found)];
  for (const platform of [...new Set([...said.keys(), ...there.keys()])].sort()) {
    const [locked, actual] = [said.get(platform), there.get(platform)];
    if (locked === undefined) return `${name} holds an image for ${platform}, and the lock does not list it`;
    if (actual === undefined) return `the lock lists an image for ${platform}, and ${name} holds none`;
    const difference = fieldDifference({ ...locked }, { ...actual });
    if (difference !== undefined) return `the image ${name} for ${platform} ${difference}`;
  }
  const inOrder = sameJson(stated, found);
  return inOrder ? undefined : `the lock lists the images of ${name} twice, in another order, or with another field`;
}

const byPlatform = ({ images }: LockedImages): ReadonlyMap<string, LockedImage> =>
  new Map(images.map((image) => [platformName(image), image]));

function fieldDifference(stated: JsonObject, found: JsonObject): string | undefined {
  const fields = [...new Set([...Object.keys(stated), ...Object.keys(found)])].sort();
  const field = fields.find((each) => !sameJson(stated[each], found[each]));
  if (field === undefined) return undefined;
  return `has the ${field} ${shown(found[field])}, and the lock says ${shown(stated[field])}`;
}
