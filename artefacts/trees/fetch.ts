import type { Reach } from '../../core/download.ts';
import { fetchArchive } from '../archives/fetch.ts';
import { fetchCommit } from '../git/fetch.ts';
import { writeFileList } from '../git/file-list.ts';
import type { PartName, TreeType } from '../part.ts';

/** The bytes of a tree, from its own address. Whoever uses them checks them. @throws Failure and Refusal as `fetchArchive`, `fetchCommit` */
export async function fetchTree(
  { type, name, version }: PartName & { readonly type: TreeType },
  reach: Reach = 'any',
): Promise<Buffer> {
  const options = reach === 'public' ? { isPublic: true as const } : {};
  switch (type) {
    case 'mcpb':
    case 'tarball':
      return fetchArchive(name, options);
    case 'git':
      return writeFileList(await fetchCommit(name, version, options));
    default:
      return type satisfies never;
  }
}
