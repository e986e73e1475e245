/**
 * The npm registry or mirror that npm is configured with: packuments and tarballs, bounded, retried, checked by hash.
 */
import { integrityOf } from '../../core/digest.ts';
import { addressOn, hostOf, HttpFailure, isHttp, secureElsewhere } from '../../core/address.ts';
import {
  downloadTimes,
  get,
  throughRedirects,
  withRetries,
  type Answer,
  type Bounds,
  type Reach,
  type Times,
} from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { maxAdvisoryAnswerBytes, maxAttestationBytes, maxPackumentBytes, maxTarballBytes } from '../../core/limits.ts';
import { readPackument, type Packument } from './packument.ts';
import { npmOptions, type NpmOptions } from '../../core/npm-config.ts';
import { Refusal } from '../../core/refusal.ts';

export interface NpmRegistry {
  /** With npm's configuration, tokens included: never print it. */
  readonly options: NpmOptions;
  /** @throws Failure `network`, `no-such-package`, `http-status`, `not-a-packument`, `redirect-elsewhere` */
  packument(name: string): Promise<Packument>;
  /**
   * The tarball. Its content is not checked, except against the integrity if one is given.
   * @throws Failure as `packument`, `tarball-elsewhere`; Refusal E_DIGEST, E_TOO_LARGE
   */
  tarball(name: string, version: string, integrity?: string): Promise<Buffer>;
  /**
   * The attestations of a version, unchecked: `{attestations: [{predicateType, bundle}]}`. Undefined if the registry
   * has none for this version, or does not serve attestations, as many mirrors do not.
   * @throws Failure as `packument`; Refusal E_TOO_LARGE
   */
  attestations(name: string, version: string): Promise<Buffer | undefined>;
}

/** `mirror` overrides the registry that npm is configured with; tokens still come from npm's configuration. */
export async function openNpmRegistry(
  mirror?: string,
  times: Times = downloadTimes,
  reach: Reach = 'any',
): Promise<NpmRegistry> {
  const options = await optionsFor(mirror);

  const download = async (url: string, name: string, maxBytes: number, deadline: AbortSignal): Promise<Buffer> => {
    try {
      return await withRetries(times, deadline, async (signal) =>
        getWithin(url, options, { maxBytes, signal, ...(await from(name)) }),
      );
    } catch (error) {
      if (error instanceof HttpFailure && error.status === 404) throw new NoSuchPackage(name, error);
      throw error;
    }
  };
  /** The registry's own origin was configured by an operator. Other origins that it names were not. */
  const from = async (name: string): Promise<Pick<Within, 'onlyOrigins'>> =>
    reach === 'any' ? {} : { onlyOrigins: [await registryOf(name, options), options.registry].map(originOf) };

  const packumentBy = async (name: string, deadline: AbortSignal): Promise<Packument> => {
    const url = `${await registryOf(name, options)}/${name.replace('/', '%2f')}`;
    return readPackument(name, await download(url, name, maxPackumentBytes, deadline));
  };
  const tarballBy = async (name: string, version: string, deadline: AbortSignal): Promise<Buffer> => {
    const registry = await registryOf(name, options);
    const file = `${name.slice(name.indexOf('/') + 1)}-${encodeURIComponent(version)}.tgz`;
    try {
      return await download(`${registry}/${name}/-/${file}`, name, maxTarballBytes, deadline);
    } catch (error) {
      if (!(error instanceof NoSuchPackage)) throw error;
      // Not every mirror keeps the conventional address; the document names another. The hash decides either way.
      const found = (await packumentBy(name, deadline)).versions[version]?.tarball;
      if (found === undefined) throw new NoSuchPackage(`${name}@${version}`, error);
      const url = addressOn(registry, found) ?? addressOn(options.registry, found) ?? secureElsewhere(registry, found);
      if (url === undefined) throw tarballElsewhere(`${name}@${version}`, found, registry);
      return download(url, name, maxTarballBytes, deadline);
    }
  };

  return {
    options,
    packument: (name) => packumentBy(name, AbortSignal.timeout(times.deadlineMs)),
    tarball: async (name, version, integrity) => {
      const bytes = await tarballBy(name, version, AbortSignal.timeout(times.deadlineMs));
      if (integrity !== undefined && integrityOf(bytes) !== integrity)
        throw new Refusal(
          'E_DIGEST',
          `the tarball of ${name}@${version} has the integrity ${integrityOf(bytes)}, not ${integrity}`,
          'do not install it from here: the mirror serves other bytes than were approved',
        );
      return bytes;
    },
    attestations: async (name, version) => {
      const spec = `${name.replace('/', '%2f')}@${encodeURIComponent(version)}`;
      const url = `${await registryOf(name, options)}/-/npm/v1/attestations/${spec}`;
      try {
        return await download(url, name, maxAttestationBytes, AbortSignal.timeout(times.deadlineMs));
      } catch (error) {
        if (error instanceof NoSuchPackage || (error instanceof HttpFailure && error.status === 405)) return undefined;
        throw error;
      }
    },
  };
}

const optionsFor = async (mirror: string | undefined): Promise<NpmOptions> => {
  const configured = await npmOptions();
  return mirror === undefined ? configured : { ...configured, registry: mirror };
};

/**
 * What the bulk endpoint of the registry says of some versions, by package name; as `npm audit`, it asks one registry
 * for all scopes.
 * @throws Failure `network`, `http-status`, `no-registry`, `redirect-elsewhere`; Refusal E_TOO_LARGE
 */
export async function npmAdvisories(
  versions: ReadonlyMap<string, readonly string[]>,
  mirror?: string,
  times: Times = downloadTimes,
): Promise<Buffer> {
  const options = await optionsFor(mirror);
  if (!isHttp(options.registry)) throw noRegistry('advisories');
  const url = `${options.registry.replace(/\/$/u, '')}/-/npm/v1/security/advisories/bulk`;
  const json = JSON.stringify(Object.fromEntries(versions));
  return withRetries(times, AbortSignal.timeout(times.deadlineMs), (signal) =>
    getWithin(url, options, { maxBytes: maxAdvisoryAnswerBytes, signal, json }),
  );
}

/** Loaded by the first request: most commands ask for nothing, and it takes a quarter of their start. */
const npmFetch = async () => (await import('npm-registry-fetch')).default;

/** As the lock's schema has it: nothing that could leave the path it is put into. */
const packageName = /^(@[A-Za-z0-9._~-]+\/)?[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/u;

/** Scopes may have registries of their own. Without a slash at the end. */
async function registryOf(name: string, options: NpmOptions): Promise<string> {
  if (!packageName.test(name)) throw new NoSuchPackage(JSON.stringify(name), undefined);
  const registry = (await npmFetch()).pickRegistry(name, options);
  if (!isHttp(registry)) throw noRegistry(name);
  return registry.replace(/\/$/u, '');
}

const noRegistry = (what: string): Failure =>
  new Failure(
    'no-registry',
    `npm is configured with no http address as the registry for ${what}`,
    'see `npm config list` for the registry, and for that of the scope',
  );

interface Within extends Bounds {
  readonly json?: string;
  /** Hosts elsewhere are asked only where they are on the public internet. */
  readonly onlyOrigins?: readonly string[];
}

const originOf = (address: string): string => new URL(address).origin;

/** A POST is sent only to the registry itself, and does not follow redirects elsewhere. */
async function getWithin(
  url: string,
  options: NpmOptions,
  { maxBytes, signal, json, onlyOrigins }: Within,
): Promise<Buffer> {
  const ask = async (address: string): Promise<Answer> => {
    const { headers, ...client } = await credentials(address, options);
    const request = {
      ...{ maxBytes, signal, compress: true, headers },
      ...(json !== undefined && { json }),
      publicOnly: onlyOrigins !== undefined && !onlyOrigins.includes(originOf(address)),
    };
    return get(address, { ...options, ...client }, request);
  };
  const answer = json === undefined ? await throughRedirects(url, ask) : { ...(await ask(url)), address: url };
  if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
  return answer.bytes;
}

/** npm-registry-fetch knows which address gets which of npm's tokens and client certificates. */
async function credentials(
  url: string,
  options: NpmOptions,
): Promise<ClientCertificate & Pick<Parameters<typeof get>[2], 'headers'>> {
  const { token, auth, cert, key } = ((await npmFetch()) as unknown as { getAuth: GetAuth }).getAuth(url, options);
  const authorization = token ? `Bearer ${token}` : auth ? `Basic ${auth}` : undefined;
  // Otherwise the sender would put it into the message.
  if (authorization !== undefined && /[^\t\x20-\x7e]/u.test(authorization))
    throw new Failure(
      'unusable-token',
      `the token that npm is configured with for ${hostOf(url)} holds characters that no header can carry`,
      'set it again with `npm login` or in .npmrc',
    );
  return {
    headers: {
      ...(options.userAgent !== undefined && { 'user-agent': options.userAgent }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(cert && key ? { cert, key } : {}),
  };
}

interface ClientCertificate {
  readonly cert?: string;
  readonly key?: string;
}

type GetAuth = (
  url: string,
  options: NpmOptions,
) => { readonly [field in 'token' | 'auth' | 'cert' | 'key']: string | null | undefined };

const tarballElsewhere = (spec: string, named: unknown, registry: string): Failure =>
  new Failure(
    'tarball-elsewhere',
    `the tarball of ${spec} is said to be at ${hostOf(named)}, not at ${hostOf(registry)}`,
    'let the mirror rewrite the addresses to its own, or configure npm with the registry that has the files',
  );

/** The registry answered, and has no such package or version. */
export class NoSuchPackage extends Failure {
  constructor(spec: string, cause: unknown) {
    super('no-such-package', `the npm registry has no ${spec}`, 'check the name and the version', { cause });
  }
}
