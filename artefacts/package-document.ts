/** What a registry says about a package, in the words of every registry. Nothing is true because it says so. */
import type { LockedWheel } from '../schemas/types.ts';
import type { Part, PinnedPackage } from './part.ts';

export interface PackageDocument {
  /** By version. Without a prototype, as are the others: any key may be looked up. */
  readonly versions: Readonly<Record<string, VersionFacts | undefined>>;
  /** When each version was published, if the registry says so. */
  readonly time?: Readonly<Record<string, string | undefined>>;
  /** By the name of the file, where a version has several. */
  readonly files?: Readonly<Record<string, FileFacts | undefined>>;
}

export interface VersionFacts {
  readonly license?: string;
  /** The account that published it, as far as the registry says. */
  readonly publisher?: string;
  /** Whether the registry shows an install script. */
  readonly hasInstallScript?: true;
  /** Whether the registry has an attestation of its build. The attestation itself is not read here. */
  readonly isAttested?: true;
  /** The hashes of the tarball that the registry states, as it writes them. */
  readonly integrity?: string;
}

export interface FileFacts {
  readonly sha256?: string;
  readonly uploadedAt?: string;
  /** Withdrawn, with the reason, which may be empty. */
  readonly yanked?: string;
}

/** When a package was published; of several files, when this one was. Not valid where the registry does not say. */
export const publishedAt = (document: PackageDocument | undefined, { version, file = '' }: Dated): Date =>
  new Date(document?.files?.[file]?.uploadedAt ?? document?.time?.[version] ?? Number.NaN);

type Dated = Pick<PinnedPackage, 'version' | 'file'>;

/** The digest of a part that the registry states, beside that of the lock in the same form. */
export interface StatedDigest {
  readonly stated: string;
  readonly locked: string;
}

/** Undefined where the registry states none. */
export function statedDigest(document: PackageDocument | undefined, part: Part): StatedDigest | undefined {
  switch (part.type) {
    case 'npm': {
      const hashes = document?.versions[part.version]?.integrity?.split(/\s+/u);
      const stated = hashes?.find((hash) => hash.startsWith('sha512-'));
      return stated === undefined ? undefined : { stated, locked: part.integrity };
    }
    case 'pypi': {
      const stated = document?.files?.[part.file ?? '']?.sha256;
      return stated === undefined ? undefined : { stated, locked: (part.entry as LockedWheel).sha256 };
    }
    case 'mcpb':
    case 'tarball':
    case 'git':
      return undefined;
    default:
      return part.type satisfies never;
  }
}
