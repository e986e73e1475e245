/** Recognises archives and compressed files, whose contents nothing here looks at. */
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';

/** The first bytes of each format, in hexadecimal. */
const beginnings = [
  '504b0304', // zip, and what is one: jar, whl, vsix
  '1f8b', // gzip
  '425a68', // bzip2
  'fd377a585a00', // xz
  '28b52ffd', // zstd
  '04224d18', // lz4
  '377abcaf271c', // 7z
  '526172211a07', // rar
  '4d534346', // cab
  '43723234', // extensions of Chrome
  '213c617263683e0a', // ar, deb
].map((hex) => Buffer.from(hex, 'hex'));

export function isArchive({ path, content }: Pick<PackageFile, 'path' | 'content'>): boolean {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const begins = (start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);
  return (
    beginnings.some(begins) ||
    tarSigns.has(bytes.toString('latin1', 257, 265)) ||
    isAsar(bytes) ||
    // A zip may stand behind anything, such as an image. Its list of files is at the end, before a short comment.
    bytes.subarray(-zipEndBytes).includes('PK\u0005\u0006') ||
    // Nothing in Brotli's bytes says that they are.
    /\.br$/iu.test(path)
  );
}

/** What stands in the first header of a tar, in both forms. A program about tars has it in escapes. */
const tarSigns: ReadonlySet<string> = new Set(['ustar\u000000', 'ustar  \u0000']);

/** The end of the list of files, and the longest comment that may follow it. */
const zipEndBytes = 22 + 65_535;

/** The archives of Electron begin with the length of a length, and with a list of files in JSON. */
const isAsar = (bytes: Buffer): boolean =>
  bytes.toString('hex', 0, 4) === '04000000' && bytes.toString('latin1', 12, 40).includes('{"files"');
