/** Prepares the files of a package for the YARA rules. */
import { isUtf8 } from 'node:buffer';
import type { PartType } from '../../../artefacts/part.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { unfolded, unfoldedText } from './unfold.ts';

/** The facts about a file that rules may use besides its bytes; rules/00-shared.yar explains each. */
export interface About {
  readonly small: boolean;
  readonly manifest: boolean;
  readonly script: boolean;
  readonly prose: boolean;
  readonly program: boolean;
  readonly text: boolean;
  readonly declared: boolean;
}

/** With these values, every rule that matches a file also matches a batch with that file. */
export const mostSevere: About = {
  small: true,
  manifest: true,
  script: true,
  prose: false,
  program: false,
  text: true,
  declared: false,
};

/** A file in the form in which it is searched. */
export interface Searched {
  readonly path: string;
  readonly isText: boolean;
  /** Whether it is the whole file, or begins with its first byte. */
  readonly isFirst: boolean;
  readonly bytes: Uint8Array;
  readonly about: Omit<About, 'declared'>;
}

/** Each search takes at least some milliseconds, so small files are searched together. */
const batchBytes = 4 * 1024 * 1024;

/**
 * A file that is not text has its own batch: only there are its first bytes at the start. `programs` are the paths of the
 * files that are JavaScript, whatever else they contain.
 */
export function* batches(
  files: readonly PackageFile[],
  programs: ReadonlySet<string>,
  pieceBytes: number,
): Generator<Searched[]> {
  let batch: Searched[] = [];
  let length = 0;
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (file.content.length > pieceBytes) {
      for (const piece of piecesOf(file, pieceBytes)) yield [piece];
      continue;
    }
    const searched = searchedFile(file, programs.has(file.path));
    if (!searched.isText || searched.bytes.length > batchBytes) {
      yield [searched];
      continue;
    }
    if (length + searched.bytes.length > batchBytes) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(searched);
    length += searched.bytes.length;
  }
  if (batch.length > 0) yield batch;
}

/** No rule looks for a text that is longer, and what it looks for near such a text is nearer. */
const overlapBytes = 64 * 1024;

/** The pieces of a long file that is no text. Each begins before the last one ends, so that nothing stands between them. */
function* piecesOf(file: PackageFile, pieceBytes: number): Generator<Searched> {
  const step = pieceBytes - Math.min(overlapBytes, Math.floor(pieceBytes / 2));
  for (let start = 0; start < file.content.length; start += step) {
    const content = file.content.subarray(start, start + pieceBytes);
    yield { ...searchedFile({ ...file, content }, false), isText: false, isFirst: start === 0, bytes: content };
  }
}

/** A file as it is searched. `isProgram` says whether it is JavaScript. */
export const searchedFile = (file: PackageFile, isProgram: boolean): Searched => {
  const isText = isProgram || isScript(file) || !isBinary(file.content);
  return {
    path: file.path,
    isText,
    isFirst: true,
    bytes: isText ? textOf(file, isProgram) : file.content,
    about: {
      small: file.content.length < 256 * 1024,
      manifest: file.path === 'package.json',
      script: isScript(file),
      prose:
        !isProgram &&
        /\.(md|markdown|mdx|rst|adoc|txt)$|(^|\/)(license|notice|changelog|authors)[^/]*$/iu.test(file.path),
      program: isProgram,
      text: isUtf8(file.content) || !packed.test(file.path),
    },
  };
};

/** Compressed data contains any three bytes somewhere. */
const packed =
  /\.(br|gz|tgz|zst|xz|bz2|zip|chm|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|eot|pdf|mp[34]|wasm|bin|dat)$/iu;

/** A few zeros in a comment do not make a text binary. */
function isBinary(content: Uint8Array): boolean {
  const start = content.subarray(0, 4096);
  return start.includes(0) && !isWide(content) && start.filter(isControl).length > start.length / 100;
}

const isControl = (byte: number): boolean => byte < 9 || (byte > 13 && byte < 32);

/** Whether it is UTF-16, which PowerShell scripts use. */
const isWide = (content: Uint8Array): boolean => content[0] === 0xff && content[1] === 0xfe;

/** The bytes of a file, then the text that it contains in other forms, and the end of the last line. */
function textOf({ path, content }: PackageFile, isProgram: boolean): Uint8Array {
  const text = Buffer.from(content).toString(isWide(content) ? 'utf16le' : 'utf8');
  const more =
    path === 'package.json'
      ? scriptsOf(text)
      : isDerived(path) && !isProgram
        ? ''
        : isWide(content)
          ? unfolded(text)
          : unfoldedText(content);
  return Buffer.concat([content, Buffer.from(`\n${isWide(content) ? text : ''}\n${more}\n`)]);
}

/** Source maps and declarations repeat other files, and are long. */
const isDerived = (path: string): boolean => /\.(map|d\.[cm]?ts)$/u.test(path);

/** The scripts as npm reads them: without escapes, and with the last of two equal keys. */
const scriptsOf = (manifest: string): string => JSON.stringify(parsed(manifest).scripts ?? null);

const isScript = ({ path, content }: PackageFile): boolean =>
  /\.(sh|bash|zsh|fish|ksh|ps1|psm1|bat|cmd)$/iu.test(path) ||
  /^#![^\n]{0,60}\b(ba|z|da|k|fi)?sh\b/u.test(Buffer.from(content.subarray(0, 80)).toString('latin1'));

/** Whether a package names the systems that it is for, or how its native part is built. */
export function isDeclaredNative(files: readonly PackageFile[], type: PartType | 'image'): boolean {
  // Every image is for one system, and made of native programs.
  if (type === 'image') return true;
  // Each only where it counts: a reviewer sees the tags of a wheel and the systems of an npm package in the lock.
  if (type === 'pypi') return files.some(isPlatformWheel);
  const manifest = files.find(({ path }) => path === 'package.json');
  const fields = Object.keys(parsed(Buffer.from(manifest?.content ?? []).toString('utf8')));
  return (
    files.some(({ path }) => path === 'binding.gyp') ||
    ['os', 'cpu', 'binary', 'gypfile'].some((field) => fields.includes(field))
  );
}

/** A wheel names the systems that it is for in its tags, if it is not for all. */
const isPlatformWheel = ({ path, content }: PackageFile): boolean =>
  /^[^/]+\.dist-info\/WHEEL$/u.test(path) &&
  /^Tag:\s*[\w.]+-[\w.]+-(?!any\s*$)[\w.]+\s*$/mu.test(Buffer.from(content).toString('utf8'));

function parsed(manifest: string): JsonObject {
  try {
    const value: unknown = JSON.parse(manifest.replace(/^\ufeff/u, ''));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
