import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { tarOf, type Entry } from '../../test/support/tarballs.ts';
import { readImageFiles, type ImageBounds } from './image-files.ts';
import type { FilePiece, Layer } from './layer.ts';

const pack = {
  '': (tar: Buffer) => tar,
  '+gzip': (tar: Buffer) => gzipSync(tar),
  '+zstd': (tar: Buffer) => zstdCompressSync(tar),
};

function layerOf(tar: Buffer, change: Partial<Layer> = {}, how: keyof typeof pack = '+gzip'): Layer {
  const bytes = pack[how](tar);
  return {
    what: 'a layer',
    mediaType: `application/vnd.oci.image.layer.v1.tar${how}`,
    diffId: `sha256:${sha256(tar)}`,
    // In pieces that break every header.
    open: async function* () {
      for (let at = 0; at < bytes.byteLength; at += 700) yield bytes.subarray(at, at + 700);
    },
    ...change,
  };
}

const layers = (...all: readonly (readonly Entry[])[]): Layer[] => all.map((entries) => layerOf(tarOf(entries)));

async function piecesOf(image: readonly Layer[], bounds?: ImageBounds, wants: (path: string) => boolean = () => true) {
  const pieces: FilePiece[] = [];
  for await (const piece of readImageFiles(image, wants, bounds)) pieces.push(piece);
  return pieces;
}

const textOf = ({ content }: FilePiece): string => Buffer.from(content).toString('latin1');
const seen = async (...all: readonly (readonly Entry[])[]): Promise<string[]> =>
  (await piecesOf(layers(...all))).map((piece) => `${piece.path}=${textOf(piece)}`).sort();

const file = (path: string, content: string | Uint8Array = path): Entry => ({ path, content });
const folder = (path: string): Entry => ({ path, type: 'Directory' });
const link = (path: string, linkpath: string): Entry => ({ path, type: 'Link', linkpath });
const symlink = (path: string, linkpath: string): Entry => ({ path, type: 'SymbolicLink', linkpath });
const small: ImageBounds = { entries: 100, bytes: 100_000, pieceBytes: 1_000 };

describe('one layer over another', () => {
  test.each<[string, Entry[][], string[]]>([
    ['a file of each', [[file('a/x')], [file('b/y')]], ['a/x=a/x', 'b/y=b/y']],
    ['a file over a file', [[file('a/x', 'old')], [file('./a/x', 'new')]], ['a/x=new']],
    ['a removed file', [[file('a/x'), file('a/y')], [file('a/.wh.x', '')]], ['a/y=a/y']],
    ['a removed folder', [[file('a/b/x'), file('ab')], [file('.wh.a', '')]], ['ab=ab']],
    ['a file that is there again', [[file('x', '1')], [file('.wh.x', '')], [file('x', '3')]], ['x=3']],
    [
      'a removal that hides nothing of its own layer',
      [[file('a/x', '1')], [file('.wh.a', ''), file('a/x', '2')]],
      ['a/x=2'],
    ],
    [
      'an emptied folder',
      [
        [file('a/x'), file('a/b/y'), file('z')],
        [file('a/n'), file('a/.wh..wh..opq', '')],
      ],
      ['a/n=a/n', 'z=z'],
    ],
    [
      'an emptied image',
      [
        [file('a/x'), file('y')],
        [file('.wh..wh..opq', ''), file('n')],
      ],
      ['n=n'],
    ],
    ['a file over a folder', [[file('a/x')], [file('a', 'file')]], ['a=file']],
    ['a symbolic link over a folder', [[file('a/x'), file('b/y')], [symlink('a', 'b')]], ['b/y=b/y']],
    ['a path from the top', [[file('/a/x', '1')], [file('/a/.wh.x', '')]], []],
    ['what AUFS notes', [[file('x')], [file('.wh..wh.plnk', ''), file('.wh..wh.aufs', '')]], ['x=x']],
    ['an empty file', [[file('a', '')]], ['a=']],
    [
      'a device and a pipe',
      [[{ path: 'null', type: 'CharacterDevice' }, { path: 'p', type: 'FIFO' }, file('x')]],
      ['x=x'],
    ],
    ['nothing', [[], [file('x')]], ['x=x']],
  ])('%s', async (_, image, expected) => {
    expect(await seen(...image)).toEqual(expected);
  });

  test('a folder that one layer removes and has again hides nothing: some engines show what lay in it', async () => {
    const lower = [file('a/bad')];
    expect(await seen(lower, [file('.wh.a', ''), folder('a')])).toEqual(['a/bad=a/bad']);
    expect(await seen(lower, [symlink('a', 'b'), folder('a')])).toEqual(['a/bad=a/bad']);
    expect(await seen(lower, [file('a/.wh..wh..opq', ''), file('a', 'file'), folder('a')])).toContain('a/bad=a/bad');
  });

  test('a removal by a name that is no UTF-8 hides no file with another such name', async () => {
    const tar = (name: number): Buffer => {
      const entry = tarOf([{ path: '.wh.~', content: '' }]);
      const at = entry.indexOf('~');
      const sum = Number.parseInt(entry.toString('latin1', 148, 154), 8) + name - (entry[at] ?? 0);
      entry[at] = name;
      entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      return entry;
    };
    const lower = [{ path: '\ufffd', content: 'bad' }];
    const pieces = await piecesOf([layerOf(tarOf(lower)), layerOf(tar(0xff))]);
    expect(pieces.map(textOf)).toEqual(['bad']);
  });

  test('a file that a layer holds twice is read twice', async () => {
    expect(await seen([file('x', '1'), file('x', '2')])).toEqual(['x=1', 'x=2']);
  });
});

describe('hard links', () => {
  test.each<[string, Entry[][], string[]]>([
    ['in one layer', [[file('x', '1'), link('y', './x')]], ['x=1', 'y=1']],
    ['to a file of a lower layer', [[file('x', '1')], [link('y', '/x')]], ['x=1', 'y=1']],
    ['to a file that a higher layer removes', [[file('x', '1'), link('y', 'x')], [file('.wh.x', '')]], ['y=1']],
    ['to a file that a higher layer changes', [[file('x', '1'), link('y', 'x')], [file('x', '2')]], ['x=2', 'y=1']],
    ['that a higher layer removes', [[file('x', '1'), link('y', 'x')], [file('.wh.y', '')]], ['x=1']],
    ['to a link, over two layers', [[file('x', '1')], [link('y', 'x'), link('z', 'y')]], ['x=1', 'y=1', 'z=1']],
    ['to a symbolic link', [[symlink('x', 'y'), link('z', 'x'), file('y', '1')]], ['y=1']],
  ])('%s', async (_, image, expected) => {
    expect(await seen(...image)).toEqual(expected);
  });

  test.each<[string, Entry[][], string]>([
    ['to nothing', [[link('y', 'x')]], 'link to "x", which is not there'],
    ['to what is removed below it', [[file('x')], [file('.wh.x', '')], [link('y', 'x')]], 'link to "x"'],
    ['to itself', [[link('x', 'y'), link('y', 'x')]], 'a link to itself'],
  ])('refuses one %s', async (_, image, message) => {
    await expect(seen(...image)).rejects.toMatchObject({
      code: 'E_ARCHIVE',
      message: expect.stringContaining(message),
    });
  });

  test('that make much of little end at the limit', async () => {
    const links = Array.from({ length: 60 }, (__, at) => link(`l${at}`, 'x'));
    const image = layers([file('x', 'x'.repeat(2_000)), ...links]);
    await expect(piecesOf(image, small)).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
  });
});

describe('a hostile layer', () => {
  test.each<[string, Entry]>([
    ['a path that leads out', file('a/../../etc/passwd')],
    ['a link that leads out', link('x', '../../etc/passwd')],
    ['a removal that leads out', file('a/.wh...', '')],
    ['a removal of nothing', file('a/.wh.', '')],
  ])('with %s is refused', async (_, entry) => {
    await expect(seen([file('x'), entry])).rejects.toMatchObject({ name: 'Refusal', code: 'E_ARCHIVE' });
  });

  test('with a path that is too long is refused', async () => {
    const words = ` path=${'a/'.repeat(2_100)}x\n`;
    const header: Entry = { path: 'p', type: 'ExtendedHeader', content: `${words.length + 4}${words}` };
    await expect(seen([header, file('x')])).rejects.toMatchObject({ name: 'Refusal', code: 'E_ARCHIVE' });
  });

  test('shows names escaped', async () => {
    await expect(seen([file('\u001b[2J/../x')])).rejects.toThrow(String.raw`\u001b[2J`);
  });

  test('that unpacks to too much is refused long before its end', async () => {
    let read = 0;
    const bomb = gzipSync(
      tarOf([
        file(
          'x',
          Buffer.alloc(3_000_000, 'x').map((_, at) => (at * at) >> 7),
        ),
      ]),
      { level: 0 },
    );
    const image = layerOf(Buffer.alloc(0), {
      open: async function* () {
        for (; read < bomb.byteLength; read += 1_000) yield bomb.subarray(read, read + 1_000);
      },
    });
    await expect(piecesOf([image], small)).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
    expect(read).toBeLessThan(bomb.byteLength / 2);
  });

  test('with too many entries is refused, all layers counted', async () => {
    const many = Array.from({ length: 60 }, (__, at) => file(`f${at}`, ''));
    await expect(piecesOf(layers(many), small)).resolves.toHaveLength(60);
    await expect(piecesOf(layers(many, many), small)).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
  });

  test('of another diff id is refused before anything of it is given out', async () => {
    const image = layerOf(tarOf([file('x')]), { diffId: `sha256:${'0'.repeat(64)}` });
    const given: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { path } of readImageFiles([image], () => true)) given.push(path);
    };
    await expect(read()).rejects.toMatchObject({ code: 'E_DIGEST' });
    expect(given).toEqual([]);
  });

  test.each<[string, Layer, string]>([
    ['that is compressed twice', layerOf(gzipSync(tarOf([file('x')]))), 'E_ARCHIVE'],
    ['of another compression than it says', layerOf(gzipSync(tarOf([file('x')])), {}, ''), 'E_ARCHIVE'],
    [
      'that is no gzip',
      layerOf(tarOf([file('x')]), { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }, ''),
      'E_ARCHIVE',
    ],
    ['that ends within a file', layerOf(tarOf([file('x', 'x'.repeat(900))]).subarray(0, 1_000)), 'E_ARCHIVE'],
    ['that is no tar', layerOf(Buffer.from('x'.repeat(2_000))), 'E_ARCHIVE'],
    [
      'with metadata that is too long',
      layerOf(tarOf([{ path: 'p', type: 'ExtendedHeader', content: 'x'.repeat(1_100_000) }])),
      'E_ARCHIVE',
    ],
  ])('%s is refused', async (_, image, code) => {
    await expect(piecesOf([image])).rejects.toMatchObject({ name: 'Refusal', code });
  });
});

test.each(['', '+gzip', '+zstd'] as const)('reads a layer as tar%s', async (how) => {
  expect((await piecesOf([layerOf(tarOf([file('x', 'content')]), {}, how)])).map(textOf)).toEqual(['content']);
});

test('gives a long file in pieces that overlap, and reads only what is wanted', async () => {
  const content = Array.from({ length: 2_600 }, (_, at) => String.fromCodePoint(97 + (at % 26))).join('');
  const image = layers([file('long', content), file('other')]);
  const pieces = await piecesOf(image, { ...small, pieceBytes: 1_000 }, (path) => path === 'long');
  expect(pieces.length).toBeGreaterThan(1);
  expect(new Set(pieces.map(({ path }) => path))).toEqual(new Set(['long']));
  expect(pieces.map(({ isLast }) => isLast)).toEqual([...pieces.slice(1).map(() => false), true]);
  for (const piece of pieces)
    expect(textOf(piece)).toBe(content.slice(piece.start, piece.start + piece.content.byteLength));
  for (const [at, { start }] of pieces.slice(1).entries()) {
    const before = pieces[at];
    expect(start).toBe((before?.start ?? 0) + (before?.content.byteLength ?? 0) - 500);
  }
});

test('says which files are executable', async () => {
  const pieces = await piecesOf(layers([{ ...file('x'), mode: 0o755 }, file('y')]));
  expect(pieces.map(({ path, executable }) => [path, executable])).toEqual([
    ['x', true],
    ['y', false],
  ]);
});

test('a fault of what is read ends it as that fault', async () => {
  const image = layerOf(tarOf([file('x')]), {
    open: async function* () {
      yield Buffer.from([0x1f, 0x8b]);
      throw new Error('the disk is gone');
    },
  });
  await expect(piecesOf([image])).rejects.toThrow('the disk is gone');
});
