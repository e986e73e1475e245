/** The rules between a registry and its earlier versions. The gate and the signer both report them. */
import { canHold, isEnded } from '../core/lifecycle.ts';
import type { Problem } from '../core/problem.ts';
import { manifestPath } from '../core/statement.ts';
import type { LifecycleEntry } from '../schemas/types.ts';
import type { Base } from './base.ts';
import { isShallow } from './clone-source.ts';
import { readHistory, versionOf, type History } from './history.ts';
import type { RegistryFiles, SurveyedServer } from './registry-files.ts';
import { deletedManifest, stillRunning } from './wanted.ts';

/** The versions that a server had before a change, by name; of a server that no rule asks about, nothing. */
export type KnownVersions = ReadonlyMap<string, readonly string[]>;

/**
 * Whatever of history the rules ask about, and the manifests that were deleted before this change. Nothing outside git,
 * nor where a clone does not have it. @throws Failure `git`
 */
export async function knownVersions(
  root: string,
  { servers, names: here }: RegistryFiles<SurveyedServer>,
  { commit, changed }: Base,
): Promise<{ readonly known: KnownVersions; readonly problems: readonly Problem[] }> {
  const none = { known: new Map(), problems: [] };
  if (commit === undefined) return none;
  const ending = servers.filter(({ manifest }) => rangesOf(manifest.value.lifecycle ?? []).length > 0);
  const names = new Set([...ending.map(({ name }) => name), ...changed.keys()]);
  if (await isShallow(root)) return { ...none, problems: names.size === 0 ? [] : [shallow] };
  const asked = { has: (name: string): boolean => names.has(name) || !here.has(name) };
  const history = await readHistory(root, { at: commit, names: asked });
  return {
    known: new Map([...history].map(([name, states]) => [name, [...new Set(states.map(versionOf))]])),
    problems: deletedBefore(history, (name) => here.has(name) || changed.has(name)),
  };
}

/**
 * The report about a server without a manifest, as signing words it. It is only a warning: a problem that an earlier
 * change left must not stop this change, else nothing could be revoked until it is fixed. Signing knows the approvals,
 * so it does not report versions that were never approved.
 */
const deletedBefore = (history: History, isJudgedElsewhere: (name: string) => boolean): Problem[] =>
  [...history].flatMap(([name, states]) => {
    if (isJudgedElsewhere(name)) return [];
    const last = states.findLast(({ manifest }) => manifest !== undefined)?.manifest;
    const running = stillRunning(states.map(versionOf), last?.lifecycle ?? []);
    return running.length === 0 ? [] : [{ ...deletedManifest(name, running), severity: 'warning' as const }];
  });

/** The problems that the gate finds by comparing a registry with its history. */
export function checkHistory(
  { servers, names }: RegistryFiles<SurveyedServer>,
  { changed }: Base,
  known: KnownVersions,
): Problem[] {
  const deleted = [...changed].flatMap(([name, { manifest }]) => {
    if (names.has(name)) return [];
    const running = stillRunning(known.get(name) ?? [], manifest?.lifecycle ?? []);
    // Of its last version, the rules of a change say the same.
    const others = running.filter((version) => version !== manifest?.version);
    return others.length === 0 ? [] : [deletedManifest(name, others)];
  });
  return [
    ...deleted,
    ...servers.flatMap(({ name, manifest: { value } }) => {
      const { version, lifecycle = [] } = value;
      const before = known.get(name);
      const isNew = before !== undefined && before.length > 0 && !before.includes(version);
      return [
        ...checkRanges(name, [...(before ?? []), version], lifecycle),
        ...(isNew && isEnded(lifecycle, version) ? [endedBeforeApproval(name, version, lifecycle)] : []),
      ];
    }),
  ];
}

/** A range does not cover versions that are not semver. A person who revokes must know which versions still run. */
export const checkRanges = (
  name: string,
  versions: readonly string[],
  lifecycle: readonly LifecycleEntry[],
): Problem[] =>
  stillRunning(versions, lifecycle).flatMap((version) =>
    rangesOf(lifecycle)
      .filter(({ versions: range }) => !canHold(range, version))
      .map(({ state, versions: range }) => ({
        code: 'range-without-semver',
        file: manifestPath(name),
        message: `the range ${JSON.stringify(range)} under lifecycle says nothing about ${version}, which is not semver and may still run`,
        remedy: `list it: another ${state} entry with versions: ["${version}"], or "*" for all`,
      })),
  );

/** A version that its own lifecycle ends is never approved. A person who adds one after `*` must be told. */
export function endedBeforeApproval(name: string, version: string, lifecycle: readonly LifecycleEntry[]): Problem {
  const entry = lifecycle.find((each) => isEnded([each], version));
  return {
    code: 'ended-before-approval',
    file: manifestPath(name),
    message: `${name} ${version} is not approved: ${JSON.stringify(entry?.versions ?? '*')} under lifecycle is ${entry?.state ?? 'revoked'}, and holds it`,
    remedy:
      'to let it run, list under `versions` of that entry the earlier versions that are meant, in place of the range',
    severity: 'warning',
  };
}

const rangesOf = (lifecycle: readonly LifecycleEntry[]): LifecycleEntry[] =>
  lifecycle.filter(({ state, versions }) => state !== 'deprecated' && typeof versions === 'string');

const shallow: Problem = {
  code: 'shallow-clone',
  file: '',
  message: 'this clone does not have the whole history: rules about versions of the past are not checked',
  remedy: 'run `git fetch --unshallow`',
  severity: 'warning',
};
