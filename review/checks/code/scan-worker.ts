/** The program of the process that scans code: it receives one tarball after the other and answers for each. */
import { Refusal } from '../../../core/refusal.ts';
import { readTarball } from '../../../artefacts/archives/tarball.ts';
import { openFileScanner, type FileBounds } from './scan-files.ts';
import type { ScanResult } from './report.ts';

/** A request to the process. */
export interface ScanRequest {
  readonly tarball: Uint8Array;
  readonly what: string;
  readonly bounds: FileBounds;
}

/** An answer: first that the process has started, then what it found. */
export type ScanAnswer =
  | { readonly kind: 'started' }
  /** `bytes` is the memory that the process uses now. */
  | { readonly kind: 'scanned'; readonly result: ScanResult; readonly bytes: number };

const say = (answer: ScanAnswer): void => {
  process.send?.(answer);
};

const scanFiles = openFileScanner();

function scan({ tarball, what, bounds }: ScanRequest): ScanResult {
  try {
    return scanFiles(readTarball(tarball, what), bounds);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'not-scanned', why: 'archive' };
    throw error;
  }
}

process.on('message', (request: ScanRequest) =>
  say({ kind: 'scanned', result: scan(request), bytes: process.memoryUsage.rss() }),
);
// The parent process has ended.
process.on('disconnect', () => process.exit());
say({ kind: 'started' });
