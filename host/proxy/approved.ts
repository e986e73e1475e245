/** What a server may show and do, from its approved manifest and lock. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxOfferUriLength } from '../../core/limits.ts';
import { kindOf, offerKinds, offersOf, pinnedPart, type OfferList } from '../../core/offers.ts';
import type { Lock, LockedOffer, Manifest } from '../../schemas/types.ts';
import { matchesTemplate } from './uri-template.ts';

/** Why an entry of a list does not reach the client. */
export type Unapproved = 'unknown' | 'changed' | 'not allowed' | 'malformed';

/** The entries of a list, as the client gets them, and the keys of all others. */
export interface Filtered {
  readonly kept: readonly JsonObject[];
  readonly removed: readonly { readonly key: string; readonly why: Unapproved }[];
}

export class Approved {
  /** By list and key: what was locked under it. */
  readonly #locked: ReadonlyMap<OfferList, ReadonlyMap<string, LockedOffer>>;
  readonly #unpinned: ReadonlySet<OfferList>;
  /** The only tools that may be used; undefined: all that are locked. */
  readonly #allowed: ReadonlySet<string> | undefined;
  readonly #instructions: ReadonlySet<string>;
  readonly #neverCaptured: boolean;

  constructor({ tools }: Pick<Manifest, 'tools'>, lock: Lock) {
    this.#locked = new Map(
      offerKinds.map((kind) => [kind.list, new Map(offersOf(lock, kind).map((offer) => [offer.name, offer]))]),
    );
    // Nobody knew what it shows when it was approved, and the review said so.
    this.#neverCaptured = lock.capture === 'none';
    this.#unpinned = new Set(this.#neverCaptured ? offerKinds.map(({ list }) => list) : (lock.unpinned ?? []));
    this.#allowed = tools?.allow === undefined ? undefined : new Set(tools.allow);
    this.#instructions = new Set(lock.instructions);
  }

  /** Whether a client may use a tool or a prompt of this name. */
  may(list: 'tools' | 'prompts', name: string): boolean {
    if (list === 'tools' && this.#allowed?.has(name) === false) return false;
    return this.#unpinned.has(list) || this.#lockedIn(list).has(name);
  }

  /** Whether a client may read a resource: one that was approved, or that an approved template stands for. */
  mayRead(uri: string): boolean {
    // No lock holds a longer one, and a server's own could make the comparison long.
    if (uri.length > maxOfferUriLength) return false;
    if (this.#unpinned.has('resources') || this.#unpinned.has('resourceTemplates')) return true;
    return (
      this.#lockedIn('resources').has(uri) ||
      [...this.#lockedIn('resourceTemplates').keys()].some((template) => matchesTemplate(template, uri))
    );
  }

  /** Whether this is an approved template, as it stands. */
  isTemplate(template: string): boolean {
    return this.#unpinned.has('resourceTemplates') || this.#lockedIn('resourceTemplates').has(template);
  }

  /** The schemas of a tool's arguments, one for each of its approved definitions; empty where it is not pinned. */
  inputSchemas(tool: string): readonly JsonObject[] {
    const definitions = this.#lockedIn('tools').get(tool)?.definitions ?? [];
    return definitions.flatMap(({ definition: { inputSchema } }) => (isJsonObject(inputSchema) ? [inputSchema] : []));
  }

  /** The instructions of a server, if exactly this text was approved. */
  mayInstruct(text: string): boolean {
    return this.#neverCaptured || this.#instructions.has(sha256(text));
  }

  /** Only what was approved passes, exactly as it was approved. */
  filter(list: OfferList, entries: readonly unknown[]): Filtered {
    const kept: JsonObject[] = [];
    const removed: { key: string; why: Unapproved }[] = [];
    for (const entry of entries) {
      const why = this.#whyNot(list, entry);
      if (why === undefined) kept.push(pinnedPart(list, entry as JsonObject));
      else removed.push({ key: keyOfEntry(list, entry), why });
    }
    return { kept, removed };
  }

  #whyNot(list: OfferList, entry: unknown): Unapproved | undefined {
    const key = isJsonObject(entry) ? entry[kindOf(list).key] : undefined;
    if (!isJsonObject(entry) || typeof key !== 'string') return 'malformed';
    if (list === 'tools' && this.#allowed?.has(key) === false) return 'not allowed';
    if (this.#unpinned.has(list)) return undefined;
    const offer = this.#lockedIn(list).get(key);
    if (offer === undefined) return 'unknown';
    const digest = sha256(canonicalJson(pinnedPart(list, entry)));
    return offer.definitions.some((definition) => definition.sha256 === digest) ? undefined : 'changed';
  }

  #lockedIn(list: OfferList): ReadonlyMap<string, LockedOffer> {
    return this.#locked.get(list) ?? new Map();
  }
}

const keyOfEntry = (list: OfferList, entry: unknown): string => {
  const key = isJsonObject(entry) ? entry[kindOf(list).key] : undefined;
  return typeof key === 'string' ? key : '(without a name)';
};
