/** Scans the code of packages in processes that may crash. A package is scanned once, until the rules change. */
import { canonicalJson } from '../../../core/canonical.ts';
import { integrityOf, sha256 } from '../../../core/digest.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { labelOf, type PinnedPackage } from '../../../artefacts/part.ts';
import { codeCache, type CodeCache } from './code-cache.ts';
import { codeBounds, scanProcess, type CodeBounds, type ScanProcess } from './scan-process.ts';
import type { CodeReport, ScanResult } from './report.ts';
import type { ScannedType } from './scan-files.ts';
import { searchImage } from './search-image.ts';
import { codeRulesDigest } from './rules-digest.ts';

export interface CodeScanner {
  /** `fetch` gives the bytes. @throws Refusal E_DIGEST, Failure `code-scanner`, and any error of `fetch` */
  readonly scan: (pinned: PinnedPackage, fetch: () => Promise<Uint8Array>) => Promise<CodeReport>;
  /**
   * Searches the files of one platform of an image. `digest` is that of its manifest, which names all of them.
   * @throws Failure `code-scanner`, and any error of `files`
   */
  readonly scanImage: (digest: string, files: () => AsyncIterable<FilePiece>) => Promise<ScanResult>;
  /** Ends the processes. The code that opens a scanner must close it, also after an error. */
  readonly close: () => Promise<void>;
}

export interface CodeScannerOptions {
  /** May be deleted at any time. */
  readonly cacheFolder: string;
  readonly bounds?: CodeBounds;
  /** The number of packages that are scanned at the same time. */
  readonly processes?: number;
}

/** Opens a scanner. Several packages may be scanned at once; each is fetched only when a process is free for it. */
export function openCodeScanner({ cacheFolder, bounds = codeBounds, processes = 2 }: CodeScannerOptions): CodeScanner {
  const { parsedFileBytes, searchedFileBytes } = bounds;
  const scanned = { rules: codeRulesDigest(), parsedFileBytes, searchedFileBytes };
  // The same bytes may be started in another way where they are of something else.
  const cacheOf = (type: ScannedType): CodeCache =>
    codeCache(cacheFolder, sha256(canonicalJson(type === 'npm' ? scanned : { ...scanned, type })));
  const all = Array.from({ length: processes }, () => scanProcess(bounds));
  const free = [...all];
  const waiting: ((worker: ScanProcess) => void)[] = [];
  const acquire = (): Promise<ScanProcess> => {
    const worker = free.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const release = (worker: ScanProcess): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(worker);
    else next(worker);
  };

  return {
    scan: async ({ type, name, version, file, integrity }, fetch) => {
      const pinned: PinnedPackage = { type, name, version, ...(file !== undefined && { file }), integrity };
      const cache = cacheOf(type);
      const known = await cache.read(integrity);
      if (known !== undefined) return { ...pinned, result: { kind: 'scanned', ...known } };
      const worker = await acquire();
      try {
        const bytes = await fetch();
        if (integrityOf(bytes) !== integrity)
          throw new Refusal(
            'E_DIGEST',
            `the archive of ${labelOf(pinned)} has the integrity ${integrityOf(bytes)}, not ${integrity}`,
            'do not use it: it differs from the lock',
          );
        const result = await worker.scan(bytes, pinned);
        // Another attempt, with more time or memory, may succeed.
        if (result.kind === 'scanned') await cache.write(integrity, result);
        return { ...pinned, result };
      } finally {
        release(worker);
      }
    },
    scanImage: async (digest, files) => {
      const cache = cacheOf('image');
      const key = integrityOf(Buffer.from(digest));
      const known = await cache.read(key);
      if (known !== undefined) return { kind: 'scanned', ...known };
      const worker = await acquire();
      try {
        const result = await searchImage(files(), worker.search);
        if (result.kind === 'scanned') await cache.write(key, result);
        return result;
      } finally {
        release(worker);
      }
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.end()));
    },
  };
}
