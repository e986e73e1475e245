/** Checks the packages of a server against advisories. */
import { sha256 } from '../../../core/digest.ts';
import { bundlerOf, loadedPackages } from '../../../artefacts/loaded.ts';
import { isPackage, labelOf, type PackageType } from '../../../artefacts/part.ts';
import { compareVersions } from '../../../artefacts/versions.ts';
import type { Lock, Policy } from '../../../schemas/types.ts';
import { cut, maxSubjectLength, type Observation } from '../../verdict/finding.ts';
import { checkOfLock } from '../../verdict/check.ts';
import type { AdvisorySource } from './source.ts';
import { mostSevereFirst, reaches, type Advisory } from './advisory.ts';

export const advisoriesCheck = checkOfLock(
  async ({ lock }, { advisories }: { readonly advisories: AdvisorySource }) => {
    const packages = loadedPackages(lock.value).filter(isPackage);
    const found = await advisories.find(packages);
    const { source, asOf } = advisories.describe();
    return {
      observe: (policy) => checkAdvisories(lock.value, found, policy),
      ran: true,
      detail: `${packages.length} packages, against ${source}${asOf === null ? '' : ` as of ${asOf}`}`,
    };
  },
);

/**
 * Makes one observation about all vulnerabilities of each version in a lock, and one for each advisory about malware. `found`
 * are the advisories from the source in the policy.
 */
export function checkAdvisories(
  lock: Lock,
  found: ReadonlyMap<string, readonly Advisory[]>,
  policy: Pick<Policy, 'advisories'>,
): Observation[] {
  const loaded = loadedPackages(lock).filter(isPackage);
  const places = Map.groupBy(loaded, labelOf);
  return [...new Map(loaded.map((each) => [labelOf(each), each]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { type, name }]) => {
      const known = found.get(key) ?? [];
      const flaws = mostSevereFirst(known.filter(({ malware }) => !malware));
      const one = { key, type, name, where: bundledWords((places.get(key) ?? []).map(bundlerOf)) };
      return [
        ...known.filter(({ malware }) => malware).map((advisory) => malwareOf(one, advisory)),
        ...(flaws.length === 0 ? [] : [vulnerabilitiesOf(one, flaws, policy.advisories.block)]),
      ];
    });
}

/** One version of a package. */
interface Concerned {
  /** As people write it, and as it is found by. */
  readonly key: string;
  readonly type: PackageType;
  readonly name: string;
  /** Words behind the version, where it only lies inside other packages. */
  readonly where: string;
}

/** Who looks for a bundled package in the closure does not find it: it is updated with the package around it. */
function bundledWords(bundlers: readonly (string | undefined)[]): string {
  const names = bundlers.filter((name) => name !== undefined);
  const [first] = names.sort();
  return first === undefined || names.length < bundlers.length ? '' : `, bundled in ${first},`;
}

/** `flaws` are the most severe first, and at least one. */
function vulnerabilitiesOf(
  { key, type, name, where }: Concerned,
  flaws: readonly Advisory[],
  block: Policy['advisories']['block'],
): Observation {
  const fix = fixOf(type, flaws);
  const ungraded = flaws.some(({ severity }) => severity === 'unknown');
  return {
    rule: 'advisory',
    level: flaws.some(({ severity }) => reaches(severity, block)) ? 'block' : 'review',
    subject: subjectOf(key, flaws),
    message: [
      `${key}${where} has ${listed(flaws, fix)}`,
      `policy.yaml blocks from ${block} on${ungraded ? ', and advisories without a severity' : ''}`,
      fixesOf(flaws, fix),
    ].join('; '),
    remedy: remedyOf(name, flaws, fix),
  };
}

/**
 * The version with the ids of all its advisories. An exception for this subject accepts exactly this set of advisories,
 * and is no longer valid when one more becomes known. If not all ids fit, a digest of them has the same effect.
 */
function subjectOf(key: string, flaws: readonly Advisory[]): string {
  const ids = flaws.map(({ id }) => id).sort();
  const whole = [key, ...ids].join(' ');
  if (whole.length <= maxSubjectLength) return whole;
  const digest = sha256(ids.join(' ')).slice(0, digestLength);
  // Only so many ids can fit, for any number from a source.
  for (let count = Math.min(ids.length - 1, maxSubjectLength); count > 0; count--) {
    const part = [key, ...ids.slice(0, count), `and ${ids.length - count} more`, digest].join(' ');
    if (part.length <= maxSubjectLength) return part;
  }
  const rest = ` ${ids.length} advisories ${digest}`;
  return `${cut(key, maxSubjectLength - rest.length)}${rest}`;
}

function listed(flaws: readonly Advisory[], fix: string | undefined): string {
  const words = flaws.slice(0, maxListed).map(({ id, severity, fixedIn, summary }) => {
    const grade = severity === 'unknown' ? 'unknown severity' : severity;
    const about = summary === undefined ? '' : `: ${cut(summary, maxSummaryLength)}`;
    return `${id} (${grade}${fix !== undefined && fixedIn.length === 0 ? ', without a fix' : ''}${about})`;
  });
  const left = flaws.length - words.length;
  return `${words.join(', ')}${left === 0 ? '' : ` and ${left} more`}`;
}

function fixesOf(flaws: readonly Advisory[], fix: string | undefined): string {
  const unfixed = flaws.filter(({ fixedIn }) => fixedIn.length === 0).length;
  if (fix === undefined) return 'no fixed version is known';
  if (unfixed > 0) return `${unfixed} without a fix, the rest fixed in ${fix}`;
  return `${flaws.length === 1 ? '' : 'all '}fixed in ${fix}`;
}

/** The nearest version in which all fixable advisories are fixed. */
const fixOf = (type: PackageType, flaws: readonly Advisory[]): string | undefined =>
  flaws
    .flatMap(({ fixedIn: [nearest] }) => nearest ?? [])
    .sort((a, b) => compareVersions(type, a, b))
    .at(-1);

function remedyOf(name: string, flaws: readonly Advisory[], fix: string | undefined): string {
  const without = `find a version of the server without ${name}, or have the security team accept it in policy.yaml until a day`;
  if (fix === undefined) return `there is nothing to update to: ${without}`;
  const update = `move to a version of the server with ${name} ${fix} or newer: \`registry who-uses ${name}\` shows what pulls it in`;
  return flaws.every(({ fixedIn }) => fixedIn.length > 0) ? update : `${update}; for what has no fix, ${without}`;
}

function malwareOf({ key, name, where }: Concerned, { id, aliases, summary, fixedIn }: Advisory): Observation {
  const names = [id, ...aliases.slice(0, maxNames)].join(', ');
  const fixes =
    fixedIn.length === 0 ? 'no fixed version is known' : `fixed in ${fixedIn.slice(0, maxNames).join(', ')}`;
  return {
    rule: 'malware',
    level: 'block',
    subject: `${key} ${id}`,
    message: `${key}${where} has ${names}${summary === undefined ? '' : ` (${summary})`}: malware, which always blocks; ${fixes}`,
    remedy: `do not run it, and tell the security team if anyone did; \`registry who-uses ${name}\` shows who else has it`,
  };
}

/** Advisories in one message, which may have 4,000 characters: an id may have 128, a package with its version 471. */
const maxListed = 12;
/** The maximum length of each summary, in characters. */
const maxSummaryLength = 80;
/** The maximum number of other names of malware, and of versions without it, in a message. */
const maxNames = 5;
/** Hexadecimal digits: so many that an attacker cannot find ids with the digest of an accepted set. */
const digestLength = 16;
