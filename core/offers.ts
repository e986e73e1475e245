/** The lists of what a server offers to agents, and what identifies an entry of each. */
import type { Lock, LockedOffer } from '../schemas/types.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { maxOfferNameLength, maxOfferUriLength } from './limits.ts';

/** The field of a lock, and of the answer of a server. */
export type OfferList = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

export interface OfferKind {
  readonly list: OfferList;
  /** Its name in messages and in subjects of findings. */
  readonly one: string;
  /** The field of a definition that identifies it. */
  readonly key: 'name' | 'uri' | 'uriTemplate';
  /** The same in words. */
  readonly keyWord: string;
  /** In characters. */
  readonly maxKeyLength: number;
}

export const toolKind: OfferKind = {
  list: 'tools',
  one: 'tool',
  key: 'name',
  keyWord: 'name',
  maxKeyLength: maxOfferNameLength,
};

/** Everything but tools: what a server offers only if its capabilities say so, and what locks do not always have. */
export const otherKinds: readonly OfferKind[] = [
  { list: 'prompts', one: 'prompt', key: 'name', keyWord: 'name', maxKeyLength: maxOfferNameLength },
  { list: 'resources', one: 'resource', key: 'uri', keyWord: 'URI', maxKeyLength: maxOfferUriLength },
  {
    list: 'resourceTemplates',
    one: 'resource template',
    key: 'uriTemplate',
    keyWord: 'URI template',
    maxKeyLength: maxOfferUriLength,
  },
];

export const offerKinds: readonly OfferKind[] = [toolKind, ...otherKinds];

const byList = new Map(offerKinds.map((kind) => [kind.list, kind]));
export const kindOf = (list: OfferList): OfferKind => byList.get(list) ?? toolKind;

/** What a lock says about what its server offers, or the same from another source. */
export type Offered = Pick<
  Lock,
  'tools' | 'prompts' | 'resources' | 'resourceTemplates' | 'unpinned' | 'instructions' | 'instructionTexts'
>;

/** One list. A lock leaves out what is empty. */
export const offersOf = (
  offers: Partial<Pick<Offered, OfferList>> | undefined,
  { list }: Pick<OfferKind, 'list'>,
): readonly LockedOffer[] => offers?.[list] ?? [];

/** `19 tools, 3 prompts`. Tools are named also where there are none. */
export const countOffers = (offers: Partial<Pick<Offered, OfferList>>): string =>
  offerKinds
    .map((kind) => [offersOf(offers, kind).length, kind] as const)
    .filter(([length, { list }]) => length > 0 || list === 'tools')
    .map(([length, { one }]) => `${length} ${one}${length === 1 ? '' : 's'}`)
    .join(', ');

/**
 * What a lock pins of a definition: all of it, except how long a resource is and when it changed. Those belong to its content,
 * which nobody pins.
 */
export function pinnedPart(list: OfferList, definition: JsonObject): JsonObject {
  if (list !== 'resources' && list !== 'resourceTemplates') return definition;
  const { size: _, ...pinned } = definition;
  if (!isJsonObject(pinned.annotations)) return pinned;
  const { lastModified: __, ...annotations } = pinned.annotations;
  return { ...pinned, annotations };
}
