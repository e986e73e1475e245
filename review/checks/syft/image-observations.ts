/** What of an image was listed by syft, and what is known of it, in words. */
import { sha256 } from '../../../core/digest.ts';
import { Failure } from '../../../core/failure.ts';
import { cut, maxSubjectLength, type Observation } from '../../verdict/finding.ts';
import type { OsvVersion } from '../advisories/osv-service.ts';
import type { AdvisorySource } from '../advisories/source.ts';
import { osvVersionOf } from './ecosystems.ts';
import type { SyftAnswer, SyftPackage } from './syft-answer.ts';

export type Advisories = Pick<AdvisorySource, 'describe' | 'findIds'>;

/** What syft lists for one platform. */
export interface Platform extends SyftAnswer {
  readonly platform: string;
  /** The paths that it did not see. */
  readonly left: readonly string[];
}

/** At least one: that all of it was compared with advisories, or what of it was not. */
export async function observationsOf(
  url: string,
  platforms: readonly Platform[],
  advisories: Advisories,
): Promise<Observation[]> {
  const all = distinct(platforms);
  const known = all.filter(({ asked }) => asked !== undefined);
  const { ids, why } = await idsOf(known, advisories);
  const { source } = advisories.describe();
  const open = [
    ...platforms.flatMap((each) => gapsOf(each)),
    ...(why === undefined ? [] : [`none was compared with advisories: ${why}`]),
    ...(why === undefined && known.length < all.length
      ? [uncompared(all.filter(({ asked }) => asked === undefined))]
      : []),
  ];
  const read = platforms.map(countsOf).join('; ');
  const note: Observation = {
    rule: 'image-packages',
    level: 'note',
    subject: url,
    message: `${read}; all were compared with ${source}. A program that says nothing of what it was made from is not among them`,
    remedy: 'nothing to do, unless the image runs programs of its own that are not among them',
  };
  return [
    open.length === 0 ? note : unread(url, [read, ...open].join('; '), remedyFor(advisories)),
    ...advisoriesOf(url, ids),
  ];
}

/** A package, and what the source of advisories is asked. */
interface Distinct {
  readonly each: SyftPackage;
  readonly asked: OsvVersion | undefined;
}

/** Those of npm and Python stand in the lock, and are compared with the others there. */
const isOther = ({ type }: SyftPackage): boolean => type !== 'npm' && type !== 'python';

/** What is the same on several platforms, once, sorted. */
function distinct(platforms: readonly Platform[]): Distinct[] {
  const found = new Map<string, Distinct>();
  for (const { packages, system } of platforms)
    for (const each of packages.filter(isOther)) {
      const asked = osvVersionOf(each, system);
      const about = asked ?? { package: { ecosystem: each.type, name: each.name }, version: each.version };
      found.set(JSON.stringify([about.package.ecosystem, about.package.name, about.version]), { each, asked });
    }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

interface Found {
  readonly about: OsvVersion;
  readonly ids: readonly string[];
}

/** `why` says what kept all of them from being compared. */
async function idsOf(
  known: readonly Distinct[],
  { findIds, describe }: Advisories,
): Promise<{ readonly ids: readonly Found[]; readonly why?: string }> {
  const versions = known.flatMap(({ asked }) => asked ?? []);
  if (versions.length === 0) return { ids: [] };
  if (findIds === undefined) return { ids: [], why: `${describe().source} is read for npm and PyPI alone` };
  try {
    const found = await findIds(versions);
    return {
      ids: versions
        .map((about, at) => ({ about, ids: [...(found[at] ?? [])].toSorted() }))
        .filter(({ ids }) => ids.length > 0),
    };
  } catch (error) {
    // Nothing passes by this: the finding that nobody compared them stays.
    if (error instanceof Failure) return { ids: [], why: error.message };
    throw error;
  }
}

function countsOf({ by, platform, system, packages }: Platform): string {
  const others = packages.filter(isOther);
  const counts = [...Map.groupBy(others, ({ type }) => type)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { length }]) => `${length} ${shown(type)}`);
  const ofSystem = system === undefined ? '' : ` of ${shown(nameOf(system))}`;
  const kinds = counts.length === 0 ? '' : ` (${enumerated(counts, maxKinds)})`;
  return `${platform}: ${others.length} packages${ofSystem}${kinds} by ${by}`;
}

const systemNames: ReadonlyMap<string, string> = new Map([
  ['alpine', 'Alpine'],
  ['debian', 'Debian'],
]);

const nameOf = ({ id, version }: NonNullable<SyftAnswer['system']>): string =>
  `${systemNames.get(id) ?? id} ${version}`.trim();

function gapsOf({ platform, packages, left }: Platform): string[] {
  return [
    ...(packages.some(isOther) ? [] : [`for ${platform} nothing says what the image was made from`]),
    ...(left.length === 0
      ? []
      : [`for ${platform} it could not be given ${left.length} files: ${enumerated(left.map(shown), maxPaths)}`]),
  ];
}

const uncompared = (others: readonly Distinct[]): string =>
  `${others.length} were not compared with advisories: ${enumerated(
    others.map(({ each: { type, name, version } }) => `${shown(name)} ${shown(version)} (${shown(type)})`),
    maxNamed,
  )}`;

function advisoriesOf(url: string, found: readonly Found[]): Observation[] {
  const malware = found.filter(({ ids }) => ids.some(isMalware));
  const remedy =
    'ask the maintainer of the image for one with newer packages, or say in the review why they do no harm here';
  const about = (rule: string, level: Observation['level'], some: readonly Found[]): Observation[] =>
    some.length === 0
      ? []
      : [
          {
            rule,
            level,
            subject: subjectOf(url, some),
            message: cut(
              `${some.length} packages of the image have known advisories, whose severity was not read: ${enumerated(some.map(words), maxFound)}`,
              4_000,
            ),
            remedy: level === 'block' ? 'do not run it, and tell the security team if anyone did' : remedy,
          },
        ];
  return [...about('malware', 'block', malware), ...about('image-advisory', 'review', found)];
}

const isMalware = (id: string): boolean => id.startsWith('MAL-');

const words = ({ about: { package: named, version }, ids }: Found): string =>
  `${named.name} ${version} (${enumerated(ids, maxIds)})`;

/** An exception for it accepts exactly these advisories: it is no longer valid when one more becomes known. */
function subjectOf(url: string, found: readonly Found[]): string {
  const digest = sha256(JSON.stringify(found.map(({ about, ids }) => [about.package, about.version, ids]))).slice(
    0,
    16,
  );
  return `${cut(url, maxSubjectLength - digest.length - 1)} ${digest}`;
}

function enumerated(all: readonly string[], most: number): string {
  const left = all.length - most;
  return left > 0 ? `${all.slice(0, most).join(', ')} and ${left} more` : all.join(', ');
}

/** The image may have written it: nothing in it ends a line, hides, or turns the direction of a text. */
const shown = (word: string): string => cut(word, 80).replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]|[`<>|\\]/gu, '?');

const maxKinds = 12;
const maxPaths = 5;
const maxNamed = 10;
const maxFound = 40;
const maxIds = 3;

export const byHand = 'find out from what the image was built, and ask for the report of an image scanner';

const remedyFor = ({ findIds }: Advisories): string =>
  findIds === undefined ? `ask the security team to name an OSV service in policy.yaml; or ${byHand}` : byHand;

/** A person must find out what nobody has read. */
export const unread = (url: string, message: string, remedy = byHand): Observation => ({
  rule: 'image-unread',
  level: 'review',
  subject: url,
  message: cut(message, 4_000),
  remedy,
});
