import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../../../core/problem.ts';
import type { Policy } from '../../../schemas/types.ts';
import type { Base } from '../../../catalog/base.ts';
import { cloneSource } from '../../../catalog/clone-source.ts';
import { differsFrom, writeFilesAt } from '../../../catalog/files-at.ts';
import { openAdvisories, type AdvisorySource } from './source.ts';

/** The folder in the repository that the base takes advisories from; nothing where they come from elsewhere. */
function folderAtBase({ commit, policy }: Base): { readonly commit: string; readonly folder: string } | undefined {
  const folder = /^folder:(?<path>[^/].*)$/u.exec(policy?.advisories.source ?? '')?.groups?.path;
  if (commit === undefined || folder === undefined || folder.split('/').includes('..')) return undefined;
  return { commit, folder };
}

/** A warning where a change touches the advisories: every later review uses them. */
export async function checkAdvisoryChange(root: string, base: Base): Promise<Problem[]> {
  const kept = folderAtBase(base);
  if (kept === undefined || !(await differsFrom(root, kept.commit, kept.folder))) return [];
  return [
    {
      code: advisoriesChanged,
      file: kept.folder,
      message: 'the advisories change: every server is reviewed by them after the merge',
      remedy: 'have the security team look at which records go',
      severity: 'warning',
    },
  ];
}

export const advisoriesChanged = 'advisories-changed';

/**
 * The advisories that count for a change: from the source that the base's policy names, and of a folder what the base
 * has in it. A change does not choose what is known against it.
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
    // A folder was read whole when it was opened.
    await rm(temporary, { recursive: true, force: true });
  }
}
