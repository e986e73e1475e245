/** What the publisher remembers beside the registry: which generations are there, and who publishes at the moment. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { inventoryFormat, publicationFormat } from '../../core/formats.ts';
import { maxInventoryBytes, maxPublicationBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { toSecond } from '../../core/time.ts';
import type { Generation, Publication, PublicationClaim } from '../../schemas/types.ts';
import type { Files } from './local-files.ts';
import type { Target } from './target.ts';

export const publicationPath = 'publication.json';
const inventoryPath = (digest: string): string => `publication/${digest}.json`;

/** After that the next run takes over, whatever became of this one. */
const claimMs = 15 * 60_000;

export interface Remembered {
  readonly publication: Publication;
  readonly version: string | undefined;
}

export async function readPublication(target: Target): Promise<Remembered> {
  const found = await target.read(publicationPath, maxPublicationBytes);
  if (found === undefined) return { publication: { schemaVersion: 1, generations: [] }, version: undefined };
  const publication = openFormat(publicationFormat, found.bytes, target.place(publicationPath));
  return { publication, version: found.version };
}

/** The files of a generation; nothing where the list is missing or broken, so that all of them are sent. */
export async function readInventory(target: Target, { inventory }: Generation): Promise<Files | undefined> {
  const path = inventoryPath(inventory);
  const found = await target.read(path, maxInventoryBytes);
  if (found === undefined || sha256(found.bytes) !== inventory) return undefined;
  try {
    return new Map(Object.entries(openFormat(inventoryFormat, found.bytes, target.place(path)).files));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Writes the list of a generation's files, and gives its digest. */
export async function writeInventory(target: Target, files: Files): Promise<string> {
  const bytes = canonicalJson({ schemaVersion: 1, files: Object.fromEntries(files) });
  const digest = sha256(bytes);
  await target.put(inventoryPath(digest), bytes);
  return digest;
}

export const removeInventory = (target: Target, { inventory }: Generation): Promise<void> =>
  target.remove(inventoryPath(inventory));

/**
 * Says that this run publishes from now on, by a conditional write: of several that take over from a run that ended, one
 * wins. @throws Failure `another-publisher`
 */
export async function claim(
  target: Target,
  { publication, version }: Remembered,
  id: string,
  now: Date,
): Promise<Remembered> {
  const { claim: other, generations } = publication;
  if (other !== undefined && isHeld(other, now))
    throw anotherPublisher(
      `another run has published there since ${other.since}`,
      `wait for it; if it was ended, run the command again after ${toSecond(endOf(other))}`,
    );
  const claimed: Publication = { schemaVersion: 1, generations, claim: { id, since: toSecond(now) } };
  const bytes = canonicalJson(claimed);
  if (!(await target.replace(publicationPath, bytes, version))) throw anotherPublisher('another run was quicker');
  const there = await target.read(publicationPath, maxPublicationBytes);
  if (there?.bytes.equals(bytes) !== true) throw anotherPublisher('another run took over');
  return { publication: claimed, version: there.version };
}

const endOf = ({ since }: PublicationClaim): Date => new Date(new Date(since).getTime() + claimMs);

/** One from further ahead than it lasts was made by a clock that was wrong, and would hold up everybody until then. */
export const isHeld = (claimed: PublicationClaim, now: Date): boolean =>
  claimed.ended !== true && now < endOf(claimed) && new Date(claimed.since).getTime() < now.getTime() + claimMs;

/** @throws Failure `another-publisher` where another run took over, as from one that took too long */
export async function checkStillClaimed(target: Target, { version }: Remembered): Promise<void> {
  const there = await target.read(publicationPath, maxPublicationBytes);
  if (there?.version !== version) throw anotherPublisher('another run took over', 'run the command again');
}

/** Says that this run failed, so that nobody waits for it. What it sent may be there: the claim stays, and tells. */
export async function giveUp(target: Target, { publication, version }: Remembered): Promise<void> {
  if (publication.claim === undefined) return;
  const ended: Publication = { ...publication, claim: { ...publication.claim, ended: true } };
  try {
    await target.replace(publicationPath, canonicalJson(ended), version);
  } catch (error) {
    // Why the run failed is what people have to know; without this word they wait a few minutes.
    if (!(error instanceof Failure)) throw error;
  }
}

/** Ends this run. @throws Failure `another-publisher` where another one took over meanwhile */
export async function release(
  target: Target,
  { version }: Remembered,
  generations: readonly Generation[],
): Promise<void> {
  const bytes = canonicalJson({ schemaVersion: 1, generations });
  if (!(await target.replace(publicationPath, bytes, version)))
    throw anotherPublisher('another run took over before this one ended', 'run the command again');
}

export const anotherPublisher = (message: string, remedy = 'look at what it published: this run did not'): Failure =>
  new Failure('another-publisher', message, remedy);
