/** Bytes that differ from what git wrote by one bit. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/refusal.ts';
import { gitRepository, signWithSsh } from '../../test/support/git-repository.ts';
import { openBlob, openCommit, openTree } from './git-objects.ts';
import { objectId, type ObjectHash, type ObjectKind } from './object-id.ts';
import { encodeTree } from './tree.ts';

const hashes: readonly ObjectHash[] = ['sha1', 'sha256'];

/** A signed merge, its tree and a file of it. */
async function vectors(hash: ObjectHash): Promise<(readonly [ObjectKind, string, Buffer])[]> {
  const repository = await gitRepository(hash);
  const { git, raw, write, commit } = repository;
  for (const path of ['policy.yaml', 'servers/a.yaml', 'servers/é.yaml']) write(path, `${path}\n`.repeat(20));
  commit();
  git('checkout', '--quiet', '-b', 'change');
  write('a.b', '');
  commit();
  git('checkout', '--quiet', 'main');
  signWithSsh(repository);
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  const ids = [
    ['commit', git('rev-parse', 'HEAD')],
    ['tree', git('rev-parse', 'HEAD^{tree}')],
    ['blob', git('rev-parse', 'HEAD:policy.yaml')],
  ] as const;
  return ids.map(([kind, id]) => [kind, id, raw(kind, id)]);
}

const open = { commit: openCommit, tree: openTree, blob: openBlob } as const;

/** The same bytes with one bit changed, for every byte another one. */
const flipped = (bytes: Buffer): Buffer[] =>
  Array.from(bytes, (byte, index) => {
    const copy = Buffer.from(bytes);
    copy[index] = byte ^ (1 << (index % 8));
    return copy;
  });

describe.each(hashes)('by %s', (hash) => {
  test('opens what git wrote, and refuses it with any byte changed, missing or added', async () => {
    for (const [kind, id, bytes] of await vectors(hash)) {
      expect(() => open[kind](id, bytes)).not.toThrow();
      const others = [
        ...flipped(bytes),
        bytes.subarray(1),
        bytes.subarray(0, -1),
        Buffer.concat([bytes, Buffer.from('\n')]),
      ];
      for (const other of others)
        expect(() => open[kind](id, other)).toThrow(expect.objectContaining({ name: 'Refusal', code: 'E_OBJECT' }));
    }
  });

  test('reads changed bytes under their own id exactly, or refuses their format', async () => {
    let read = 0;
    for (const [kind, , bytes] of await vectors(hash))
      for (const other of flipped(bytes)) {
        const id = objectId(kind, other, hash);
        try {
          if (kind === 'tree') expect(encodeTree(openTree(id, other))).toEqual(other);
          else expect(open[kind](id, other)).toBeDefined();
          read++;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(error.code).toBe('E_FORMAT');
        }
      }
    expect(read).toBeGreaterThan(100);
  });
});
