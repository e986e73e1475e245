/** Puts together what a server showed to several clients, in the form of a lock. */
import { canonicalJson, sameJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { maxInstructions, maxLockedOffers, maxOffersBytes } from '../core/limits.ts';
import { otherKinds, toolKind, type Offered, type OfferKind } from '../core/offers.ts';
import type { AnsweringServer, LockedDefinition, LockedOffer, UnpinnedList } from '../schemas/types.ts';
import { unusable } from './requests.ts';
import type { Definition, Said } from './mcp-session.ts';

/** What a server showed. It has lists that are not pinned too, because their texts are checked. */
export type Captured = Omit<AnsweringServer, 'kind' | 'name' | 'lock'>;

/** The same in the form of a lock, which has only what is pinned. */
export function lockedOffers({ instructions, ...lists }: Captured): Offered {
  const offered: Offered = {
    ...lists,
    instructions: instructions.map(({ sha256: digest }) => digest),
    ...(instructions.length > 0 && { instructionTexts: instructions.map(({ text }) => text) }),
  };
  for (const list of lists.unpinned ?? []) delete offered[list];
  return offered;
}

/** Whether two starts of a server listed the same resources. */
export const sameResources = (a: Said, b: Said): boolean =>
  sameJson(digestsOf(a.others.get('resources')), digestsOf(b.others.get('resources')));

const digestsOf = (list: unknown): unknown =>
  Array.isArray(list) ? [...new Set(list.map((entry) => sha256(canonicalJson(entry))))].sort() : null;

/**
 * Every captured definition once, by what identifies it. `varies` says that the resources depend on more than the server.
 * @throws Failure `capture` if a lock cannot contain them
 */
export function union(said: readonly Said[], varies: boolean): Captured {
  const instructions = instructionsOf(said);
  let bytes = instructions.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const gather = (kind: OfferKind): LockedOffer[] => {
    const gathered = offersIn(said, kind);
    bytes += gathered.bytes;
    if (bytes > maxOffersBytes)
      throw unusable(
        `its ${kind.one}s and what comes before them have ${bytes} bytes; a lock can have ${maxOffersBytes}`,
      );
    return gathered.offers;
  };
  const captured: Captured = { tools: gather(toolKind), instructions };
  for (const kind of otherKinds) {
    const offers = gather(kind);
    if (offers.length > 0) captured[kind.list] = offers;
  }
  const unpinned = unpinnedLists.filter((list) => isMissing(said, list) || (list === 'resources' && varies));
  return { ...captured, ...(unpinned.length > 0 && { unpinned }) };
}

/** Sorted. */
const unpinnedLists: readonly UnpinnedList[] = ['prompts', 'resourceTemplates', 'resources'];

/** Whether the server has such a list, and gave it to nobody. */
function isMissing(said: readonly Said[], list: UnpinnedList): boolean {
  const answers = new Set(
    said.map(({ others }) => others.get(list)).map((each) => (Array.isArray(each) ? 'list' : each)),
  );
  return answers.has('no answer') && !answers.has('list');
}

function offersIn(said: readonly Said[], kind: OfferKind): { readonly offers: LockedOffer[]; readonly bytes: number } {
  const byName = new Map<string, Map<string, LockedDefinition>>();
  let bytes = 0;
  for (const definition of said.flatMap((each) => listOf(each, kind))) {
    const name = String(definition[kind.key]);
    const canonical = canonicalJson(definition);
    const digest = sha256(canonical);
    const definitions = byName.get(name) ?? new Map<string, LockedDefinition>();
    if (definitions.has(digest)) continue;
    bytes += canonical.byteLength;
    byName.set(name, definitions.set(digest, { sha256: digest, definition }));
  }
  if (byName.size > maxLockedOffers)
    throw unusable(`it offers ${byName.size} ${kind.one}s; a lock can have ${maxLockedOffers}`);
  const offers = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definitions]) => ({
      name,
      definitions: [...definitions.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
    }));
  return { offers, bytes };
}

function listOf({ tools, others }: Said, { list }: OfferKind): readonly Definition[] {
  const found = list === 'tools' ? tools : others.get(list);
  return found === undefined || found === 'no answer' ? [] : found;
}

function instructionsOf(said: readonly Said[]): Captured['instructions'] {
  const texts = new Set(said.flatMap(({ instructions }) => (instructions === undefined ? [] : [instructions])));
  if (texts.size > maxInstructions)
    throw unusable(`it gave ${texts.size} instructions; a lock can have ${maxInstructions}`);
  return [...texts].map((text) => ({ sha256: sha256(text), text })).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}
