/**
 * Reads from a container registry (https://github.com/opencontainers/distribution-spec): manifests, blobs, and the manifests that
 * refer to a digest. Reads have limits and are retried, and every digest is checked.
 */
import { createHash } from 'node:crypto';
import { HttpFailure } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import {
  downloadTimes,
  get,
  throughRedirects,
  withRetries,
  type Get,
  type Reach,
  type Times,
} from '../../core/download.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { layerDeadlinePerMibMs, maxAttestations, maxImageTags, maxOciManifestBytes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import { Refusal } from '../../core/refusal.ts';
import type { FindCredential } from './credentials.ts';
import { authorize, readJson } from './token.ts';

/** One repository of a container registry. Where it wants credentials, those are sent that are configured for it. */
export interface OciRepository {
  /** As in the artefact's address. */
  readonly host: string;
  readonly path: string;
  /**
   * The exact bytes of a manifest or an index by its tag or digest; undefined when it does not exist.
   * @throws Failure `network`, `http-status`, `redirect-elsewhere`, `no-token`, `credentials-file`, `credential-helper`; Refusal
   * E_DIGEST, E_TOO_LARGE
   */
  manifestBytes(reference: string): Promise<Buffer | undefined>;
  /** The same, parsed. @throws as `manifestBytes`; Failure `not-a-manifest` */
  manifest(reference: string): Promise<JsonObject | undefined>;
  /** @throws as `manifestBytes` */
  blob(digest: string, maxBytes: number): Promise<Buffer>;
  /**
   * Reads a blob piece by piece, and keeps nothing of it. Returns when its bytes have this digest and are exactly so many. At each
   * try, `begin` says who gets the pieces.
   * @throws as `manifestBytes`
   */
  proveBlob(digest: string, size: number, begin?: () => (chunk: Uint8Array) => void): Promise<void>;
  /** Tags, in the registry's order: as many as are read here. @throws as `manifest` */
  tags(): Promise<string[]>;
  /** Digests of the manifests that refer to a digest, of one artefact type. @throws as `manifest` */
  referrers(digest: string, artifactType: string): Promise<string[]>;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/u;
const tagsPerPage = 1_000;

const digestForm = /^sha256:[0-9a-f]{64}$/u;

/** Opens a repository, as this machine is configured to reach it. */
export type OpenImages = (host: string, path: string) => OciRepository;

/** How a client of container registries may differ from the usual one. */
export interface OciOptions {
  /** Without it, only what anybody may read is read. */
  readonly credentials?: FindCredential;
  readonly times?: Times;
  /** Where the registry may send its clients. Its own host is the one that the policy allows. */
  readonly reach?: Reach;
}

/**
 * `host` is the host in the artefact's address. `npm` is npm's configuration, for proxies and certificate authorities. The
 * deadline of `times` is for all requests together, starting now, except those for `proveBlob`.
 */
export function openOciRepository(
  host: string,
  path: string,
  npm: NpmOptions,
  { credentials = () => Promise.resolve(undefined), times = downloadTimes, reach = 'any' }: OciOptions = {},
): OciRepository {
  const base = `${originOf(host)}/v2/${host === dockerHub && !path.includes('/') ? `library/${path}` : path}`;
  // npm's certificate and key are only for npm's registry.
  const { cert: _cert, key: _key, ...options } = npm;
  const deadline = AbortSignal.timeout(times.deadlineMs);
  let authorization: string | undefined;

  const ask = async (
    url: string,
    accept: string,
    request: Pick<Get, 'maxBytes' | 'signal' | 'compress' | 'onChunk'>,
  ) => {
    const fetch = (): ReturnType<typeof throughRedirects> =>
      throughRedirects(url, (address) =>
        get(address, options, {
          ...request,
          publicOnly: reach === 'public' && !address.startsWith(`${base}/`),
          headers: {
            accept,
            ...(authorization !== undefined && address.startsWith(`${base}/`) && { authorization }),
          },
        }),
      );
    let answer = await fetch();
    // Once for each request: a token may have run out since the last one.
    if (answer.kind === 'other' && answer.status === 401) {
      const granted = await authorize(base, answer.challenge, () => credentials(host, path), options, {
        signal: request.signal,
        publicOnly: reach === 'public',
      });
      if (granted === undefined) throw statusFailure(url, 401, host);
      authorization = granted;
      answer = await fetch();
    }
    if (answer.kind === 'other') throw statusFailure(answer.address, answer.status, host);
    return answer.bytes;
  };
  const download = (url: string, accept: string, maxBytes: number): Promise<Buffer> =>
    withRetries(times, deadline, (signal) => ask(url, accept, { maxBytes, signal, compress: true }));
  const manifestBytes = async (reference: string): Promise<Buffer | undefined> => {
    let bytes: Buffer;
    try {
      bytes = await download(`${base}/manifests/${reference}`, manifestTypes, maxOciManifestBytes);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
    if (digestForm.test(reference)) checkDigest(sha256(bytes), reference);
    return bytes;
  };
  const manifest = async (reference: string): Promise<JsonObject | undefined> => {
    const bytes = await manifestBytes(reference);
    return bytes && readJson(bytes, `${host}/${path}`);
  };

  return {
    host,
    path,
    manifestBytes,
    manifest,
    blob: async (digest, maxBytes) => {
      const bytes = await download(`${base}/blobs/${digest}`, '*/*', maxBytes);
      checkDigest(sha256(bytes), digest);
      return bytes;
    },
    proveBlob: async (digest, size, begin) => {
      const more = Math.ceil(size / 2 ** 20) * layerDeadlinePerMibMs;
      const longer = { ...times, tryMs: times.tryMs + more };
      await withRetries(longer, AbortSignal.timeout(times.deadlineMs + more), async (signal) => {
        const hash = createHash('sha256');
        const keep = begin?.();
        let length = 0;
        const onChunk = (chunk: Uint8Array): void => {
          hash.update(chunk);
          keep?.(chunk);
          length += chunk.byteLength;
        };
        await ask(`${base}/blobs/${digest}`, '*/*', { maxBytes: size, signal, compress: false, onChunk });
        checkDigest(hash.digest('hex'), digest);
        if (length !== size) throw notServed(`${length} bytes`, `${digest}, which has ${size}`);
      });
    },
    tags: async () => {
      const found = new Set<string>();
      // The next page begins after the last tag, so that no address of the registry is followed.
      let [last, before] = ['', -1];
      while (found.size > before && found.size < maxImageTags) {
        before = found.size;
        const query = new URLSearchParams({ n: `${tagsPerPage}`, ...(last !== '' && { last }) });
        const bytes = await download(`${base}/tags/list?${query}`, 'application/json', maxOciManifestBytes);
        const { tags } = readJson(bytes, `${host}/${path}`);
        for (const tag of Array.isArray(tags) ? tags : [])
          if (typeof tag === 'string' && tagForm.test(tag)) {
            found.add(tag);
            last = tag;
          }
      }
      return [...found].slice(0, maxImageTags);
    },
    referrers: async (digest, artifactType) => {
      const query = new URLSearchParams({ artifactType });
      let index: JsonObject | undefined;
      try {
        const bytes = await download(`${base}/referrers/${digest}?${query}`, manifestTypes, maxOciManifestBytes);
        index = readJson(bytes, `${host}/${path}`);
      } catch (error) {
        if (!isAbsent(error)) throw error;
        // Registries that do not support this question store the answer under a tag.
        index = await manifest(digest.replace(':', '-'));
      }
      return descriptorsOf(index?.['manifests'])
        .filter((it) => it['artifactType'] === artifactType)
        .map(({ digest: referrer }) => referrer)
        .slice(0, maxAttestations);
    },
  };
}

const dockerHub = 'docker.io';

/** Whether a registry is on this machine. Such a registry speaks plain http. */
export const isLoopbackHost = (host: string): boolean => /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/u.test(host);

function originOf(host: string): string {
  if (host === dockerHub) return 'https://registry-1.docker.io';
  return `${isLoopbackHost(host) ? 'http' : 'https'}://${host}`;
}

const statusFailure = (address: string, status: number, host: string): HttpFailure =>
  [401, 403].includes(status)
    ? new HttpFailure(
        address,
        status,
        `check the address, and log in where it is private: podman login ${host}, or docker login ${host}`,
      )
    : new HttpFailure(address, status);

/** Not 403: without access to an image, nothing is known about its signatures. */
const isAbsent = (error: unknown): boolean => error instanceof HttpFailure && error.status === 404;

/** The objects with a well-formed digest in a list. The value may be anything. */
export const descriptorsOf = (list: unknown): (JsonObject & { readonly digest: string })[] =>
  (Array.isArray(list) ? list : []).filter(
    (it): it is JsonObject & { readonly digest: string } =>
      isJsonObject(it) && typeof it['digest'] === 'string' && digestForm.test(it['digest']),
  );

function checkDigest(found: string, digest: string): void {
  if (`sha256:${found}` !== digest) throw notServed(`sha256:${found}`, digest);
}

const notServed = (found: string, wanted: string): Refusal =>
  new Refusal(
    'E_DIGEST',
    `the container registry served ${found} as ${wanted}`,
    'do not use what it serves: ask its operator',
  );
