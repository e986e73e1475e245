/** Opens the registries that packages are fetched from, as this machine is configured to reach them. */
import { downloadTimes, type Reach } from '../core/download.ts';
import { Failure } from '../core/failure.ts';
import { credentialsOf } from './oci/credentials.ts';
import { openOciRepository } from './oci/registry.ts';
import { openNpmRegistry, type NpmRegistry } from './npm/registry.ts';
import { configuredIndex, readIndexAddress, type IndexAddress } from './pypi/index-address.ts';
import { openPackageIndex, type PackageIndex } from './pypi/index-client.ts';
import type { Sources } from './sources.ts';

/** Everything that the registries can be asked, not only for archives. */
export interface OpenSources extends Sources {
  readonly registry: NpmRegistry;
  readonly index: () => Promise<PackageIndex>;
}

/** Mirrors that are used instead of those that npm, uv and pip are configured with. */
export interface Mirrors {
  readonly npmRegistry?: string | undefined;
  readonly pythonIndex?: string | undefined;
  /** Finds the package index where neither this nor uv or pip names one. */
  readonly defaultIndex?: () => Promise<IndexAddress | undefined>;
}

/** The package index is opened by the first question: most servers need none. */
export async function openSources(
  { npmRegistry, pythonIndex, defaultIndex }: Mirrors = {},
  reach: Reach = 'any',
): Promise<OpenSources> {
  let index: Promise<PackageIndex> | undefined;
  const address = pythonIndex === undefined ? undefined : readIndexAddress(pythonIndex, 'pythonIndex');
  const open = async (): Promise<PackageIndex> => {
    const found = address ?? configuredIndex() ?? (await defaultIndex?.());
    if (found === undefined) throw noIndex();
    return openPackageIndex(found, downloadTimes, reach);
  };
  const registry = await openNpmRegistry(npmRegistry, downloadTimes, reach);
  return {
    reach,
    registry,
    index: () => (index ??= open()),
    images: (host, path) => openOciRepository(host, path, registry.options, { credentials: credentialsOf(), reach }),
  };
}

const noIndex = (): Failure =>
  new Failure(
    'no-index',
    'nothing says which package index serves Python packages',
    'set PIP_INDEX_URL to the address of its simple interface, or name it as `pythonIndex` in the trust config or the file of the signer; `registry` also asks uv where it is installed',
  );
