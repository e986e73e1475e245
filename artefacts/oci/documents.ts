/**
 * Reads an index or a manifest strictly (https://github.com/opencontainers/image-spec, and version 2, schema 2 of Docker's formats).
 * What is ambiguous, or loads bytes from elsewhere, is refused.
 */
import { messageOf } from '../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import {
  maxImageLayers,
  maxImagePlatforms,
  maxLayerBytes,
  maxOciConfigBytes,
  maxOciManifestBytes,
} from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

/** Names bytes of a container registry. */
export interface OciDescriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** What an image is made for, in Go's words: `linux`, `amd64`. */
export interface OciPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const manifestTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);
const configTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);
const layerTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.oci.image.layer.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
]);

export interface OciIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  /** The platform is absent where only the image's config says it. */
  readonly manifests: readonly (OciDescriptor & { readonly platform?: OciPlatform })[];
}

export interface OciManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
}

/**
 * Reads an index or a manifest. The document itself says which it is, because the header of an answer is not signed.
 * `what` is what messages call it.
 * @throws Refusal E_FORMAT, E_UNSUPPORTED, E_TOO_LARGE
 */
export function readImageDocument(bytes: Uint8Array, what: string): OciIndex | OciManifest {
  const document = objectOf(bytes, what);
  const { schemaVersion, mediaType = typeOf(document), manifests, config, layers } = document;
  if (schemaVersion === 1)
    throw unsupported(
      what,
      'is in the first schema of Docker, which is not signed by a digest',
      'push it again with a current version of Docker or Podman',
    );
  if (schemaVersion !== 2) throw malformed(what, `has the schemaVersion ${shown(schemaVersion)}, not 2`);
  // One reader would see an index and another a manifest (CVE-2021-41190).
  if (manifests !== undefined && (config !== undefined || layers !== undefined))
    throw malformed(what, 'is an index and a manifest at the same time');
  if (typeof mediaType === 'string' && indexTypes.has(mediaType))
    return { kind: 'index', mediaType, manifests: entriesOf(manifests, what) };
  if (typeof mediaType === 'string' && manifestTypes.has(mediaType)) {
    if (manifests !== undefined) throw malformed(what, `is an index, and says that it is ${mediaType}`);
    return { kind: 'manifest', mediaType, config: configOf(config, what), layers: layersOf(layers, what) };
  }
  throw unsupported(what, `has the media type ${shown(mediaType)}, which is no image`);
}

/** OCI lets a document leave out its type. */
const typeOf = ({ manifests }: JsonObject): string =>
  manifests === undefined ? 'application/vnd.oci.image.manifest.v1+json' : 'application/vnd.oci.image.index.v1+json';

function entriesOf(list: unknown, what: string): OciIndex['manifests'] {
  const entries = listOf(list, `${what}: manifests`, maxImagePlatforms);
  return entries.flatMap((entry, index): OciIndex['manifests'] => {
    const place = `${what}: manifest ${index + 1}`;
    if (!isJsonObject(entry)) throw malformed(place, 'is no object');
    const platform = entry['platform'] === undefined ? undefined : platformOf(entry['platform'], place);
    // What builders attest of the other manifests.
    if (platform?.os === 'unknown' && platform.architecture === 'unknown') return [];
    const descriptor = descriptorOf(entry, place, maxOciManifestBytes);
    if (!manifestTypes.has(descriptor.mediaType))
      throw unsupported(place, `has the media type ${shown(descriptor.mediaType)}, which is no manifest of an image`);
    return [{ ...descriptor, ...(platform !== undefined && { platform }) }];
  });
}

function configOf(value: unknown, what: string): OciDescriptor {
  const config = descriptorOf(value, `${what}: config`, maxOciConfigBytes);
  if (!configTypes.has(config.mediaType))
    throw unsupported(what, `is no image: its config has the media type ${shown(config.mediaType)}`);
  return config;
}

function layersOf(list: unknown, what: string): OciDescriptor[] {
  const layers = listOf(list, `${what}: layers`, maxImageLayers);
  if (layers.length === 0) throw malformed(what, 'has no layers');
  return layers.map((value, index) => {
    const place = `${what}: layer ${index + 1}`;
    const layer = descriptorOf(value, place, maxLayerBytes);
    const { urls } = value as JsonObject;
    if (/foreign|nondistributable/u.test(layer.mediaType) || (urls !== undefined && !isEmptyList(urls)))
      throw unsupported(place, 'is kept elsewhere than in the registry', 'push the image with all its layers');
    if (!layerTypes.has(layer.mediaType))
      throw unsupported(place, `has the media type ${shown(layer.mediaType)}, which is no layer that is known here`);
    return layer;
  });
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

export const digestForm = /^sha256:[0-9a-f]{64}$/u;

function descriptorOf(value: unknown, what: string, maxBytes: number): OciDescriptor {
  if (!isJsonObject(value)) throw malformed(what, 'is no object');
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string') throw malformed(what, 'has no media type');
  if (typeof digest === 'string' && digest.startsWith('sha512:'))
    throw unsupported(what, 'is named by sha512', 'push the image with digests of sha256');
  if (typeof digest !== 'string' || !digestForm.test(digest)) throw malformed(what, `has the digest ${shown(digest)}`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1)
    throw malformed(what, `has the size ${shown(size)}`);
  if (size > maxBytes) throw tooLarge(what, `has ${size} bytes, more than ${maxBytes}`);
  return { mediaType, digest, size };
}

const platformWord = /^[a-z0-9][a-z0-9._-]{0,63}$/u;

export function platformOf(value: unknown, what: string): OciPlatform {
  const { os, architecture, variant } = isJsonObject(value) ? value : {};
  for (const word of [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])])
    if (typeof word !== 'string' || !platformWord.test(word)) throw malformed(what, 'has a platform that names none');
  return {
    os: os as string,
    architecture: architecture as string,
    ...(variant !== undefined && variant !== '' && { variant: variant as string }),
  };
}

export function objectOf(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    throw malformed(what, `is no JSON that every reader reads alike: ${messageOf(cause)}`, cause);
  }
  if (!isJsonObject(value)) throw malformed(what, 'is no JSON object');
  return value;
}

export function listOf(value: unknown, what: string, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(what, 'are no list');
  if (value.length > max) throw tooLarge(what, `are ${value.length}, more than ${max}`);
  return value;
}

export const shown = (value: unknown): string => (JSON.stringify(value) ?? 'none').slice(0, 100);

export const malformed = (what: string, why: string, cause?: unknown): Refusal =>
  new Refusal('E_FORMAT', `${what} ${why}`, 'do not use this image: tell whoever pushed it', { cause });

const unsupported = (what: string, why: string, remedy = 'name an image that Docker and Podman can run'): Refusal =>
  new Refusal('E_UNSUPPORTED', `${what} ${why}`, remedy);

export const tooLarge = (what: string, why: string): Refusal =>
  new Refusal('E_TOO_LARGE', `${what} ${why}`, 'do not use this image: tell whoever pushed it');
