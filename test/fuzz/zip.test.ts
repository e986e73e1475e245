import { expect, test } from 'vitest';
import { readZip } from '../../artefacts/archives/zip.ts';
import { messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { descriptorOf, fieldOf, number64, zipOf, type ZippedEntry } from '../support/zips.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { randomOf } from './random.ts';

const stored: ZippedEntry = { path: 'tiny/data.txt', content: 'one\ntwo\n', stored: true };
const packed: ZippedEntry = { path: 'tiny/größe.py', content: 'print("tiny")\n', mode: 0o100755 };
const wide = fieldOf(1, number64(8), number64(8));
const streamed: ZippedEntry = {
  path: 'tiny/empty',
  stored: true,
  both: { flags: 8 },
  after: descriptorOf('', 0, { marked: true, wide: false }),
};

const zips: readonly { readonly title: string; readonly zip: Buffer }[] = [
  { title: 'plain', zip: zipOf([{ path: 'tiny/' }, stored, packed]) },
  { title: 'sizes after a content', zip: zipOf([stored, streamed, packed], { comment: Buffer.from('made by hand') }) },
  { title: 'numbers of 64 bits', zip: zipOf([{ ...stored, local: { extra: wide } }, packed], { wideEnd: {} }) },
];
const runs = 3_000;

/** Without the modes: no checksum of a zip file is over them. A lock's tree has them, as it has every file. */
const meaningOf = async (bytes: Uint8Array): Promise<string> =>
  JSON.stringify((await readZip(bytes, 'x')).map(({ path, sha256 }) => [path, sha256]));

test.each(zips)('a changed zip file has the same files or is refused: $title', async ({ title, zip }) => {
  const meaning = await meaningOf(zip);
  const ended = { same: 0, refused: 0 };
  for (let run = 0; run < runs; run++) {
    const bytes = mutateBytes(zip, randomOf(`1 ${title} ${run}`));
    const end = await meaningOf(bytes).catch((error: unknown) => {
      if (error instanceof Refusal && (error.code === 'E_ARCHIVE' || error.code === 'E_TOO_LARGE')) return undefined;
      throw new Error(`mutation ${run}: ${messageOf(error)}\n${bytes.toString('base64')}`, { cause: error });
    });
    if (end === undefined) ended.refused++;
    else if (end === meaning) ended.same++;
    else throw new Error(`mutation ${run} has other files: ${end}\n${bytes.toString('base64')}`);
  }
  expect(ended.same).toBeGreaterThan(0);
  expect(ended.refused).toBeGreaterThan(runs / 2);
});

test('no changed byte of a zip file changes a file', async () => {
  const zip = zipOf([stored, packed]);
  const meaning = await meaningOf(zip);
  const unseen: string[] = [];
  for (const [at, byte] of zip.entries())
    for (const other of [byte ^ 0xff, byte ^ 1, byte ^ 0x80, 0]) {
      const changed = Buffer.from(zip);
      changed[at] = other;
      const end = await meaningOf(changed).catch((error: unknown) => error);
      if (end !== meaning && !(end instanceof Refusal)) unseen.push(`byte ${at} as ${other}: ${String(end)}`);
    }
  expect(unseen).toEqual([]);
});
