/** What the publisher remembers beside the registry: which generations are there, and who publishes at the moment. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { inventoryFormat, publicationFormat } from '../../core/formats.ts';
import { maxInventoryBytes, maxPublicationBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { toSecond } from '../../core/time.ts';
import type { Generation, Publication } from '../../schemas/types.ts';
import type { Files } from './local-files.ts';
import type { Target } from './target.ts';

const publicationPath = 'publication.json';
const inventoryPath = (digest: string): string => `publication/${digest}.json`;

/** After that a run has ended, whatever became of it. Longer runs are cut off by the one that comes next. */
const claimMinutes = 15;

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

/** Says that this run publishes from now on. @throws Failure `another-publisher` */
export async function claim(
  target: Target,
  { publication, version }: Remembered,
  id: string,
  now: Date,
): Promise<Remembered> {
  const { claim: other, generations } = publication;
  if (other !== undefined) {
    const free = new Date(new Date(other.since).getTime() + claimMinutes * 60_000);
    if (now < free)
      throw anotherPublisher(
        `another run has published there since ${other.since}`,
        `wait for it; if it was ended, run the command again after ${toSecond(free)}`,
      );
  }
  const claimed: Publication = { schemaVersion: 1, generations, claim: { id, since: toSecond(now) } };
  const bytes = canonicalJson(claimed);
  if (!(await target.replace(publicationPath, bytes, version))) throw anotherPublisher('another run was quicker');
  const there = await target.read(publicationPath, maxPublicationBytes);
  if (there?.bytes.equals(bytes) !== true) throw anotherPublisher('another run took over');
  return { publication: claimed, version: there.version };
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
