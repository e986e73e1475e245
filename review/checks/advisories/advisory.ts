/** Advisories about a version of a package, from any source. */
import type { PackageName, PackageType } from '../../../artefacts/part.ts';
import { compareVersions } from '../../../artefacts/versions.ts';
import { compareText } from '../../../core/order.ts';

/** The levels of GitHub and npm; `unknown` if no level is stated. */
export type Severity = 'low' | 'moderate' | 'high' | 'critical' | 'unknown';

export interface Advisory {
  /** `GHSA-…` if it has one. */
  readonly id: string;
  /** Its other names. */
  readonly aliases: readonly string[];
  readonly severity: Severity;
  /** Whether the package is malware: it was made, or taken over, to do harm. */
  readonly malware: boolean;
  /** One line, as the author of the advisory wrote it: it may be hostile. */
  readonly summary?: string;
  /** Later versions without it, the nearest first; empty if none is known. */
  readonly fixedIn: readonly string[];
}

const rank: Readonly<Record<Severity, number>> = { unknown: 0, low: 1, moderate: 2, high: 3, critical: 4 };

/** Whether a severity reaches a limit. An unknown severity does, because it may be the worst. */
export const reaches = (severity: Severity, bound: Severity): boolean =>
  severity === 'unknown' || rank[severity] >= rank[bound];

/** The most severe of those that are known; `unknown` if none is known. */
export const mostSevere = (severities: readonly Severity[]): Severity =>
  severities.reduce((worst, severity) => (rank[severity] > rank[worst] ? severity : worst), 'unknown');

/** The most severe first. Unknown severities come before all others, because they may be the worst. */
export const mostSevereFirst = (advisories: readonly Advisory[]): Advisory[] =>
  advisories.toSorted((a, b) => weightOf(b) - weightOf(a) || compareText(a.id, b.id));

const weightOf = ({ severity }: Advisory): number => (severity === 'unknown' ? rank.critical + 1 : rank[severity]);

/** The advisories of one version of a package, sorted by id. The same advisory in several databases counts once. */
export function withoutTwins(type: PackageType, advisories: readonly Advisory[]): readonly Advisory[] {
  // Names of the same advisory form a tree; a record that names two others joins their trees.
  const parents = new Map<string, string>();
  const topOf = (name: string): string => {
    let top = name;
    for (let next = parents.get(top); next !== undefined; next = parents.get(top)) top = next;
    if (top !== name) parents.set(name, top);
    return top;
  };
  for (const { id, aliases } of advisories)
    for (const alias of aliases) if (topOf(alias) !== topOf(id)) parents.set(topOf(alias), topOf(id));
  const groups = Map.groupBy(advisories, ({ id }) => topOf(id));
  return [...groups.values()].map((members) => merged(type, members)).sort((a, b) => compareText(a.id, b.id));
}

function merged(type: PackageType, members: readonly Advisory[]): Advisory {
  const names = new Set(members.flatMap(({ id, aliases }) => [id, ...aliases]));
  const [id = '', ...aliases] = [...names].sort((a, b) => kindOf(a) - kindOf(b) || compareText(a, b));
  const sorted = members.toSorted((a, b) => compareText(a.id, b.id));
  const summary = (sorted.find((each) => each.id === id) ?? sorted[0])?.summary;
  return {
    id,
    aliases,
    severity: mostSevere(members.map(({ severity }) => severity)),
    malware: members.some(({ malware }) => malware),
    ...(summary !== undefined && { summary }),
    fixedIn: [...new Set(members.flatMap(({ fixedIn }) => fixedIn))].sort((a, b) => compareVersions(type, a, b)),
  };
}

/** The main name of an advisory: the one that npm and GitHub show first. */
function kindOf(id: string): number {
  const kind = ['GHSA-', 'MAL-', 'CVE-'].findIndex((prefix) => id.startsWith(prefix));
  return kind === -1 ? 3 : kind;
}

/** Finds the advisories about some packages, by their labels. It is never asked twice about the same one. */
export type FindAdvisories = (packages: readonly PackageName[]) => Promise<ReadonlyMap<string, readonly Advisory[]>>;
