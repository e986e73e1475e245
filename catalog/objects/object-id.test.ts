import { expect, test } from 'vitest';
import { gitRepository } from '../../test/support/git-repository.ts';
import { isObjectId, hashOf, objectId, proveId, type ObjectHash } from './object-id.ts';

const contents = ['', 'a', 'name: tiny\n', '\0\u00ff\r\n', 'x'.repeat(100_000)];
const hashes: readonly ObjectHash[] = ['sha1', 'sha256'];

test.each(hashes)('computes the ids that git gives to files, with %s', async (hash) => {
  const { gitWith } = await gitRepository(hash);
  for (const content of contents) {
    const bytes = Buffer.from(content);
    const id = gitWith({ input: bytes }, 'hash-object', '--stdin');
    expect(objectId('blob', bytes, hash)).toBe(id);
    expect(hashOf(id)).toBe(hash);
    expect(() => proveId(id, 'blob', bytes)).not.toThrow();
  }
});

test('refuses bytes that are not the object, or one of another kind', () => {
  const bytes = Buffer.from('name: tiny\n');
  const id = objectId('blob', bytes, 'sha1');
  const other = objectId('blob', Buffer.from('name: Tiny\n'), 'sha1');
  expect(() => proveId(id, 'blob', Buffer.from('name: Tiny\n'))).toThrow(
    expect.objectContaining({
      name: 'Refusal',
      code: 'E_OBJECT',
      message: `the blob ${id} came with bytes whose id is ${other}`,
      remedy: expect.stringContaining('do not sign it'),
    }),
  );
  expect(() => proveId(id, 'tree', bytes)).toThrow(expect.objectContaining({ code: 'E_OBJECT' }));
});

const id = '0123456789'.repeat(4);

test.each(['', 'HEAD', id.slice(1), `${id}0`, `${id}\n`, `g${id.slice(1)}`, id.replace('1', 'A'), `^${id.slice(1)}`])(
  'takes %j for no id',
  (text) => {
    const padded = text.padEnd(40);
    expect(isObjectId(text)).toBe(false);
    expect(isObjectId(padded)).toBe(false);
    expect(() => hashOf(text)).toThrow(expect.objectContaining({ code: 'E_OBJECT' }));
  },
);
