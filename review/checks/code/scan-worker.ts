/** The program of the process that scans code: it receives one archive after the other and answers for each. */
import { Refusal } from '../../../core/refusal.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { unpack } from '../../../artefacts/contents.ts';
import type { PinnedPackage } from '../../../artefacts/part.ts';
import { openFileScanner, type FileBounds } from './scan-files.ts';
import type { ScanResult } from './report.ts';

/** A request to the process. */
export type ScanRequest = { readonly bounds: FileBounds } & (
  | { readonly kind: 'package'; readonly archive: Uint8Array; readonly pinned: PinnedPackage }
  /** Some files of an image. */
  | { readonly kind: 'files'; readonly files: readonly PackageFile[] }
);

/** An answer: first that the process has started, then what it found. */
export type ScanAnswer =
  | { readonly kind: 'started' }
  /** `bytes` is the memory that the process uses now. */
  | { readonly kind: 'scanned'; readonly result: ScanResult; readonly bytes: number };

const say = (answer: ScanAnswer): void => {
  process.send?.(answer);
};

const scanFiles = openFileScanner();

async function scan(request: ScanRequest): Promise<ScanResult> {
  const { bounds } = request;
  if (request.kind === 'files') return scanFiles(request.files, 'image', bounds);
  const { archive, pinned } = request;
  try {
    return scanFiles(await unpack(pinned, archive), pinned.type, bounds);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'not-scanned', why: 'archive' };
    throw error;
  }
}

process.on('message', (request: ScanRequest) => {
  void scan(request).then((result) => say({ kind: 'scanned', result, bytes: process.memoryUsage.rss() }));
});
// The parent process has ended.
process.on('disconnect', () => process.exit());
say({ kind: 'started' });
