/** What was found in the code of one package, before anything decides which findings count. */
import type { PinnedPackage } from '../../../artefacts/part.ts';
import { maxCodeFindings } from '../../../core/limits.ts';

/** Something that a rule found in one file. */
export interface CodeFinding {
  readonly rule: string;
  /** Path in the package; its length has a limit. */
  readonly file: string;
  /** Which thing, where a rule can find different things; its length has a limit. */
  readonly value: string;
  readonly count: number;
  /** The first lines where it was found, counted from 1; absent where it is in a text that the file only decodes. */
  readonly lines?: readonly number[];
  /**
   * Present where nothing that runs loads the file: the files of its package from which it would be loaded, itself included.
   */
  readonly unloaded?: readonly string[];
  /** A weak finding means nothing alone. It counts only when the earlier version did not have it. */
  readonly weak?: true;
}

/** Why a package was not scanned: time or memory, a crash, a file too large, a broken archive. */
export type NotScanned = 'bounds' | 'crash' | 'size' | 'archive';

/** What npm would run when it installs a package. */
export interface InstallScript {
  readonly commands: readonly string[];
  /** Whether package.json itself names the commands; npm also builds what has only a binding.gyp. */
  readonly isDeclared: boolean;
  /**
   * `build`: only commands that build native code, or do nothing. `quiet`: it neither starts a program nor uses a network.
   * `fetches`: it does both, or what a rule finds, or has a package manager or the system run another program. `unknown`:
   * anything else.
   */
  readonly kind: 'build' | 'quiet' | 'fetches' | 'unknown';
  /** Whether the package brings native code of its own, so that nothing needs to be built. */
  readonly isBuilt: boolean;
}

/** A package, and the files of another one from which the file would be loaded that names it. */
export interface UnloadedAsk {
  readonly name: string;
  readonly from: readonly string[];
}

/** What a scan found out about a package. */
export interface CodeFacts {
  readonly findings: readonly CodeFinding[];
  /**
   * What its programs name in other packages: `name`; `name/lib/file`; `name/` where they compute the rest. A package alone is
   * in this list where a file that is loaded names it.
   */
  readonly asks: readonly string[];
  /** Packages that files name which nothing of this package loads; absent without any. */
  readonly unloadedAsks?: readonly UnloadedAsk[];
  readonly install?: InstallScript;
}

/** The result of scanning the files of a package. */
export type ScanResult =
  ({ readonly kind: 'scanned' } & CodeFacts) | { readonly kind: 'not-scanned'; readonly why: NotScanned };

/** A package, and what was found in it. */
export interface CodeReport extends PinnedPackage {
  readonly result: ScanResult;
}

/** In characters. */
const maxPathLength = 300;
const maxValueLength = 120;

/** So many lines of a finding are kept. */
const maxLines = 3;

/** Joins equal findings into one with a count, in a fixed order, with a limit of findings for each rule. */
export function gathered(found: readonly Omit<CodeFinding, 'count'>[]): CodeFinding[] {
  const counted = new Map<string, CodeFinding>();
  for (const { rule, file, value, weak, lines: places = [] } of found) {
    const place = file.slice(0, maxPathLength).toWellFormed();
    const what = value.slice(0, maxValueLength).toWellFormed();
    const key = JSON.stringify([rule, weak === true, place, what]);
    const before = counted.get(key);
    const lines = [...new Set([...(before?.lines ?? []), ...places])].sort((a, b) => a - b).slice(0, maxLines);
    counted.set(key, {
      rule,
      file: place,
      value: what,
      count: (before?.count ?? 0) + 1,
      ...(lines.length > 0 && { lines }),
      ...(weak === true && { weak }),
    });
  }
  const inOrder = [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
  return [...Map.groupBy(inOrder, ({ rule }) => rule).values()].flatMap((ofRule) => ofRule.slice(0, maxCodeFindings));
}
