/** Keeps a view and the whole registry, or the views of different groups, from being published at the same address. */
import { sameJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import { viewFormat } from '../../core/formats.ts';
import { openFormat } from '../../core/open-format.ts';
import type { Publication } from '../../schemas/types.ts';
import type { Files, LocalFiles } from './local-files.ts';
import type { Target } from './target.ts';
import type { There } from './there.ts';
import { viewPath } from './view.ts';

/** The groups of a view; nothing of the whole registry. */
type Audience = readonly string[] | undefined;

/**
 * What is published after the other would be seen by people who may not see it, or be missing for hosts that need it.
 * Where nothing is yet, a view says first what it is, so that a run that ends on the way leaves no doubt.
 * @throws Failure `other-view`
 */
export async function checkSameView(target: Target, local: LocalFiles, before: Before): Promise<void> {
  const here = local.files.get(viewPath);
  // Where it is known what is there, nothing is read.
  if (before.inventory !== undefined && before.inventory.get(viewPath)?.sha256 === here?.sha256) return;
  const bytes = here && (await local.read(viewPath));
  const wanted = audienceIn(bytes, viewPath);
  const published = await readView(target);
  if (published === undefined && wanted === undefined) return;
  if (published !== undefined && sameJson(published, wanted)) return;
  if (published !== undefined || bytes === undefined || !isEmpty(before)) throw otherView(published, wanted);
  if (await target.replace(viewPath, bytes, undefined)) return;
  const quicker = await readView(target);
  if (!sameJson(quicker, wanted)) throw otherView(quicker, wanted);
}

/** What a run finds at the target. */
interface Before {
  readonly there: There;
  readonly inventory: Files | undefined;
  readonly publication: Publication;
}

const isEmpty = ({ there, publication: { generations, claim } }: Before): boolean =>
  there.root === undefined && there.timestamp === undefined && claim === undefined && generations.length === 0;

/** Which groups what is published there is for. @throws Refusal where the file that says it is broken */
export const readView = async (target: Target): Promise<Audience> =>
  audienceIn((await target.read(viewPath, viewFormat.maxBytes))?.bytes, target.place(viewPath));

const audienceIn = (bytes: Uint8Array | undefined, place: string): Audience =>
  bytes === undefined ? undefined : openFormat(viewFormat, bytes, place).audience;

const otherView = (published: Audience, wanted: Audience): Failure =>
  new Failure(
    'other-view',
    `${viewWords(published)} is published there, and this is ${viewWords(wanted)}`,
    'give each an address of its own, and publish this one to an empty one',
  );

export const viewWords = (audience: Audience): string =>
  audience === undefined ? 'the whole registry' : `the view for ${audience.join(', ')}`;
