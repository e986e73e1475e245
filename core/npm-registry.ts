/** The npm registry or mirror that npm is configured with: packuments and tarballs, bounded, retried, checked by hash. */
import registryFetch from 'npm-registry-fetch';
import { integrityOf } from './digest.ts';
import { HttpFailure, NetworkFailure, readBody } from './download.ts';
import { Failure, messageOf } from './failure.ts';
import { downloadRetries, downloadTimeoutMs, maxPackumentBytes, maxTarballBytes } from './limits.ts';
import { npmOptions, type NpmOptions } from './npm-config.ts';
import { Refusal } from './refusal.ts';

/** What we read of a package's document. Not verified: nothing is believed for standing in it. */
export interface Packument {
  readonly versions: Readonly<Record<string, PackumentVersion | undefined>>;
  readonly 'dist-tags'?: Readonly<Record<string, string | undefined>>;
  /** When each version was published. Some mirrors leave it out. */
  readonly time?: Readonly<Record<string, string | undefined>>;
}

export interface PackumentVersion {
  readonly description?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
  readonly dist?: { readonly tarball?: string; readonly integrity?: string };
}

export interface NpmRegistry {
  /** With npm's configuration, tokens included: never print it. */
  readonly options: NpmOptions;
  /** @throws Failure `network`, `no-such-package`, `http-status` */
  packument(name: string): Promise<Packument>;
  /**
   * The tarball, whatever is in it, unless an integrity is given and it does not match.
   * @throws Failure `network`, `no-such-package`, `http-status`; Refusal E_DIGEST, E_TOO_LARGE
   */
  tarball(name: string, version: string, integrity?: string): Promise<Buffer>;
}

/** `mirror` overrides the registry that npm is configured with; tokens still come from npm's configuration. */
export async function openNpmRegistry(mirror?: string): Promise<NpmRegistry> {
  const configured = await npmOptions();
  const options: NpmOptions = mirror === undefined ? configured : { ...configured, registry: mirror };

  const get = async (url: string, name: string, maxBytes: number): Promise<Buffer> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const signal = AbortSignal.timeout(downloadTimeoutMs);
        const response = await registryFetch(url, { ...options, cache: undefined, fetchRetries: 0, signal });
        return await readBody(response.body as AsyncIterable<Uint8Array>, maxBytes, url);
      } catch (error) {
        if (error instanceof Refusal) throw error;
        const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
        if (status === 404) throw new NoSuchPackage(name, error);
        const passing = status === undefined || status === 429 || status >= 500;
        if (passing && attempt < downloadRetries) continue;
        throw status === undefined ? new NetworkFailure(url, error) : new HttpFailure(url, status);
      }
    }
  };
  /** Scopes may have registries of their own. */
  const address = (name: string, path: string): string =>
    `${registryFetch.pickRegistry(name, options).replace(/\/$/u, '')}/${path}`;

  const packument = async (name: string): Promise<Packument> => {
    const bytes = await get(address(name, name.replace('/', '%2f')), name, maxPackumentBytes);
    try {
      return JSON.parse(bytes.toString('utf8')) as Packument;
    } catch (cause) {
      throw new Failure(
        'not-a-packument',
        `the npm registry's answer for ${name} is not JSON: ${messageOf(cause)}`,
        'check the registry that npm is configured with',
        { cause },
      );
    }
  };

  const tarball = async (name: string, version: string, integrity?: string): Promise<Buffer> => {
    const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    let bytes: Buffer;
    try {
      bytes = await get(address(name, `${name}/-/${file}`), name, maxTarballBytes);
    } catch (error) {
      if (!(error instanceof NoSuchPackage)) throw error;
      // Not every mirror keeps the conventional address; the document names another. The hash decides either way.
      const elsewhere = (await packument(name)).versions[version]?.dist?.tarball;
      if (elsewhere === undefined) throw new NoSuchPackage(`${name}@${version}`, error);
      bytes = await get(elsewhere, name, maxTarballBytes);
    }
    if (integrity !== undefined && integrityOf(bytes) !== integrity)
      throw new Refusal(
        'E_DIGEST',
        `the tarball of ${name}@${version} has the integrity ${integrityOf(bytes)}, not ${integrity}`,
        'do not install it from here: the mirror serves other bytes than were approved',
      );
    return bytes;
  };

  return { options, packument, tarball };
}

/** The registry answered, and has no such package or version. */
export class NoSuchPackage extends Failure {
  constructor(spec: string, cause: unknown) {
    super('no-such-package', `the npm registry has no ${spec}`, 'check the name and the version', { cause });
  }
}
