/** The rules about changes: which differences from the base are not allowed. */
import { subset, valid } from 'semver';
import { compareVersions, isVersion, orderOf } from '../artefacts/versions.ts';
import { isLower } from '../core/data-class.ts';
import { holds, isEnded, lifecycleOf, nextBuild } from '../core/lifecycle.ts';
import { changedField } from '../core/manifest-content.ts';
import type { Fault, Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import { dayOf } from '../core/time.ts';
import type { LifecycleEntry, Manifest } from '../schemas/types.ts';
import type { Base, BaseServer } from './base.ts';
import type { KnownVersions } from './history-rules.ts';
import type { RegistryFiles, SurveyedServer } from './registry-files.ts';

/**
 * What a change must not do: alter a version, go back to an older one, drop a revocation, or delete a server that may
 * still run.
 */
export function checkChanges(
  { servers, names }: RegistryFiles<SurveyedServer>,
  base: Base,
  now: Date,
  known: KnownVersions = new Map(),
): Problem[] {
  const here = new Map(servers.map((server) => [server.name, server]));
  const today = dayOf(new Date(now.getTime() + earliestZoneMs));
  const found = [...base.changed].flatMap(([name, before]) => {
    if (!names.has(name)) return before.manifest === undefined ? [] : checkDeleted(before.manifest);
    // A manifest that cannot be read is reported elsewhere.
    const server = here.get(name);
    return server === undefined ? [] : checkServer(server, before, base, today, known.get(name));
  });
  return [...(base.changes.has('policy.yaml') ? [policyChange] : []), ...found];
}

/** The code of the warning that the policy changes. */
export const policyChanged = 'policy-changed';

const policyChange: Problem = {
  code: policyChanged,
  file: 'policy.yaml',
  message: 'the policy changes: every server is reviewed by it after the merge',
  remedy: 'have the security team say in the pull request what it loosens, and why',
  severity: 'warning',
};

function checkDeleted({ name, version, lifecycle = [] }: Manifest): Problem[] {
  if (isEnded(lifecycle, version)) return [];
  return [
    {
      code: 'deleted-manifest',
      file: manifestPath(name),
      message: `the manifest was deleted, but ${version} may still run`,
      remedy: 'restore it and revoke or withdraw its versions under `lifecycle` first',
    },
  ];
}

type Found = Fault & Pick<Problem, 'severity'> & { readonly path: readonly string[] };

function checkServer(
  { manifest, name }: SurveyedServer,
  before: BaseServer,
  { changes }: Base,
  today: string,
  known: readonly string[] | undefined,
): Problem[] {
  const { file, value, locate } = manifest;
  const locked = changes.get(lockPath(name)) !== undefined;
  const found = checkReviewDay(value, today);
  if (before.manifest !== undefined || locked) found.push(...checkContent(value, before.manifest ?? value, locked));
  if (before.manifest !== undefined)
    for (const check of [checkVersion, checkDataClass, checkReviewOrder]) found.push(...check(value, before.manifest));
  if (before.manifest !== undefined) found.push(...checkRevocations(value, before.manifest, known));
  return found.map(({ path, ...fault }) => ({ file, ...locate(path), ...fault }));
}

function checkContent(manifest: Manifest, before: Manifest, locked: boolean): Found[] {
  const { name, version } = manifest;
  if (before.version !== version) return [];
  const field = locked ? 'the lock' : changedField(before, manifest);
  if (field === undefined) return [];
  return [
    {
      path: ['version'],
      code: 'same-version-changed',
      message: `${field} changed, but ${name} is still version ${version}`,
      remedy: `give it a new version, such as ${nextBuild(version)}: what was approved under this one stays what it was`,
    },
  ];
}

function checkVersion(manifest: Manifest, before: Manifest): Found[] {
  const { version, lifecycle = [] } = manifest;
  const type = orderOf(manifest);
  if (!isVersion(type, version) || !isVersion(type, before.version)) return [];
  if (compareVersions(type, version, before.version) >= 0) return [];
  // From a version that is deprecated, revoked or withdrawn, going back is allowed.
  if (lifecycleOf(lifecycle, before.version) !== undefined) return [];
  return [
    {
      path: ['version'],
      code: 'version-backwards',
      message: `the version is ${version}, and was ${before.version}`,
      remedy: `give it a higher version; to go back for a reason, say under \`lifecycle\` what became of ${before.version}`,
    },
  ];
}

function checkDataClass({ data_classification: after }: Manifest, { data_classification: before }: Manifest): Found[] {
  if (!isLower(after, before)) return [];
  return [
    {
      path: ['data_classification'],
      code: 'data-class-lowered',
      message: `the data class is lowered from ${before} to ${after}`,
      remedy: `say in the pull request why less is enough; the reviewers that ${before} asks for must approve it`,
      severity: 'warning',
    },
  ];
}

function checkReviewOrder({ reviewed_at: after }: Manifest, { reviewed_at: before }: Manifest): Found[] {
  if (after >= before) return [];
  return [
    {
      path: ['reviewed_at'],
      code: 'review-backwards',
      message: `the access review is of ${after}, and was of ${before}`,
      remedy: 'write the day of the latest review',
    },
  ];
}

/** The time zone where a day begins first is so far ahead of UTC. */
const earliestZoneMs = 14 * 3_600_000;

function checkReviewDay({ reviewed_at: day }: Manifest, today: string): Found[] {
  if (day <= today) return [];
  return [
    {
      path: ['reviewed_at'],
      code: 'review-in-future',
      message: `the access review is of ${day}, which is after ${today}`,
      remedy: 'write the day on which it was done',
    },
  ];
}

/** A range may give way to a list of the versions that it ended: so a new version can follow after `*`. */
function checkRevocations(
  { lifecycle: after = [] }: Manifest,
  { lifecycle: before = [], version }: Manifest,
  known: readonly string[] | undefined,
): Found[] {
  const listed = (entry: LifecycleEntry): boolean =>
    known !== undefined &&
    stillEnds(after, { ...entry, versions: [...known, version].filter((each) => holds(entry.versions, each)) });
  return before
    .filter((entry) => entry.state !== 'deprecated' && !stillEnds(after, entry) && !listed(entry))
    .map(({ state, versions }) => ({
      path: ['lifecycle'],
      code: 'revocation-removed',
      message: `${inWords(versions)} was ${state}, and no entry says so any more`,
      remedy: 'restore the entry: a version that was refused is followed by a new one, not by itself',
    }));
}

const inWords = (versions: LifecycleEntry['versions']): string =>
  typeof versions === 'string' ? JSON.stringify(versions) : versions.join(', ');

/** Whether entries still end every version that one entry ended, in the same or a more severe state. */
function stillEnds(entries: readonly LifecycleEntry[], { state, versions }: LifecycleEntry): boolean {
  const as = entries.filter((entry) => entry.state === state || entry.state === 'revoked');
  if (typeof versions !== 'string') return versions.every((version) => isEnded(as, version));
  if (as.some((entry) => typeof entry.versions === 'string' && entry.versions.trim() === versions.trim())) return true;
  const ranges = as.flatMap((entry) =>
    typeof entry.versions === 'string' ? entry.versions.trim() : entry.versions.filter((each) => valid(each) !== null),
  );
  if (ranges.includes('*')) return true;
  // `*` also holds versions that are not semver, which no other range does. An empty list of ranges would hold
  // everything.
  if (versions.trim() === '*' || ranges.length === 0) return false;
  return subset(versions, ranges.join(' || '), { includePrerelease: true });
}
