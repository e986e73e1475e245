/** Chooses the version of a Python package for a new server. */
import { explain, rcompare } from '@renovatebot/pep440';
import { releasesOf } from './newer.ts';
import type { Project } from './project-page.ts';

export interface Adoptable {
  readonly version: string;
  /** The newest version, if it is still too new. */
  readonly tooNew?: string;
}

/**
 * The newest version with a wheel, if it was published by then; otherwise the newest earlier version that was. If no version
 * was published by then, or the dates are unknown, the newest. Pre-releases are left out where there is something else.
 * Undefined if there is no version with a wheel that is not withdrawn.
 */
export function adoptableVersion(project: Project, asOf: Date): Adoptable | undefined {
  const all = releasesOf(project).sort((a, b) => rcompare(a.version, b.version));
  const stable = all.filter(({ version }) => explain(version)?.is_prerelease === false);
  const candidates = stable.length > 0 ? stable : all;
  const [newest] = candidates;
  if (newest === undefined) return undefined;
  const isOut = ({ publishedAt }: (typeof candidates)[number]): boolean =>
    publishedAt !== undefined && new Date(publishedAt) <= asOf;
  if (newest.publishedAt === undefined || isOut(newest)) return { version: newest.version };
  return { version: candidates.find(isOut)?.version ?? newest.version, tooNew: newest.version };
}
