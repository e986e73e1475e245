/**
 * Reads from a container registry (https://github.com/opencontainers/distribution-spec) without credentials: manifests, blobs,
 * and the manifests that refer to a digest. Reads have limits and are retried, and every digest is checked.
 */
import { addressOn, HttpFailure, secureElsewhere } from '../../../core/address.ts';
import { sha256 } from '../../../core/digest.ts';
import { downloadTimes, get, throughRedirects, withRetries, type Times } from '../../../core/download.ts';
import { Failure } from '../../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json.ts';
import { maxAttestations, maxOciManifestBytes, maxTokenBytes } from '../../../core/limits.ts';
import type { NpmOptions } from '../../../core/npm-config.ts';
import { Refusal } from '../../../core/refusal.ts';

/** One repository of a container registry. */
export interface OciRepository {
  /**
   * A manifest or an index by its tag or digest; undefined when it does not exist.
   * @throws Failure `network`, `http-status`, `redirect-elsewhere`, `not-a-manifest`; Refusal E_DIGEST, E_TOO_LARGE
   */
  manifest(reference: string): Promise<JsonObject | undefined>;
  /** @throws as `manifest` */
  blob(digest: string, maxBytes: number): Promise<Buffer>;
  /** Digests of the manifests that refer to a digest, of one artefact type. @throws as `manifest` */
  referrers(digest: string, artifactType: string): Promise<string[]>;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const digestForm = /^sha256:[0-9a-f]{64}$/u;

/**
 * `host` is the host in the artefact's address. `options` are npm's, for proxies and certificate authorities. The deadline of
 * `times` is for all requests together, starting now.
 */
export function openOciRepository(
  host: string,
  path: string,
  options: NpmOptions,
  times: Times = downloadTimes,
): OciRepository {
  const base = `${originOf(host)}/v2/${host === dockerHub && !path.includes('/') ? `library/${path}` : path}`;
  // npm's certificate and key are only for npm's registry.
  const { cert: _cert, key: _key, ...anonymous } = options;
  const deadline = AbortSignal.timeout(times.deadlineMs);
  let token: string | undefined;

  const ask = async (url: string, accept: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> => {
    const fetch = (): ReturnType<typeof throughRedirects> =>
      throughRedirects(url, (address) =>
        get(address, anonymous, {
          maxBytes,
          signal,
          compress: true,
          headers: {
            accept,
            ...(token !== undefined && address.startsWith(`${base}/`) && { authorization: `Bearer ${token}` }),
          },
        }),
      );
    let answer = await fetch();
    if (answer.kind === 'other' && answer.status === 401 && token === undefined) {
      const realm = tokenAddress(base, answer.challenge);
      if (realm === undefined) throw new HttpFailure(url, 401);
      token = await askForToken(realm, anonymous, signal);
      answer = await fetch();
    }
    if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
    return answer.bytes;
  };
  const download = (url: string, accept: string, maxBytes: number): Promise<Buffer> =>
    withRetries(times, deadline, (signal) => ask(url, accept, maxBytes, signal));
  const manifest = async (reference: string): Promise<JsonObject | undefined> => {
    let bytes: Buffer;
    try {
      bytes = await download(`${base}/manifests/${reference}`, manifestTypes, maxOciManifestBytes);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
    if (digestForm.test(reference)) checkDigest(bytes, reference);
    return readJson(bytes, `${host}/${path}`);
  };

  return {
    manifest,
    blob: async (digest, maxBytes) => {
      const bytes = await download(`${base}/blobs/${digest}`, '*/*', maxBytes);
      checkDigest(bytes, digest);
      return bytes;
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

/** Registries on this machine speak plain http, as container engines assume. */
function originOf(host: string): string {
  if (host === dockerHub) return 'https://registry-1.docker.io';
  return `${/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/u.test(host) ? 'http' : 'https'}://${host}`;
}

/** Not 403: without access to an image, nothing is known about its signatures. */
const isAbsent = (error: unknown): boolean => error instanceof HttpFailure && error.status === 404;

/** The objects with a well-formed digest in a list. The value may be anything. */
export const descriptorsOf = (list: unknown): (JsonObject & { readonly digest: string })[] =>
  (Array.isArray(list) ? list : []).filter(
    (it): it is JsonObject & { readonly digest: string } =>
      isJsonObject(it) && typeof it['digest'] === 'string' && digestForm.test(it['digest']),
  );

/**
 * The address that a challenge names for tokens (https://distribution.github.io/distribution/spec/auth/token/). It must be on
 * the registry's own origin, or an https address. The token is only for pulling this one repository.
 */
function tokenAddress(base: string, challenge = ''): string | undefined {
  if (!/^Bearer\s/iu.test(challenge)) return undefined;
  const words = new Map(
    [...challenge.matchAll(/([a-z]+)="([^"]*)"/gu)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = addressOn(base, words.get('realm')) ?? secureElsewhere(base, words.get('realm'));
  if (realm === undefined) return undefined;
  const address = new URL(realm);
  const service = words.get('service');
  if (service !== undefined) address.searchParams.set('service', service);
  address.searchParams.set('scope', `repository:${new URL(base).pathname.slice('/v2/'.length)}:pull`);
  return address.href;
}

async function askForToken(realm: string, options: NpmOptions, signal: AbortSignal): Promise<string> {
  const answer = await throughRedirects(realm, (address) =>
    get(address, options, { maxBytes: maxTokenBytes, signal, compress: true, headers: {} }),
  );
  if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
  const { token, access_token: other } = readJson(answer.bytes, new URL(realm).host);
  const found = token ?? other;
  if (typeof found !== 'string' || !/^[\x21-\x7e]+$/u.test(found))
    throw new Failure('no-token', `${new URL(realm).host} gave no token`, 'ask the operator of the container registry');
  return found;
}

function checkDigest(bytes: Uint8Array, digest: string): void {
  if (`sha256:${sha256(bytes)}` !== digest)
    throw new Refusal(
      'E_DIGEST',
      `the container registry served sha256:${sha256(bytes)} as ${digest}`,
      'do not use what it serves: ask its operator',
    );
}

function readJson(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    throw notAManifest(what, cause);
  }
  if (!isJsonObject(value)) throw notAManifest(what, undefined);
  return value;
}

const notAManifest = (what: string, cause: unknown): Failure =>
  new Failure(
    'not-a-manifest',
    `the container registry's answer for ${what} is not a JSON object`,
    'check the address, or ask the operator of the container registry',
    { cause },
  );
