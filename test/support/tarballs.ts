/** Tarballs made entry by entry, so that they may hold what no packing program writes. */
import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';
import { integrityOf, sha256 } from '../../core/digest.ts';
import { treeDigest } from '../../core/tree.ts';
import type { LockedPackage } from '../../schemas/types.ts';

export interface Entry {
  /** With the leading component: `package/index.js`. */
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  /** As `tar` calls it; a plain file where it is absent. */
  readonly type?: NonNullable<HeaderData['type']>;
  readonly linkpath?: string;
}

const block = 512;

function member({ path, content = '', mode = 0o644, type = 'File', linkpath }: Entry): Buffer {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const head = Buffer.alloc(block);
  const fields = { path, mode, type, size: body.byteLength, mtime: new Date(0), uid: 0, gid: 0 };
  new Header({ ...fields, ...(linkpath !== undefined && { linkpath }) }).encode(head);
  return Buffer.concat([head, body, Buffer.alloc((block - (body.byteLength % block)) % block)]);
}

/** The archive before it is compressed. */
export const tarOf = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([...entries.map(member), Buffer.alloc(2 * block)]);

export const tarballOf = (entries: readonly Entry[]): Buffer => gzipSync(tarOf(entries));

/** One package as a registry serves it and as a lock pins it. `files` are relative to the package. */
export interface PackedPackage {
  readonly tarball: Buffer;
  readonly locked: LockedPackage;
}

export function packedPackage(
  name: string,
  version: string,
  files: Readonly<Record<string, string | { readonly content: string; readonly executable: true }>>,
  change: Partial<LockedPackage> = {},
): PackedPackage {
  const entries = Object.entries(files).map(([path, file]) => ({
    path,
    content: typeof file === 'string' ? file : file.content,
    executable: typeof file !== 'string',
  }));
  const tarball = tarballOf(
    entries.map(({ path, content, executable }) => ({
      path: `package/${path}`,
      content,
      mode: executable ? 0o755 : 0o644,
    })),
  );
  const tree = treeDigest(
    entries.map(({ path, content, executable }) => ({ path, executable, sha256: sha256(content) })),
  );
  return { tarball, locked: { name, version, integrity: integrityOf(tarball), tree, ...change } };
}
