/**
 * The files that a container of an image sees: its layers, one over the other. Nothing is written to a disk. Where engines may
 * differ, more is read: a file that a layer holds twice is read twice, and a removal hides only what lower layers have.
 */
import { imagePieceBytes, maxImageBytes, maxImageEntries } from '../../core/limits.ts';
import { shown } from '../archives/checks.ts';
import { Cover } from './cover.ts';
import { layerRefusal, readLayer, tooLarge, type FilePiece, type Layer, type LayerEntry } from './layer.ts';

export interface ImageBounds {
  /** In all layers. */
  readonly entries: number;
  /** What all layers unpack to, and what is given out of their files. */
  readonly bytes: number;
  readonly pieceBytes: number;
}

const imageBounds: ImageBounds = { entries: maxImageEntries, bytes: maxImageBytes, pieceBytes: imagePieceBytes };

/**
 * The wanted files of one platform, those of the highest layer first. Each layer is read to its end and proved before anything of
 * it is given out. `layers` are from the lowest to the highest.
 * @throws Refusal E_DIGEST, E_ARCHIVE, E_TOO_LARGE
 */
export async function* readImageFiles(
  layers: readonly Layer[],
  wants: (path: string) => boolean,
  bounds: ImageBounds = imageBounds,
): AsyncGenerator<FilePiece> {
  const above = new Cover();
  const left = { ...bounds };
  let given = 0;
  let lower: Names = new Map();
  for (const layer of layers.toReversed()) {
    const entries = await entriesOf(layer, left);
    const seen = namesIn(layer, entries, above, lower);
    lower = seen.lower;
    const asked = new Map(
      [...seen.own].flatMap(([path, names]) => {
        const wanted = new Set([...names].filter(wants));
        return wanted.size === 0 ? [] : [[path, wanted] as const];
      }),
    );
    for await (const piece of contentOf(layer, asked, bounds))
      for (const path of asked.get(piece.path) ?? []) {
        // Links make much of little.
        given += piece.content.byteLength;
        if (given > bounds.bytes) throw tooLarge(`${layer.what} holds more in its files than is read of an image`);
        yield { ...piece, path };
      }
    above.add(entries);
  }
  const [target] = lower.keys();
  if (target !== undefined) throw linksToNothing(layers[0], target);
}

/** Names under which a file is seen, by the path where its content lies. */
type Names = ReadonlyMap<string, ReadonlySet<string>>;

async function entriesOf(layer: Layer, left: { entries: number; bytes: number; readonly pieceBytes: number }) {
  const entries: LayerEntry[] = [];
  const onEntry = (entry: LayerEntry): void => {
    left.entries--;
    // More are counted until the parser has gone through what it was given, and none is kept.
    if (left.entries >= 0) entries.push(entry);
  };
  for await (const _ of readLayer(layer, { bounds: left, onEntry, wants: () => false })) continue;
  if (left.entries < 0) throw tooLarge(`${layer.what} holds more entries than are read of an image`);
  return entries;
}

async function* contentOf(layer: Layer, asked: Names, { bytes, pieceBytes }: ImageBounds): AsyncGenerator<FilePiece> {
  if (asked.size === 0) return;
  yield* readLayer(layer, {
    bounds: { bytes, pieceBytes },
    onEntry: () => undefined,
    wants: (path) => asked.has(path),
  });
}

/**
 * Under which names each file of a layer is seen: its own, where no higher layer hides it, and those of links to it, in this layer
 * or a higher one. `lower` are links to what only a lower layer can hold.
 */
function namesIn(
  layer: Layer,
  entries: readonly LayerEntry[],
  above: Cover,
  fromAbove: Names,
): { readonly own: Names; readonly lower: Names } {
  const own = new Map<string, Set<string>>();
  const lower = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, path: string, name: string): void => {
    to.set(path, (to.get(path) ?? new Set()).add(name));
  };
  const byPath = new Map(entries.flatMap((each) => (isThere(each) ? [[each.path, each] as const] : [])));
  const link = (target: string, name: string): void => {
    const end = endOf(layer, byPath, target);
    if (end?.kind === 'lower') add(lower, end.path, name);
    else if (end?.kind === 'file') add(own, end.path, name);
  };
  for (const each of entries) {
    if (above.hides(each.path)) continue;
    if (each.kind === 'file') add(own, each.path, each.path);
    else if (each.kind === 'hard-link') link(each.target, each.path);
  }
  const removed = new Cover();
  removed.add(entries);
  for (const [target, names] of fromAbove) {
    if (!byPath.has(target) && removed.hides(target)) throw linksToNothing(layer, target);
    for (const name of names) link(target, name);
  }
  return { own, lower };
}

const isThere = ({ kind }: LayerEntry): boolean => kind !== 'whiteout' && kind !== 'opaque';

/** What a hard link leads to. Undefined for what has no content here: a symbolic link, a device. */
function endOf(
  layer: Layer,
  byPath: ReadonlyMap<string, LayerEntry>,
  target: string,
): { readonly kind: 'file' | 'lower'; readonly path: string } | undefined {
  const seen = new Set<string>();
  for (let path = target; ;) {
    const found = byPath.get(path);
    if (found === undefined) return { kind: 'lower', path };
    if (found.kind === 'file') return { kind: 'file', path };
    if (found.kind !== 'hard-link') return undefined;
    if (seen.has(path)) throw layerRefusal(layer.what, `holds ${shown(path)}, a link to itself`);
    seen.add(path);
    path = found.target;
  }
}

const linksToNothing = (layer: Layer | undefined, target: string) =>
  layerRefusal(layer?.what ?? 'the image', `and the layers above it link to ${shown(target)}, which is not there`);
