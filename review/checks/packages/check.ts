/** Checks the new packages of a lock: their bytes, their names, and their data at the registry. */
import { artefactIn, insideImage, loadedFrom, loadedPackages } from '../../../artefacts/loaded.ts';
import { fetchDocuments } from '../../../artefacts/documents.ts';
import { isPackage, type PackageType } from '../../../artefacts/part.ts';
import { wellKnownPackages } from '../../../catalog/names/well-known-packages.ts';
import { wellKnownPythonPackages } from '../../../catalog/names/well-known-python-packages.ts';
import { checkOfLock } from '../../verdict/check.ts';
import { checkStatedVersions, isFoundByName } from './bundled.ts';
import { establishedNames } from './established.ts';
import { inFamilies } from './families.ts';
import { checkInstallScripts, scriptedPackages, type InstallScriptTools } from './install-scripts.ts';
import { checkLookAlikes } from './look-alikes.ts';
import { checkIntegrity, newParts, type KnownPackages } from './packages.ts';
import { checkLicenses } from './package-licenses.ts';
import { checkUpstream } from './upstream.ts';

/** Names of one registry say nothing about those of another. */
const wellKnown: ReadonlyMap<PackageType, ReadonlySet<string>> = new Map([
  ['npm', wellKnownPackages],
  ['pypi', wellKnownPythonPackages],
]);

/** The tools of this check. */
interface PackageTools extends InstallScriptTools {
  readonly known: KnownPackages;
  /** The moment to which ages are counted. */
  readonly moment: Date;
}

/** @throws Failure if the registry does not answer: without an answer, the check has not passed */
export const packagesCheck = checkOfLock(
  async ({ manifest, lock, change }, { known, resolver, moment, code }: PackageTools) => {
    const added = newParts(lock.value, known);
    // An image has no parts that were seen before: all in it is new, or none.
    const loaded = [...loadedFrom(added), ...(change === 'unchanged' ? [] : insideImage(lock.value))];
    const { name = '', version = '' } = artefactIn(lock.value) ?? {};
    const artefact = { name, version };
    const documents = await fetchDocuments(added, resolver);
    const context = { documents, moment, known, isMerged: change === 'unchanged' };
    const established = establishedNames(added.filter(isPackage), documents, moment);
    const always = [
      ...checkIntegrity(added, known),
      ...[...wellKnown].flatMap(([type, names]) =>
        checkLookAlikes(
          loaded.filter((each) => each.type === type && isFoundByName(each)),
          { names: known.names(type), wellKnown: names, root: artefact.name, established },
        ),
      ),
      ...checkStatedVersions(loaded),
    ];
    const scripted = await scriptedPackages(lock.value, { resolver, code });
    const licenses = { artefact, license: manifest.value.license, documents };
    return {
      observe: (policy) =>
        inFamilies(
          [
            ...always,
            ...checkUpstream(added.filter(isPackage), context, policy),
            ...checkInstallScripts(scripted, policy),
            ...checkLicenses(loaded, licenses, policy.licenses.allow),
          ],
          lock.value,
        ),
      ran: true,
      detail: `${loaded.length} packages that are new here, of ${loadedPackages(lock.value).length}`,
    };
  },
);
