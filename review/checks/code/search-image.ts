/** Searches the files of an image: some at a time, so that no image is whole in memory. */
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { imagePieceBytes, maxCodeFindings } from '../../../core/limits.ts';
import { nativeFormat } from './native.ts';
import type { CodeFinding, ScanResult } from './report.ts';

/** So many files are searched together; each has a cost of its own. */
const maxFiles = 2_000;

/** The first bytes of native code, by which it is known: in a program of Windows the header stands within them. */
const headBytes = 4_096;

/** A file that is seen in several pieces, or under the same path twice, is found once by each rule. */
export async function searchImage(
  pieces: AsyncIterable<FilePiece>,
  search: (files: readonly PackageFile[]) => Promise<ScanResult>,
): Promise<ScanResult> {
  const found = new Map<string, Map<string, CodeFinding>>();
  for await (const files of batches(pieces)) {
    const result = await search(files);
    if (result.kind === 'not-scanned') return result;
    for (const finding of result.findings) {
      const ofRule = found.get(finding.rule) ?? new Map<string, CodeFinding>();
      found.set(finding.rule, ofRule);
      if (ofRule.size < maxCodeFindings && !ofRule.has(finding.file)) ofRule.set(finding.file, finding);
    }
  }
  return { kind: 'scanned', findings: [...found.values()].flatMap((ofRule) => [...ofRule.values()]), asks: [] };
}

async function* batches(pieces: AsyncIterable<FilePiece>): AsyncGenerator<PackageFile[]> {
  let batch = new Map<string, PackageFile>();
  let bytes = 0;
  let head: Uint8Array = new Uint8Array();
  for await (const { path, executable, start, content: piece } of pieces) {
    if (start === 0) head = nativeFormat(piece) === undefined ? new Uint8Array() : piece.slice(0, headBytes);
    // Its tables would be read as text where nothing shows that it is native code.
    const content = start === 0 || head.byteLength === 0 ? piece : Buffer.concat([head, piece]);
    if (batch.has(path) || batch.size >= maxFiles || bytes + content.byteLength > imagePieceBytes) {
      if (batch.size > 0) yield [...batch.values()];
      batch = new Map();
      bytes = 0;
    }
    // Lines are counted from the start of a file, so those of a later piece would be wrong.
    const place = start === 0 ? path : `${path} from byte ${start}`;
    batch.set(path, { path: place, executable, sha256: '', content });
    bytes += content.byteLength;
  }
  if (batch.size > 0) yield [...batch.values()];
}
