/**
 * Reads from a container registry (https://github.com/opencontainers/distribution-spec): manifests, blobs, and the manifests that
 * refer to a digest. Reads have limits and are retried, and every digest is checked.
 */
import { createHash } from 'node:crypto';
import { addressOn, HttpFailure, secureElsewhere } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import { downloadTimes, get, throughRedirects, withRetries, type Get, type Times } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import { layerDeadlinePerMibMs, maxAttestations, maxOciManifestBytes, maxTokenBytes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Credential, FindCredential } from './credentials.ts';

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
   * Reads a blob piece by piece and keeps nothing of it. Returns when its bytes have this digest and are exactly so many.
   * @throws as `manifestBytes`
   */
  proveBlob(digest: string, size: number): Promise<void>;
  /** Digests of the manifests that refer to a digest, of one artefact type. @throws as `manifest` */
  referrers(digest: string, artifactType: string): Promise<string[]>;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const digestForm = /^sha256:[0-9a-f]{64}$/u;

/** How a client of container registries may differ from the usual one. */
export interface OciOptions {
  /** Without it, only what anybody may read is read. */
  readonly credentials?: FindCredential;
  readonly times?: Times;
}

/**
 * `host` is the host in the artefact's address. `npm` is npm's configuration, for proxies and certificate authorities. The
 * deadline of `times` is for all requests together, starting now, except those for `proveBlob`.
 */
export function openOciRepository(
  host: string,
  path: string,
  npm: NpmOptions,
  { credentials = () => Promise.resolve(undefined), times = downloadTimes }: OciOptions = {},
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
          headers: {
            accept,
            ...(authorization !== undefined && address.startsWith(`${base}/`) && { authorization }),
          },
        }),
      );
    let answer = await fetch();
    // Once for each request: a token may have run out since the last one.
    if (answer.kind === 'other' && answer.status === 401) {
      const granted = await authorize(base, answer.challenge, () => credentials(host, path), options, request.signal);
      if (granted === undefined) throw new HttpFailure(url, 401);
      authorization = granted;
      answer = await fetch();
    }
    if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
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
    proveBlob: async (digest, size) => {
      const more = Math.ceil(size / 2 ** 20) * layerDeadlinePerMibMs;
      const longer = { ...times, tryMs: times.tryMs + more };
      await withRetries(longer, AbortSignal.timeout(times.deadlineMs + more), async (signal) => {
        const hash = createHash('sha256');
        let length = 0;
        const onChunk = (chunk: Uint8Array): void => {
          hash.update(chunk);
          length += chunk.byteLength;
        };
        await ask(`${base}/blobs/${digest}`, '*/*', { maxBytes: size, signal, compress: false, onChunk });
        checkDigest(hash.digest('hex'), digest);
        if (length !== size) throw notServed(`${length} bytes`, `${digest}, which has ${size}`);
      });
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

/** Not 403: without access to an image, nothing is known about its signatures. */
const isAbsent = (error: unknown): boolean => error instanceof HttpFailure && error.status === 404;

/** The objects with a well-formed digest in a list. The value may be anything. */
export const descriptorsOf = (list: unknown): (JsonObject & { readonly digest: string })[] =>
  (Array.isArray(list) ? list : []).filter(
    (it): it is JsonObject & { readonly digest: string } =>
      isJsonObject(it) && typeof it['digest'] === 'string' && digestForm.test(it['digest']),
  );

/**
 * What to send with a request that was answered by 401; undefined where nothing can be sent. A password or an identity token goes
 * to the registry itself or to the token service that it names, and to no other place.
 */
async function authorize(
  base: string,
  challenge = '',
  find: () => Promise<Credential | undefined>,
  options: NpmOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const realm = tokenAddress(base, challenge);
  if (realm !== undefined) return `Bearer ${await askForToken(realm, await find(), options, signal)}`;
  if (!/(?:^|,\s*)Basic\b/iu.test(challenge)) return undefined;
  const credential = await find();
  return credential?.kind === 'password' ? basic(credential) : undefined;
}

const basic = ({ username, password }: Credential & { readonly kind: 'password' }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/**
 * The address that a challenge names for tokens (https://distribution.github.io/distribution/spec/auth/token/). It must be on
 * the registry's own origin, or an https address. The token is only for pulling this one repository.
 */
function tokenAddress(base: string, challenge: string): string | undefined {
  const bearer = /(?:^|,\s*)Bearer\s(?<words>.*)$/isu.exec(challenge)?.groups?.['words'];
  if (bearer === undefined) return undefined;
  // The first one counts, because another challenge may follow.
  const words = new Map(
    [...bearer.matchAll(/([a-z]+)="([^"]*)"/gu)].toReversed().map(([, key = '', value = '']) => [key, value]),
  );
  const realm = addressOn(base, words.get('realm')) ?? secureElsewhere(base, words.get('realm'));
  if (realm === undefined) return undefined;
  const address = new URL(realm);
  const service = words.get('service');
  if (service !== undefined) address.searchParams.set('service', service);
  address.searchParams.set('scope', `repository:${new URL(base).pathname.slice('/v2/'.length)}:pull`);
  return address.href;
}

/** With an identity token it is a grant of OAuth 2 (https://distribution.github.io/distribution/spec/auth/oauth/). */
async function askForToken(
  realm: string,
  credential: Credential | undefined,
  options: NpmOptions,
  signal: AbortSignal,
): Promise<string> {
  const bounds = { maxBytes: maxTokenBytes, signal, compress: true };
  const answer =
    credential?.kind === 'identity'
      ? {
          ...(await get(formAddress(realm), options, {
            ...bounds,
            headers: {},
            form: refreshForm(realm, credential.token),
          })),
          address: realm,
        }
      : await throughRedirects(realm, (address) =>
          get(address, options, {
            ...bounds,
            headers: credential !== undefined && address === realm ? { authorization: basic(credential) } : {},
          }),
        );
  if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
  const { token, access_token: other } = readJson(answer.bytes, new URL(realm).host);
  const found = token ?? other;
  if (typeof found !== 'string' || !/^[\x21-\x7e]+$/u.test(found))
    throw new Failure('no-token', `${new URL(realm).host} gave no token`, 'ask the operator of the container registry');
  return found;
}

/** Service and scope are fields of the form then, not of the address. */
const formAddress = (realm: string): string => {
  const address = new URL(realm);
  address.searchParams.delete('service');
  address.searchParams.delete('scope');
  return address.href;
};

function refreshForm(realm: string, token: string): URLSearchParams {
  const { searchParams } = new URL(realm);
  return new URLSearchParams({
    grant_type: 'refresh_token',
    service: searchParams.get('service') ?? '',
    scope: searchParams.get('scope') ?? '',
    client_id: 'countersign',
    refresh_token: token,
  });
}

function checkDigest(found: string, digest: string): void {
  if (`sha256:${found}` !== digest) throw notServed(`sha256:${found}`, digest);
}

const notServed = (found: string, wanted: string): Refusal =>
  new Refusal(
    'E_DIGEST',
    `the container registry served ${found} as ${wanted}`,
    'do not use what it serves: ask its operator',
  );

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
