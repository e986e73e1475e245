/** Wheels made file by file: correct ones by default, and each lie on request. */
import type { PackageFile } from '../../artefacts/archives/tarball.ts';
import { sha256 } from '../../core/digest.ts';
import { zipOf, type ZippedEntry } from './zips.ts';

export interface WheelParts {
  readonly name?: string;
  readonly version?: string;
  readonly tags?: string;
  /** By path; the package's own modules, and whatever else is not its dist-info. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further lines of METADATA. */
  readonly metadata?: readonly string[];
  /** Files of the dist-info in place of the usual ones, or beside them. What is undefined is left out. */
  readonly info?: Readonly<Record<string, string | undefined>>;
  readonly infoFolder?: string;
  /** Changes the lines of RECORD. */
  readonly record?: (lines: readonly string[]) => readonly string[];
  /** Entries that are added behind its back. */
  readonly unlisted?: readonly ZippedEntry[];
}

export interface PackedWheel {
  readonly fileName: string;
  readonly wheel: Buffer;
}

export function packedWheel({
  name = 'tiny',
  version = '1.0.0',
  tags = 'py3-none-any',
  files = { 'tiny/__init__.py': 'def main():\n    print("tiny")\n' },
  metadata = [],
  info = {},
  infoFolder = `${name}-${version}.dist-info`,
  record = (lines) => lines,
  unlisted = [],
}: WheelParts = {}): PackedWheel {
  const usual: Readonly<Record<string, string | undefined>> = {
    METADATA: [`Metadata-Version: 2.4`, `Name: ${name}`, `Version: ${version}`, ...metadata, '', 'Says print.\n'].join(
      '\n',
    ),
    WHEEL: ['Wheel-Version: 1.0', 'Generator: tiny (1)', 'Root-Is-Purelib: true', `Tag: ${tags}`, ''].join('\n'),
    ...info,
  };
  const listed = [
    ...Object.entries(files),
    ...Object.entries(usual).flatMap(([file, content]) =>
      content === undefined ? [] : [[`${infoFolder}/${file}`, content] as const],
    ),
  ];
  const lines = record([...listed.map(([path, content]) => recordLine(path, content)), `${infoFolder}/RECORD,,`]);
  const own = 'RECORD' in info ? [] : [[`${infoFolder}/RECORD`, `${lines.join('\n')}\n`] as const];
  return {
    fileName: `${name}-${version}-${tags}.whl`,
    wheel: zipOf([...[...listed, ...own].map(([path, content]) => ({ path, content })), ...unlisted]),
  };
}

/** As a wheel lists a file. */
export const recordLine = (path: string, content: string): string =>
  `${path},sha256=${Buffer.from(sha256(content), 'hex').toString('base64url')},${Buffer.byteLength(content)}`;

/** Files as they come out of a wheel. */
export const unpacked = (files: Readonly<Record<string, string>>): PackageFile[] =>
  Object.entries(files).map(([path, text]) => {
    const content = Buffer.from(text);
    return { path, executable: false, sha256: sha256(content), content };
  });
