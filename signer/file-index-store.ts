/** Where the index of files lies: beside the approvals, in the state that only the signer writes. */
import { FileIndex } from '../catalog/file-index.ts';
import { maxIndexBytes } from '../core/limits.ts';
import type { State } from './state/state.ts';

const indexFile = 'index/files.jsonl';

/** An empty one where everything is to be read again. */
export async function readFileIndex(
  state: State,
  { program, reread }: { readonly program: string; readonly reread?: true },
): Promise<FileIndex> {
  const stored = await state.read(indexFile, maxIndexBytes);
  return FileIndex.from(reread === true ? undefined : stored?.bytes, program, stored?.version);
}

/** Stores what is known now, for the next run. Where another was quicker, what that one knows stays. */
export async function writeFileIndex(state: State, index: FileIndex): Promise<void> {
  if (index.changed) await state.replace(indexFile, index.toBytes(), index.storedAs);
}
