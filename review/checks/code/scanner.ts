/** Scans the code of packages: each in a process that it may end, and once for as long as the rules stay. */
import { canonicalJson } from '../../../core/canonical.ts';
import { integrityOf, sha256 } from '../../../core/digest.ts';
import { Refusal } from '../../../core/refusal.ts';
import { codeCache } from './code-cache.ts';
import { codeBounds, scanProcess, type CodeBounds, type ScanProcess } from './scan-process.ts';
import type { CodeReport } from './report.ts';
import { codeRulesDigest } from './rules-digest.ts';

/** A package of a lock, and where its bytes come from. */
export interface PackageToScan {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly tarball: () => Promise<Uint8Array>;
}

export interface CodeScanner {
  /** @throws Refusal E_DIGEST, Failure `code-scanner`, and whatever `tarball` throws */
  readonly scan: (pkg: PackageToScan) => Promise<CodeReport>;
  /** Ends the processes. Whoever opens a scanner closes it, also after an error. */
  readonly close: () => Promise<void>;
}

export interface CodeScannerOptions {
  /** May be deleted at any time. */
  readonly cacheFolder: string;
  readonly bounds?: CodeBounds;
  /** Packages that are scanned at the same time. */
  readonly processes?: number;
}

/** Several packages may be scanned at once; no more are fetched than are scanned. */
export function openCodeScanner({ cacheFolder, bounds = codeBounds, processes = 2 }: CodeScannerOptions): CodeScanner {
  const { parsedFileBytes, searchedFileBytes } = bounds;
  const cache = codeCache(
    cacheFolder,
    sha256(canonicalJson({ rules: codeRulesDigest(), parsedFileBytes, searchedFileBytes })),
  );
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
    scan: async ({ name, version, integrity, tarball }) => {
      const known = await cache.read(integrity);
      if (known !== undefined) return { name, version, integrity, result: { kind: 'scanned', findings: known } };
      const worker = await acquire();
      try {
        const what = `${name}@${version}`;
        const bytes = await tarball();
        if (integrityOf(bytes) !== integrity)
          throw new Refusal(
            'E_DIGEST',
            `the tarball of ${what} has the integrity ${integrityOf(bytes)}, not ${integrity}`,
            'do not use it: it is not what the lock says',
          );
        const result = await worker.scan(bytes, what);
        // Another try, with more time or memory, may see more.
        if (result.kind === 'scanned') await cache.write(integrity, result.findings);
        return { name, version, integrity, result };
      } finally {
        release(worker);
      }
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.end()));
    },
  };
}
