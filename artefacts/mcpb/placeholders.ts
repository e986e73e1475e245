/** Words of a bundle's configuration with placeholders in them: `${__dirname}/server/index.js`, `--dir=${user_config.dir}`. */
import { posix } from 'node:path';
import { isInnerPath } from '../../core/inner-path.ts';

/**
 * A part of a word: plain text, the value of one of the bundle's inputs, a folder, or what the format does not know. What they become:
 * an input is one of the manifest's launch; the bundle's own folder is where a path in it starts, of the program and of Python's
 * modules. A manifest has no name for a folder elsewhere, nor for what is unknown, so that such a word is left out, and said.
 */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'folder'; readonly folder: Folder }
  | { readonly kind: 'unknown'; readonly name: string };

/** The bundle's own folder, or one of the user's. */
type Folder = '__dirname' | 'HOME' | 'DESKTOP' | 'DOCUMENTS' | 'DOWNLOADS';

const folders: ReadonlySet<string> = new Set(['__dirname', 'HOME', 'DESKTOP', 'DOCUMENTS', 'DOWNLOADS']);
const isFolder = (name: string): name is Folder => folders.has(name);

/**
 * Splits a word at its placeholders, once: what a value holds is never read as a placeholder. The separator of paths, which
 * the format writes as `${/}` or `${pathSeparator}`, becomes a slash, which every system takes.
 */
export function partsOf(word: string): Part[] {
  const parts: Part[] = [];
  const add = (text: string): void => {
    const last = parts.at(-1);
    if (last?.kind === 'text') parts.splice(-1, 1, { kind: 'text', text: last.text + text });
    else if (text !== '') parts.push({ kind: 'text', text });
  };
  let at = 0;
  for (const { 0: found, 1: name = '', index } of word.matchAll(/\$\{([^{}]*)\}/gu)) {
    add(word.slice(at, index));
    at = index + found.length;
    if (name === '/' || name === 'pathSeparator') add('/');
    else if (isFolder(name)) parts.push({ kind: 'folder', folder: name });
    else if (name.startsWith('user_config.')) parts.push({ kind: 'input', name: name.slice('user_config.'.length) });
    else parts.push({ kind: 'unknown', name });
  }
  add(word.slice(at));
  return parts;
}

/** The word where it holds no placeholder. */
export function plainText(word: string): string | undefined {
  const [first, ...more] = partsOf(word);
  if (first === undefined) return '';
  return first.kind === 'text' && more.length === 0 ? first.text : undefined;
}

/** The input whose value alone is the word. */
export function onlyInput(word: string): string | undefined {
  const [first, ...more] = partsOf(word);
  return first?.kind === 'input' && more.length === 0 ? first.name : undefined;
}

/**
 * The path inside the bundle that a word names, from `${__dirname}` or relative, with forward slashes; the empty string for the
 * bundle's own folder. Undefined where the word names something else, or may do so.
 */
export function innerPath(word: string): string | undefined {
  const parts = partsOf(word);
  const [first, ...rest] = parts;
  const isFromBundle = first?.kind === 'folder' && first.folder === '__dirname';
  let text = '';
  for (const part of isFromBundle ? rest : parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text.replaceAll('\\', '/');
  }
  if (isFromBundle ? text !== '' && !text.startsWith('/') : text === '' || text.startsWith('/')) return undefined;
  const path = posix.normalize(`./${text}`).replace(/\/$/u, '');
  if (path === '.') return '';
  return isInnerPath(path) ? path : undefined;
}
