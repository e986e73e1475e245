/** Who must approve a change: by the policy as it was before it, and the stricter of what servers were and become. */
import type { ChangedPath } from '../../catalog/objects/changed-paths.ts';
import type { GitObjects } from '../../catalog/objects/git-objects.ts';
import { isPlainFile, type TreeEntry } from '../../catalog/objects/tree.ts';
import { sameJson } from '../../core/canonical.ts';
import { dataClasses } from '../../core/data-class.ts';
import { policyFormat } from '../../core/formats.ts';
import { readManifest } from '../../core/manifest.ts';
import { Refusal } from '../../core/refusal.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import { readYaml } from '../../core/yaml.ts';
import type { Manifest, Policy } from '../../schemas/types.ts';
import { isGuarded, needsEvidence, serverOf } from './which-paths.ts';

export interface Change {
  readonly parent: string;
  readonly commit: string;
  readonly paths: readonly ChangedPath[];
  /** The role of those who guard the rules. They may also change a lifecycle alone. */
  readonly guardians: string;
}

/** The roles, sorted. @throws Refusal E_EVIDENCE_POLICY, and what the objects throw */
export async function neededRoles(objects: GitObjects, change: Change): Promise<readonly string[]> {
  const { parent, commit, paths, guardians } = change;
  const policy = await policyAt(objects, parent);
  const roles = new Set<string>();
  const names = new Set<string>();
  for (const { path } of paths) {
    const name = serverOf(path);
    if (name !== undefined) names.add(name);
    else if (isGuarded(path) || needsEvidence(path)) roles.add(guardians);
  }
  const touched = new Set(paths.map(({ path }) => path));
  for (const name of names) {
    const before = await manifestAt(objects, parent, name);
    const after = await manifestAt(objects, commit, name);
    const isOnlyLifecycle =
      !touched.has(lockPath(name)) && isReadable(before) && isReadable(after) && sameButLifecycle(before, after);
    if (isOnlyLifecycle) roles.add(guardians);
    else for (const role of rolesOf(policy, [before, after])) roles.add(role);
  }
  return [...roles].sort();
}

/** Nothing where there is no such file. */
type Found = Manifest | 'unreadable' | undefined;

const isReadable = (found: Found): found is Manifest => found !== undefined && found !== 'unreadable';

/** The roles of both classes, so of the stricter one. Where a manifest cannot be read, it could be of any class. */
function rolesOf(policy: Policy, manifests: readonly Found[]): readonly string[] {
  const readable = manifests.filter(isReadable);
  const isUnclear = manifests.includes('unreadable') || readable.length === 0;
  const classes = isUnclear ? dataClasses : readable.map(({ data_classification: dataClass }) => dataClass);
  return classes.flatMap((dataClass) => policy.data_classes[dataClass].reviewers);
}

function sameButLifecycle(before: Manifest, after: Manifest): boolean {
  const { lifecycle: _before, ...old } = before;
  const { lifecycle: _after, ...now } = after;
  return sameJson(old, now);
}

async function policyAt(objects: GitObjects, commit: string): Promise<Policy> {
  const file = await fileAt(objects, commit, 'policy.yaml');
  const read = file === undefined ? undefined : readYaml(policyFormat, 'policy.yaml', file);
  if (read?.ok === true) return read.document.value;
  throw new Refusal(
    'E_EVIDENCE_POLICY',
    `the policy.yaml of ${commit}, by which the next commit is judged, ${read === undefined ? 'is not there' : 'cannot be read'}`,
    'let the signer begin again at a commit whose policy.yaml `registry validate` accepts',
  );
}

async function manifestAt(objects: GitObjects, commit: string, name: string): Promise<Found> {
  const file = manifestPath(name);
  const entry = await entryAt(objects, commit, file);
  if (entry === undefined) return undefined;
  if (!isPlainFile(entry)) return 'unreadable';
  const read = readManifest(file, await objects.blob(entry.id));
  return read.ok ? read.document.value : 'unreadable';
}

async function fileAt(objects: GitObjects, commit: string, path: string): Promise<Uint8Array | undefined> {
  const entry = await entryAt(objects, commit, path);
  return entry === undefined || !isPlainFile(entry) ? undefined : objects.blob(entry.id);
}

async function entryAt(objects: GitObjects, commit: string, path: string): Promise<TreeEntry | undefined> {
  let at: TreeEntry | undefined = { mode: '40000', id: (await objects.commit(commit)).tree };
  for (const name of path.split('/')) {
    if (at?.mode !== '40000') return undefined;
    at = (await objects.tree(at.id)).get(name);
  }
  return at;
}
