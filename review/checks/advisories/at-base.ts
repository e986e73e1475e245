import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../../../core/problem.ts';
import type { Policy } from '../../../schemas/types.ts';
import type { Base } from '../../../catalog/base.ts';
import { cloneSource } from '../../../catalog/clone-source.ts';
import { differsFrom, writeFilesAt } from '../../../catalog/files-at.ts';
import { openAdvisories, type AdvisorySource } from './source.ts';

/** The folder in the repository that the base takes advisories from; undefined if they come from another source. */
function folderAtBase({ commit, policy }: Base): { readonly commit: string; readonly folder: string } | undefined {
  const folder = /^folder:(?<path>[^/].*)$/u.exec(policy?.advisories.source ?? '')?.groups?.path;
  if (commit === undefined || folder === undefined || folder.split('/').includes('..')) return undefined;
  return { commit, folder };
}

/** A warning when a change touches the advisories, because every later review uses them. */
export async function checkAdvisoryChange(root: string, base: Base): Promise<Problem[]> {
  const kept = folderAtBase(base);
  if (kept === undefined || !(await differsFrom(root, kept.commit, kept.folder))) return [];
  return [
    {
      code: advisoriesChanged,
      file: kept.folder,
      message: 'the advisories change: after the merge, every server is reviewed with them',
      remedy: 'ask the security team to check which records are removed',
      severity: 'warning',
    },
  ];
}

export const advisoriesChanged = 'advisories-changed';

/**
 * The advisories for the review of a change: from the source in the base's policy; for a folder, with the content of the base.
 * So a change cannot choose the advisories that it is reviewed with.
 * @throws Failure `advisories-unavailable`
 */
export async function advisoriesAtBase(root: string, policy: Policy, base: Base): Promise<AdvisorySource> {
  const { source } = (base.policy ?? policy).advisories;
  const kept = folderAtBase(base);
  if (kept === undefined || !(await differsFrom(root, kept.commit, kept.folder)))
    return openAdvisories(source, { root });
  const temporary = await mkdtemp(join(tmpdir(), 'countersign-advisories-'));
  try {
    await writeFilesAt(await cloneSource(root), kept.commit, kept.folder, temporary);
    return await openAdvisories(source, { root: temporary });
  } finally {
    // A folder was read completely when it was opened.
    await rm(temporary, { recursive: true, force: true });
  }
}
