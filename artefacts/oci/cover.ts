/** What higher layers of an image hide in lower ones. */
import { parentOf } from '../../core/inner-path.ts';
import type { LayerEntry } from './layer.ts';

/**
 * Engines differ where one layer says two things about a path: removed, and there again as a folder. Some show then what lower
 * layers have in it. So nothing is hidden there, and what a container may see is read.
 */
export class Cover {
  /** These and all in them. */
  readonly #hidden = new Set<string>();
  /** All in these folders. */
  readonly #emptied = new Set<string>();

  /** Adds the next lower layer, for those below it. */
  add(entries: readonly LayerEntry[]): void {
    const folders = new Set<string>();
    const replaced = new Set<string>();
    for (const { kind, path } of entries) {
      if (kind === 'folder') folders.add(path);
      else if (kind !== 'opaque') replaced.add(path);
      if (kind !== 'whiteout') for (const above of foldersAround(path)) folders.add(above);
    }
    for (const path of replaced) if (!folders.has(path) && isCertain(path)) this.#hidden.add(path);
    for (const { kind, path } of entries)
      if (kind === 'opaque' && isCertain(path) && ![path, ...foldersAround(path)].some((each) => replaced.has(each)))
        this.#emptied.add(path);
  }

  /** Whether no container sees what a lower layer has under the path. */
  hides(path: string): boolean {
    return (
      this.#hidden.has(path) || foldersAround(path).some((each) => this.#hidden.has(each) || this.#emptied.has(each))
    );
  }
}

/** Names that are no UTF-8 are read as one, with a replacement character: which of them is meant is not known. */
const isCertain = (path: string): boolean => !path.includes('\ufffd');

/** The nearest first, and the top of the image last. */
function foldersAround(path: string): string[] {
  const around: string[] = [];
  for (let above = path; above !== '';) {
    above = parentOf(above);
    around.push(above);
  }
  return around;
}
