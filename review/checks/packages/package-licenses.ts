/** Checks the licences of new packages: those that the package.json in their own bytes states, whatever a registry says. */
import { bundlerOf, type LoadedPackage } from '../../../artefacts/loaded.ts';
import type { Documents } from '../../../artefacts/documents.ts';
import type { Observation } from '../../verdict/finding.ts';
import { licenseVerdict } from '../policy/licenses.ts';
import { labelOf } from '../../../artefacts/part.ts';
import type { packageRules } from './rules.ts';

type LicenseObservation = Observation & { readonly rule: (typeof packageRules)[number]['id'] };

interface LicenseContext {
  /** The artefact, for which the manifest states a licence too. */
  readonly artefact: Pick<LoadedPackage, 'name' | 'version'>;
  /** The licence in the manifest. */
  readonly license: string | undefined;
  /** The registry's documents, only to name a difference. */
  readonly documents: Documents;
}

/** Packages that are installed at several places, or bundled in several packages, are reported once. */
export function checkLicenses(
  loaded: readonly LoadedPackage[],
  context: LicenseContext,
  allowed: readonly string[],
): LicenseObservation[] {
  const found = new Map<string, LicenseObservation>();
  for (const each of loaded)
    for (const observation of isArtefact(each, context)
      ? checkArtefact(each, context, allowed)
      : checkPackage(each, context, allowed))
      found.set(
        JSON.stringify([observation.rule, observation.subject, observation.integrity, each.license]),
        observation,
      );
  return [...found.values()];
}

const isArtefact = ({ name, version, bundledAt }: LoadedPackage, { artefact }: LicenseContext): boolean =>
  bundledAt === undefined && name === artefact.name && version === artefact.version;

function checkPackage(each: LoadedPackage, context: LicenseContext, allowed: readonly string[]): LicenseObservation[] {
  const { license } = each;
  if (license === undefined && isPart(each)) return [];
  const verdict = license === undefined ? 'unknown' : licenseVerdict(license, allowed);
  if (verdict === 'allowed') return [];
  return verdict === 'not-allowed' ? [notAllowed(each, context)] : [unknown(each)];
}

/**
 * Tests and examples have a package.json of their own, and mostly no licence in it: the one of the package around them is for
 * everything in its tarball, and is judged. What lies in a `node_modules` is the work of others.
 */
const isPart = ({ type, bundledAt }: LoadedPackage): boolean =>
  bundledAt !== undefined && type === 'npm' && !/(?:^|\/)node_modules\//u.test(bundledAt);

/** What a package bundles has no bytes of its own that a lock states. */
const bytesOf = ({ part }: LoadedPackage): Pick<Observation, 'integrity'> =>
  part === undefined ? {} : { integrity: part.integrity };

function notAllowed(each: LoadedPackage, { documents }: LicenseContext): LicenseObservation {
  const stated = each.bundledAt === undefined ? documents.of(each)?.versions[each.version]?.license : undefined;
  const differs = stated === undefined || stated === each.license ? '' : `, although the registry says ${cut(stated)}`;
  return {
    rule: 'package-license',
    level: 'block',
    subject: labelOf(each),
    ...bytesOf(each),
    message: `${named(each)} is under ${cut(each.license ?? '')}${differs}; that is not among the licences of the policy`,
    remedy: 'ask the security team about this licence, or find a server that does without the package',
  };
}

const unknown = (each: LoadedPackage): LicenseObservation => ({
  rule: 'package-license-unknown',
  level: 'note',
  subject: labelOf(each),
  ...bytesOf(each),
  message:
    each.license === undefined
      ? `${named(each)} names no licence`
      : `${named(each)} names the licence ${JSON.stringify(cut(each.license))}, which is not an SPDX expression`,
  remedy: 'look for a licence file in the package',
});

/** The manifest states the licence of the artefact, and policy.yaml judges that one. The bytes may say something else. */
function checkArtefact(each: LoadedPackage, context: LicenseContext, allowed: readonly string[]): LicenseObservation[] {
  const { license } = each;
  if (license === undefined || license === context.license) return [];
  const verdict = licenseVerdict(license, allowed);
  if (verdict === 'not-allowed') return [notAllowed(each, context)];
  if (verdict === 'unknown' || context.license === undefined) return [];
  return [
    {
      rule: 'license-differs',
      level: 'review',
      subject: labelOf(each),
      ...bytesOf(each),
      message: `the manifest says that the licence is ${cut(context.license)}, but the package.json of ${named(each)} says ${cut(license)}`,
      remedy: 'find out which of the two is right, and correct `license` in the manifest if it is wrong',
    },
  ];
}

/** The same word for all messages, so that a bundled package is found. */
function named(each: LoadedPackage): string {
  const bundler = bundlerOf(each);
  return bundler === undefined ? labelOf(each) : `${labelOf(each)}, bundled in ${bundler},`;
}

const cut = (text: string): string => text.slice(0, 100).toWellFormed();
