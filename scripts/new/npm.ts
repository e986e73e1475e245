/** A package of npm, as its registry and its tarball describe it. */
import { readTarball } from '../../artefacts/archives/tarball.ts';
import { adoptableVersion } from '../../artefacts/npm/adoptable.ts';
import { describePackage, packageJsonOf } from '../../artefacts/npm/describe.ts';
import { NoSuchPackage, type NpmRegistry } from '../../artefacts/npm/registry.ts';
import { sha256 } from '../../core/digest.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { hintsOf } from '../../resolve/package-hints.ts';
import { fitting, oneLine, sayTooNew, type Found } from './found.ts';
import { byLikeness, suggestedNames, webAddress } from './package-names.ts';

/** @param spec `name`, `name@version` or `name@tag`. @throws NoSuchPackage */
export async function npmArtefact(spec: string, registry: NpmRegistry, cooledDown: Date): Promise<Found> {
  const { name, version, manifest, tooNew } = await findVersion(registry, spec, cooledDown);
  sayTooNew(name, version, tooNew);
  const tarball = await registry.tarball(name, version);
  const what = `${name}@${version}`;
  const files = readTarball(tarball, what);
  // From the bytes that will run: the registry's document may say something else.
  const { bin = {}, license } = describePackage(files, what);
  const { mcpName } = packageJsonOf(files, what);
  return {
    names: suggestedNames(name),
    version,
    ...fitting('description', oneLine(manifest.description)),
    ...fitting('license', license?.startsWith('SEE ') === true ? undefined : license),
    ...fitting('repository', webAddress(manifest.repository)),
    ...fitting('upstream', typeof mcpName === 'string' ? mcpName : undefined),
    url: `npm:${name}@${version}`,
    sha256: sha256(tarball),
    commands: byLikeness(Object.keys(bin), name),
    hints: hintsOf(files, name),
  };
}

type Packument = Awaited<ReturnType<NpmRegistry['packument']>>;

interface FoundVersion {
  readonly name: string;
  readonly version: string;
  readonly manifest: NonNullable<Packument['versions'][string]>;
  /** A newer version, which the policy does not take yet. */
  readonly tooNew: string | undefined;
}

async function findVersion(registry: NpmRegistry, spec: string, cooledDown: Date): Promise<FoundVersion> {
  const at = spec.indexOf('@', 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  const wanted = at === -1 ? undefined : spec.slice(at + 1);
  const packument = await registry.packument(name);
  const adoptable = adoptableVersion(packument, cooledDown);
  const version = wanted === undefined ? adoptable?.version : (packument['dist-tags']?.[wanted] ?? wanted);
  const manifest = version === undefined ? undefined : packument.versions[version];
  if (version === undefined || manifest === undefined)
    throw new NoSuchPackage(`${spec}${didYouMean(wanted ?? '', Object.keys(packument.versions))}`, undefined);
  return { name, version, manifest, tooNew: wanted === undefined ? adoptable?.tooNew : undefined };
}
