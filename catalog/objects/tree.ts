/** Git's trees: the names in one folder, each with its mode and the id of its content. */
import { isUtf8 } from 'node:buffer';
import { maxTreeBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

/** A folder, a file, an executable file, a symbolic link, and the commit of another repository. */
const modes = ['40000', '100644', '100755', '120000', '160000'] as const;
export type Mode = (typeof modes)[number];

export interface TreeEntry {
  readonly mode: Mode;
  readonly id: string;
}

/** By name, in git's order. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export const isFolder = ({ mode }: TreeEntry): boolean => mode === '40000';

/** Whether it is a file with content of its own: neither a folder, nor a link, nor another repository's commit. */
export const isPlainFile = ({ mode }: TreeEntry): boolean => mode === '100644' || mode === '100755';

/**
 * Reads a tree as git writes it, and nothing else: two readers of the same bytes must see the same files.
 * @throws Refusal E_FORMAT, E_TOO_LARGE
 */
export function parseTree(bytes: Buffer, id: string): Tree {
  if (bytes.byteLength > maxTreeBytes)
    throw new Refusal(
      'E_TOO_LARGE',
      `the tree ${id} has ${bytes.byteLength} bytes, more than ${maxTreeBytes}`,
      'put fewer files into this folder',
    );
  const idBytes = id.length / 2;
  const entries = new Map<string, TreeEntry>();
  let before: Uint8Array = Buffer.alloc(0);
  for (let at = 0; at < bytes.byteLength;) {
    const nameAt = bytes.indexOf(' ', at) + 1;
    const nameEnd = bytes.indexOf(0, at);
    const idAt = nameEnd + 1;
    if (nameAt === 0 || nameEnd < nameAt || idAt + idBytes > bytes.byteLength) throw broken(id, 'ends inside an entry');
    const rawName = bytes.subarray(nameAt, nameEnd);
    const name = nameOf(rawName, id);
    const found = bytes.toString('latin1', at, nameAt - 1);
    const mode = modes.find((each) => each === found);
    if (mode === undefined) throw broken(id, `gives ${shown(name)} the mode ${shown(found)}`);
    const place = sortedAs(rawName, mode);
    if (Buffer.compare(before, place) >= 0 || entries.has(name))
      throw broken(id, `has ${shown(name)} twice, or not in its place`);
    entries.set(name, { mode, id: bytes.toString('hex', idAt, idAt + idBytes) });
    before = place;
    at = idAt + idBytes;
  }
  return entries;
}

/** The bytes of a tree with these entries, in the order in which they are given. Only its id says whether they are right. */
export const encodeTree = (
  entries: Iterable<readonly [name: string, { readonly mode: string; readonly id: string }]>,
): Buffer =>
  Buffer.concat(
    [...entries].flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );

/** Git compares the name of a folder as if a slash ended it. */
const sortedAs = (rawName: Uint8Array, mode: Mode): Uint8Array =>
  mode === '40000' ? Buffer.concat([rawName, Buffer.from('/')]) : rawName;

function nameOf(raw: Buffer, id: string): string {
  // Names are bytes. Those that are no text could not be told apart where they are shown, or looked up.
  if (!isUtf8(raw)) throw broken(id, `has the name ${shown(raw.toString('latin1'))}, which is not UTF-8`);
  const name = raw.toString('utf8');
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.toLowerCase() === '.git')
    throw broken(id, `has the name ${shown(name)}`);
  return name;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80));

const broken = (id: string, why: string): Refusal =>
  new Refusal(
    'E_FORMAT',
    `the tree ${id} ${why}: git does not write it so`,
    'see `git fsck --strict`, and commit the folder again with an ordinary git',
  );
