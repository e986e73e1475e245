/**
 * The listing of a registry's servers, kept for the next time: to verify 256 bins, and every record with its approval, takes
 * longer than a person wants to wait for a list. A listing belongs to one snapshot, by digest, and counts only while that
 * snapshot was verified as the current one. Nothing but lists reads it: `run` and all other commands verify from the
 * timestamp down to the bytes.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { listingFormat } from '../../core/formats.ts';
import { maxListingBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { readPrivateFile } from '../../core/regular-file.ts';
import type { Listing } from '../../schemas/types.ts';
import { cacheFile, namesIn } from './cache-file.ts';

/** A name holds the digest of the snapshot, and that of the file's own bytes. */
const listingName = /^(?<snapshot>[0-9a-f]{64})\.(?<digest>[0-9a-f]{64})\.json$/u;

export class ListingFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The listing of a snapshot, by the digest of its bytes. Undefined if there is none that can be used: one that the disk
   * damaged, that another version of this program wrote, or whose bins expired.
   * @throws Refusal E_STORE, E_TOO_LARGE
   */
  async read(snapshot: string, now: Date): Promise<Listing | undefined> {
    for (const name of await namesIn(this.#folder)) {
      const found = listingName.exec(name)?.groups;
      if (found?.snapshot !== snapshot) continue;
      const listing = open(join(this.#folder, name), found.digest ?? '');
      if (listing !== undefined && now < new Date(listing.expires)) return listing;
    }
    return undefined;
  }

  /** The names of the servers that were not carried when the registry was listed last, under whichever snapshot. */
  async notCarried(): Promise<readonly string[]> {
    const names = await namesIn(this.#folder);
    return names.flatMap((name) => {
      const digest = listingName.exec(name)?.groups?.['digest'];
      return (digest === undefined ? undefined : open(join(this.#folder, name), digest))?.notCarried ?? [];
    });
  }

  /** Keeps the listing of a snapshot in place of all others. */
  async keep(snapshot: string, listing: Listing): Promise<void> {
    const bytes = canonicalJson(listing);
    const name = `${snapshot}.${sha256(bytes)}.json`;
    await cacheFile(join(this.#folder, name), bytes);
    for (const other of await namesIn(this.#folder))
      if (other !== name && listingName.test(other))
        await rm(join(this.#folder, other), { recursive: true, force: true });
  }
}

function open(path: string, digest: string): Listing | undefined {
  try {
    const { bytes } = readPrivateFile(path, maxListingBytes);
    return sha256(bytes) === digest ? openFormat(listingFormat, bytes, path) : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (error instanceof Refusal && (error.code === 'E_FORMAT' || error.code === 'E_SCHEMA_VERSION')) return undefined;
    throw error;
  }
}
