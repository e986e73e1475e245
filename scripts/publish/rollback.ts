/**
 * Publishes the pages and lists of an older generation again, as a new generation. What is signed stays as it is:
 * hosts refuse metadata that is older than what they saw, and a revocation is never undone.
 */
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { keyringFormat, statusFormat } from '../../core/formats.ts';
import { openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import { maxTimestampBytes } from '../../core/limits.ts';
import { keyringPath, statusPath } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { nameOfRecord, openStatement, statusPredicateType } from '../../core/statement.ts';
import { canonicalJson, sameJson } from '../../core/canonical.ts';
import type { Generation, Status } from '../../schemas/types.ts';
import { isLinked, staysCurrent, timestampFile } from './delivery.ts';
import { readInventory, readPublication } from './generations.ts';
import { readOfGeneration } from './kept-files.ts';
import type { Files, LocalFiles } from './local-files.ts';
import { changedFiles, publish, type Publishing, type PublishOptions } from './publish.ts';
import type { Target } from './target.ts';
import { viewPath } from './view.ts';

/** Files that are looked for at one time. */
const atOnce = 24;

export type RollbackOptions = Omit<PublishOptions, 'all' | 'graceDays'>;

/** A way back removes nothing: more ways stay open. The next publication removes what is old. */
const graceDays = 9999;

/**
 * @throws Failure `nothing-published`, `unknown-generation`, `removed-generation`, `not-kept`, `unfinished`,
 * `revoked-since`, `left-since`, and what `publish` throws
 */
export async function rollback(target: Target, wanted: number, options: RollbackOptions): Promise<Publishing> {
  const remembered = await readPublication(target);
  const { generations } = remembered.publication;
  const generation = chooseGeneration(generations, wanted, target);
  const [current = generation] = generations;
  const [present, past] = [await inventoryOf(target, current), await inventoryOf(target, generation)];
  await checkFinished(target, present, current);
  const keyringFile = await readNamed(target, present, keyringPath, current);
  const keyring = openFormat(keyringFormat, keyringFile, keyringPath);
  const opened = openKeyring(keyring);
  checkNothingRevokedSince(
    await statusOf(target, past, generation, opened),
    await statusOf(target, present, current, opened),
    wanted,
  );
  checkNothingLeftSince(past, present, wanted);
  const files = filesAfter(present, past);
  const local: LocalFiles = {
    files,
    keyring,
    read: (path) => readNamed(target, files, path, generation),
  };
  await checkAllThere(target, files, changedFiles(files, present, remembered), generation);
  return publish(target, local, { ...options, graceDays }, { remembered, pagesOf: wanted });
}

/** @throws Failure `nothing-published`, `unknown-generation`, `removed-generation` */
function chooseGeneration(generations: readonly Generation[], wanted: number, target: Target): Generation {
  const [newest] = generations;
  if (newest === undefined)
    throw new Failure(
      'nothing-published',
      `nothing is published at ${target.place('')}`,
      'check the address; `registry publish` publishes there',
    );
  const found = generations.find(({ generation }) => generation === wanted);
  if (found !== undefined) return found;
  const there = generations.map(({ generation, publishedAt }) => `${generation} of ${publishedAt}`).join(', ');
  if (wanted > newest.generation)
    throw new Failure(
      'unknown-generation',
      `there is no generation ${wanted}; there are ${there}`,
      'choose one of these',
    );
  throw new Failure(
    'removed-generation',
    `the files of generation ${wanted} were removed after the time of --grace-days; there are ${there}`,
    'choose one of these, or revert the change in git, and sign, build and publish',
  );
}

/** What the new generation has: what is signed as it is now, the rest as it was, and what pages of either link to. */
function filesAfter(present: Files, past: Files): Files {
  const stays = [...present].filter(([path]) => staysCurrent(path) || isLinked(path));
  const returns = [...past].filter(([path]) => !staysCurrent(path));
  return new Map([...stays, ...returns].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws Failure `not-kept` */
async function inventoryOf(target: Target, generation: Generation): Promise<Files> {
  const found = await readInventory(target, generation);
  if (found !== undefined) return found;
  throw new Failure(
    'not-kept',
    `the list of the files of generation ${generation.generation} is missing or broken`,
    publishInstead,
  );
}

/** The timestamp may have moved on in a run that ended before it wrote down its generation. @throws Failure `unfinished` */
async function checkFinished(target: Target, present: Files, { generation }: Generation): Promise<void> {
  const there = await target.read(timestampFile, maxTimestampBytes);
  if (there !== undefined && sha256(there.bytes) === present.get(timestampFile)?.sha256) return;
  throw new Failure(
    'unfinished',
    `generation ${generation} is the newest that is remembered, and its timestamp is not the one that is published`,
    'a publication ended on the way: run `registry publish` first, which ends it',
  );
}

async function statusOf(target: Target, files: Files, generation: Generation, keyring: OpenKeyring): Promise<Status> {
  const bytes = await readNamed(target, files, statusPath, generation);
  const what = `the status of generation ${generation.generation}`;
  return openStatement(statusFormat, statusPredicateType, bytes, keyring, what).statement.predicate;
}

/** The old pages would offer what hosts refuse by now, and other programs would run it. @throws Failure `revoked-since` */
function checkNothingRevokedSince(past: Status, present: Status, wanted: number): void {
  const before = new Set(past.revoked.map(({ name, versions }) => keyOf(name, versions)));
  const since = present.revoked
    .filter(({ name, versions }) => !before.has(keyOf(name, versions)))
    .map(({ name, versions, state }) => `${name} ${[versions].flat().join(', ')} (${state})`);
  const raised = present.oldest
    .filter((entry) => !past.oldest.some((other) => sameJson(other, entry)))
    .map(({ name, version }) => `${name} before ${version}`);
  const all = [...since, ...raised];
  if (all.length === 0) return;
  throw new Failure(
    'revoked-since',
    `since generation ${wanted} these may not run any more: ${all.slice(0, maxNamed).join('; ')}${all.length > maxNamed ? `; and ${all.length - maxNamed} more` : ''}`,
    'its pages would still offer them: choose a later generation, or revert the change in git, and sign, build and publish',
  );
}

/**
 * The old pages, lists and files would show the groups of a view a server that is no longer for them. The whole registry loses
 * no server for good.
 * @throws Failure `left-since`
 */
function checkNothingLeftSince(past: Files, present: Files, wanted: number): void {
  if (!present.has(viewPath)) return;
  const left = [...past.keys()].filter((path) => !present.has(path)).flatMap((path) => nameOfRecord(path) ?? []);
  if (left.length === 0) return;
  throw new Failure(
    'left-since',
    `since generation ${wanted} these left the view: ${left.slice(0, maxNamed).join(', ')}${left.length > maxNamed ? `, and ${left.length - maxNamed} more` : ''}`,
    'its pages would show them again: choose a later generation, or revert the change in git, and sign, build and publish',
  );
}

const keyOf = (...parts: readonly unknown[]): string => Buffer.from(canonicalJson(parts)).toString('utf8');
const maxNamed = 5;

/** Before anything is sent: half of a way back would be worse than none. @throws Failure `not-kept` */
async function checkAllThere(
  target: Target,
  files: Files,
  changed: readonly string[],
  { generation }: Generation,
): Promise<void> {
  const missing: string[] = [];
  await mapConcurrently(changed, atOnce, async (path) => {
    const file = files.get(path);
    if (file !== undefined && (await readOfGeneration(target, path, file)) === undefined) missing.push(path);
  });
  if (missing.length === 0) return;
  const [first = ''] = missing.sort();
  throw new Failure(
    'not-kept',
    `${missing.length} of the files of generation ${generation} are not there any more, among them ${first}`,
    publishInstead,
  );
}

async function readNamed(target: Target, files: Files, path: string, { generation }: Generation): Promise<Buffer> {
  const file = files.get(path);
  const bytes = file === undefined ? undefined : await readOfGeneration(target, path, file);
  if (bytes !== undefined) return bytes;
  throw new Failure('not-kept', `${path} of generation ${generation} is not there any more`, publishInstead);
}

const publishInstead = 'choose another generation, or revert the change in git, and sign, build and publish';
