/** Checks what the package registry says about new packages: the date, the publisher, and whether their build is attested. */
import type { Documents } from '../../../artefacts/documents.ts';
import { publishedAt, type PackageDocument } from '../../../artefacts/package-document.ts';
import { dayOf, daysAfter } from '../../../core/time.ts';
import type { Policy } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';
import type { packageRules } from './rules.ts';
import type { KnownPackages } from './packages.ts';
import { labelOf, type PackageName, type PinnedPackage } from '../../../artefacts/part.ts';
import { compareVersions, isVersion } from '../../../artefacts/versions.ts';

type UpstreamObservation = Observation & { readonly rule: (typeof packageRules)[number]['id'] };

/** The data that the packages of one server are checked with. */
export interface UpstreamContext {
  readonly documents: Documents;
  /** The moment to which ages are counted. */
  readonly moment: Date;
  /** Packages that were approved before. */
  readonly known: Pick<KnownPackages, 'versions'>;
  /** The server did not change: the age of its packages was checked before they were merged. */
  readonly isMerged: boolean;
}

type Pinned = PackageName & Pick<PinnedPackage, 'file'>;

export function checkUpstream(
  added: readonly Pinned[],
  { documents, moment, known, isMerged }: UpstreamContext,
  policy: Policy,
): UpstreamObservation[] {
  return added.flatMap((locked) => {
    const document = documents.of(locked);
    return [
      ...checkAge(locked, document, policy.packages.cooldown_days, moment, isMerged),
      ...checkPublisher(locked, document),
      ...checkAttested(locked, document, known),
    ];
  });
}

function checkAge(
  locked: Pinned,
  document: PackageDocument | undefined,
  cooldownDays: number,
  moment: Date,
  isMerged: boolean,
): UpstreamObservation[] {
  if (cooldownDays === 0) return [];
  const subject = labelOf(locked);
  const published = publishedAt(document, locked);
  if (Number.isNaN(published.getTime()))
    return [
      {
        rule: 'publication-undated',
        // A mirror may be late or hide versions, so this does not count against a version that was merged with a date.
        level: isMerged ? 'note' : 'block',
        subject,
        message: `the registry does not say when ${subject} was published; it must be out for ${cooldownDays} days`,
        remedy: 'use a registry or mirror that shows this version, with its date',
      },
    ];
  const due = daysAfter(published, cooldownDays);
  if (moment >= due) return [];
  return [
    {
      rule: 'cooldown',
      level: 'block',
      subject,
      message: `${subject} was published on ${dayOf(published)}; it must be out for ${cooldownDays} days`,
      remedy: `wait until ${dayOf(daysAfter(due, 1))}, or lock as of an earlier day: \`registry lock --as-of ${dayOf(published)}\``,
    },
  ];
}

/** A version that the registry cannot order is no older one. */
const isOlder = (type: PackageName['type'], version: string, than: string): boolean =>
  isVersion(type, version) && compareVersions(type, version, than) < 0;

/** A new publisher is reviewed, because attackers take over accounts and packages. */
function checkPublisher(pinned: Pinned, document: PackageDocument | undefined): UpstreamObservation[] {
  const { type, version } = pinned;
  const publisher = document?.versions[version]?.publisher;
  if (document === undefined || publisher === undefined || !isVersion(type, version)) return [];
  const before = Object.entries(document.versions).filter(([other]) => isOlder(type, other, version));
  const known = before.map(([, other]) => other?.publisher).filter((other) => other !== undefined);
  if (known.length === 0 || known.includes(publisher)) return [];
  return [
    {
      rule: 'new-publisher',
      level: 'review',
      subject: labelOf(pinned),
      message: `${labelOf(pinned)} was published by ${publisher}, who published none of the ${known.length} versions before it`,
      remedy: "check the project's own announcements, and what changed in this version",
    },
  ];
}

/**
 * A release from a stolen account mostly has no attestation, because it did not come from the workflow that built the others. It
 * is compared with the newest approved version before it: packages without attestations are many, and need no finding each.
 */
function checkAttested(
  pinned: Pinned,
  document: PackageDocument | undefined,
  known: UpstreamContext['known'],
): UpstreamObservation[] {
  const { type, version } = pinned;
  if (document?.versions[version] === undefined || !isVersion(type, version)) return [];
  const approved = known
    .versions(pinned)
    .map((each) => each.version)
    .filter((each) => isOlder(type, each, version))
    .toSorted((a, b) => compareVersions(type, a, b))
    .at(-1);
  const isAttested = (each: string): boolean => document.versions[each]?.isAttested === true;
  if (approved === undefined || !isAttested(approved) || isAttested(version)) return [];
  return [
    {
      rule: 'attestation-lost',
      level: 'review',
      subject: labelOf(pinned),
      message: `${labelOf(pinned)} has no attestation of its build, and ${approved}, which was approved before, has one`,
      remedy: 'find out whether its publisher announced this version, and why it was not built as the one before',
    },
  ];
}
