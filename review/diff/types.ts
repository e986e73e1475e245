/** What changed in one server between a commit and the working tree, as data. */

export interface ServerDiff {
  readonly name: string;
  readonly kind: 'new' | 'changed' | 'deleted';
  /** Absent on the side where there is none, or where the manifest cannot be read. */
  readonly version: { readonly was?: string; readonly now?: string };
  /** Files that are there and cannot be read: what they say is missing below. */
  readonly unread: readonly string[];
  /** Gained first, loud ones before the others. */
  readonly permissions: readonly PermissionChange[];
  readonly closure: ClosureDiff;
  readonly tools: ToolsDiff;
  /** Everything else in the manifest. */
  readonly fields: readonly FieldChange[];
  readonly licences: readonly LicenceChange[];
}

/** What a value was and is. Each is absent where there is none. Text from outside, bounded. */
export interface Change {
  readonly was?: string;
  readonly now?: string;
  /** A reviewer must see it first. */
  readonly loud?: true;
}

export type Area =
  | 'network'
  | 'read'
  | 'write'
  | 'environment'
  | 'secret'
  | 'credential'
  | 'argument'
  | 'command'
  | 'tool'
  | 'label'
  | 'scope'
  | 'audience'
  | 'data-class'
  | 'remote'
  | 'lifecycle';

/** Something that a server may reach, is given, or may be used for, and could not before; or the other way round. */
export interface PermissionChange extends Change {
  readonly change: 'gained' | 'lost';
  readonly area: Area;
  /** The host, path, variable, argument or tool. */
  readonly subject: string;
}

/** A field of the manifest; of a list, one entry. */
export interface FieldChange extends Change {
  readonly field: string;
  /** Word by word, where both are texts of some length. */
  readonly words?: readonly WordRun[];
}

/** A piece of two texts. A long piece that both have is elided in its middle. */
export interface WordRun {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

export type PackageMove =
  'added' | 'removed' | 'upgraded' | 'downgraded' | 'replaced' | 'version-added' | 'version-removed' | 'same-version';

/** A package of the closure, at whatever paths it lies. */
export interface PackageChange {
  readonly name: string;
  /** `replaced` where the versions have no order; `same-version` where only what is said below changed. */
  readonly change: PackageMove;
  /** Whether it is the artefact itself. */
  readonly root?: true;
  /** Versions, in order. */
  readonly was: readonly string[];
  readonly now: readonly string[];
  /** How many copies of it are installed. */
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

export interface ToolChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** How many places of its definition differ; `changes` holds the first of them. */
  readonly count: number;
  /** `field` is a JSON pointer into the definition. */
  readonly changes: readonly FieldChange[];
  /** How many definitions it has, where that is not one. */
  readonly definitions?: { readonly was: number; readonly now: number };
}

export interface ToolsDiff {
  /** How the tools were captured now, where it was not in a sandbox without a network. */
  readonly capture?: 'network' | 'none';
  readonly total: { readonly was: number; readonly now: number };
  readonly counts: Readonly<Record<ToolChange['change'], number>>;
  readonly changes: readonly ToolChange[];
  /** Texts that tell agents how to use the server; locks hold only their digests. */
  readonly instructions: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** Of the server, of a package, or the first or last package of the closure under a licence. */
export interface LicenceChange extends Change {
  readonly subject: string;
}

/** What is known of packages beside what their lock says. */
export interface Known {
  /** A package's licence, by its integrity. */
  readonly licences?: (integrity: string) => string | undefined;
  readonly publisherOf?: (name: string, version: string) => string | undefined;
}
