/**
 * A kind of attack on servers, as a family: what happened, a server as it was approved, changes of it with the verdict that
 * the gate must give, and what no scan can see.
 */
import type { FakePackage } from './npm-registry.ts';

/** A tool as a server defines it. */
export type Tool = { readonly name: string } & Readonly<Record<string, unknown>>;

/** One version of a server. Its package is named after it, with `-server` at the end. */
export interface ServerVersion {
  /** Files of its package, by path; package.json is added. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Fields of its package.json, beside the usual ones. */
  readonly package?: Readonly<Record<string, unknown>>;
  /** The account that published it. */
  readonly publisher?: string;
  /** The repository that the attestation of its build names; without it, the registry has no attestation. */
  readonly builtFrom?: string;
  /** Instead of months ago. */
  readonly publishedAt?: string;
  /** Packages that it loads, each in an exact version that it names. */
  readonly loads?: readonly FakePackage[];
  readonly tools?: readonly Tool[];
  /** The text that it gives to every agent. */
  readonly instructions?: string;
  readonly description?: string;
  /** Lines at the end of its manifest. */
  readonly manifest?: string;
}

/** What differs from the approved version. Its files are added to those that are there. */
export interface Change extends Partial<ServerVersion> {
  /** The change adds a server of this name, and leaves the approved one alone. */
  readonly newServer?: string;
  /** The tools that the server shows to the reviewers, where they are not those in its lock. */
  readonly shows?: readonly Tool[];
  /** Whether it has no attestation, although the approved version has one. */
  readonly isUnattested?: true;
  /** Whether a stranger signed its attestation. */
  readonly isForged?: true;
  /** Whether its lock leaves out the packages that lie inside other tarballs. */
  readonly hidesBundled?: true;
}

export type Says = 'blocked' | 'needs a person' | 'may be merged';

/** One change, and what the gate says of it. */
export interface Member {
  /** What the change does, as the end of a sentence: "a release that …". */
  readonly title: string;
  readonly change: Change;
  readonly verdict: Says;
  /** `block rule` and `review rule` of every open finding, `problem code` of the files, `gains the host …`; in order. */
  readonly finds: readonly string[];
  /** Words on the page that show the change to a person who reads on. */
  readonly shown?: string;
}

/** A change that no rule finds. */
export interface Unseen extends Member {
  /** What a rule could do to find it; absent where nothing tells it from an honest change. */
  readonly gap?: string;
  /** What keeps the harm small all the same. */
  readonly defence: string;
}

export interface Incident {
  readonly title: string;
  /** What happened, when, and who described it. */
  readonly happened: string;
  /** The name of the server in the samples. */
  readonly server: string;
  readonly approved: ServerVersion;
  /** Other servers of the registry, by name. */
  readonly others?: Readonly<Record<string, ServerVersion>>;
  /** Known vulnerabilities, as OSV records. */
  readonly advisories?: readonly object[];
  readonly attacks: readonly Member[];
  /** Honest changes that look like the attack: no rule finds anything. */
  readonly nearMisses: readonly Member[];
  /** Changes of the kind that pass. */
  readonly unseen: readonly Unseen[];
  /** What no scan can see of this kind, in one or two sentences. */
  readonly limit: string;
}

/** A package that a server loads. */
export const dependency = (
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, unknown>> = {},
): FakePackage => ({ name, version, manifest: { license: 'MIT', main: 'index.js', ...fields }, files });
