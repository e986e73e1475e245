import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../../../schemas/types.ts';
import type { Base } from '../../catalog/base.ts';
import { differsFrom, writeFilesAt } from '../../catalog/files-at.ts';
import { openAdvisories, type AdvisorySource } from './source.ts';

/**
 * The advisories that count for a change: from the source that the base's policy names, and of a folder what the base
 * has in it. A change does not choose what is known against it.
 * @throws Failure `advisories-unavailable`
 */
export async function advisoriesAtBase(root: string, policy: Policy, base: Base): Promise<AdvisorySource> {
  const { source } = (base.policy ?? policy).advisories;
  const folder = /^folder:(?<path>[^/].*)$/u.exec(source)?.groups?.path;
  if (
    base.commit === undefined ||
    base.policy === undefined ||
    folder === undefined ||
    folder.split('/').includes('..')
  )
    return openAdvisories(source, { root });
  if (!(await differsFrom(root, base.commit, folder))) return openAdvisories(source, { root });
  const temporary = await mkdtemp(join(tmpdir(), 'countersign-advisories-'));
  try {
    await writeFilesAt(root, base.commit, folder, temporary);
    return await openAdvisories(source, { root: temporary });
  } finally {
    // A folder was read whole when it was opened.
    await rm(temporary, { recursive: true, force: true });
  }
}
