/** The types of a difference in one server between a commit and the working tree. */
import type { OfferList } from '../../core/offers.ts';
import type { DataClass, LifecycleEntry } from '../../schemas/types.ts';

export interface ServerDiff {
  readonly name: string;
  readonly kind: 'new' | 'changed' | 'deleted';
  /** A side is absent when it has no version, or when its manifest cannot be read. */
  readonly version: { readonly was?: string; readonly now?: string };
  /** Files that exist but cannot be read; their content is missing below. */
  readonly unread: readonly string[];
  /** Gained first, important ones before others. */
  readonly permissions: readonly PermissionChange[];
  readonly closure: ClosureDiff;
  readonly tools: ToolsDiff;
  /** Prompts, resources and resource templates: the lists that changed, or that are not pinned now. */
  readonly others: readonly OffersDiff[];
  /** Everything else in the manifest. */
  readonly fields: readonly FieldChange[];
  readonly licences: readonly LicenceChange[];
}

/** The old and the new value; either may be absent. It is text from outside, with limited length. */
export interface Change {
  readonly was?: string;
  readonly now?: string;
  /** Important: a reviewer must see it first. */
  readonly loud?: true;
}

/** Where a permission has nothing but a name: a host, a path, a variable, an argument or a tool. */
export type NamedArea =
  | 'network'
  | 'read'
  | 'write'
  | 'client'
  | 'environment'
  | 'secret'
  | 'credential'
  | 'argument'
  | 'command'
  | 'tool'
  | 'scope'
  | 'audience'
  | 'remote'
  | 'sign-in'
  | 'header'
  | 'variable'
  | 'transport';

/** `part` is what of it changed, in our words: `choices`. */
export interface NamedPermission {
  readonly area: NamedArea;
  readonly subject: string;
  readonly part?: string;
}

/** What a permission is about. Sentences are made from these fields, and nothing is read back from a sentence. */
export type Permission =
  | NamedPermission
  | { readonly area: 'label'; readonly tool: string; readonly label: string }
  /** `move` is absent when the server is new or deleted. */
  | { readonly area: 'data-class'; readonly dataClass: DataClass; readonly move?: 'lowered' | 'raised' }
  | { readonly area: 'lifecycle'; readonly state: LifecycleEntry['state']; readonly versions: string };

export type Area = Permission['area'];

/** Something that a server gained or lost: something that it may reach, gets, or may be used for. */
export type PermissionChange<P extends Permission = Permission> = Change & P & { readonly change: 'gained' | 'lost' };

/** A field of the manifest, or one entry of a list. */
export interface FieldChange extends Change {
  readonly field: string;
  /** The hint of a tool that promised something before: `readOnlyHint`. */
  readonly brokenPromise?: string;
  /** The changed words, when both values are long texts. */
  readonly words?: readonly WordRun[];
}

/** A piece of two compared texts. */
export interface WordRun {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

export type PackageMove =
  'added' | 'removed' | 'upgraded' | 'downgraded' | 'replaced' | 'version-added' | 'version-removed' | 'same-version';

/** A package of the closure, at all its paths. */
export interface PackageChange {
  readonly name: string;
  /** `replaced` when the versions have no order; `same-version` when only the fields below changed. */
  readonly change: PackageMove;
  /** Whether it is the artefact itself. */
  readonly root?: true;
  /** Versions, in order. */
  readonly was: readonly string[];
  readonly now: readonly string[];
  /** The number of installed copies. */
  readonly paths: { readonly was: number; readonly now: number };
  /** What a reviewer must see first, in words. */
  readonly alarms: readonly string[];
  /** Systems and processors that it is for. */
  readonly platforms?: Change;
}

export interface ClosureDiff {
  /** Places in the closure. */
  readonly places: { readonly was: number; readonly now: number };
  readonly counts: Readonly<Record<PackageMove, number>>;
  /** The artefact first, then those with alarms, then by change and name. */
  readonly packages: readonly PackageChange[];
}

/** A tool, a prompt, a resource or a resource template. */
export interface OfferChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** How many places of its definition differ; `changes` holds the first of them. */
  readonly count: number;
  /** `field` is a JSON pointer into the definition. Arguments of a prompt are by their name. */
  readonly changes: readonly FieldChange[];
  /** The number of definitions, when it is not one. */
  readonly definitions?: { readonly was: number; readonly now: number };
}

export interface ListDiff {
  readonly total: { readonly was: number; readonly now: number };
  readonly counts: Readonly<Record<OfferChange['change'], number>>;
  readonly changes: readonly OfferChange[];
  /** The names of all others. */
  readonly same: readonly string[];
}

export interface ToolsDiff extends ListDiff {
  /** How the tools were captured now, if not in a sandbox without a network. */
  readonly capture?: 'network' | 'none';
  readonly instructions: InstructionsDiff;
}

/** Texts that tell agents how to use the server. */
export interface InstructionsDiff {
  readonly added: readonly Instruction[];
  readonly removed: readonly Instruction[];
  /** The same texts as before, of which the lock had only the digests. */
  readonly recorded: readonly Instruction[];
}

export interface OffersDiff extends ListDiff {
  readonly list: OfferList;
  /** Whether the lock does not contain this list now, although the server has it. */
  readonly unpinned?: true;
}

/** A text for agents by its digest; the text where it is known. */
export interface Instruction {
  readonly sha256: string;
  readonly text?: string;
  /** The comparison with the text that it takes the place of, which is not among those removed. */
  readonly change?: FieldChange;
}

/** A changed licence of the server or of a package, or one that the closure gained or lost. */
export interface LicenceChange extends Change {
  readonly subject: string;
}

/** Facts about packages that are not in the lock. */
export interface Known {
  readonly publisherOf?: (name: string, version: string) => string | undefined;
  /** The text of an instruction, by its SHA-256. */
  readonly instruction?: (digest: string) => string | undefined;
}
