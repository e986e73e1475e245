/** The artefact that a manifest is written for, and what it tells of itself. */
import { sha256 } from '../../core/digest.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { NoSuchPackage, openNpmRegistry, type NpmRegistry } from '../../artefacts/npm/registry.ts';
import { describePackage } from '../../artefacts/npm/describe.ts';
import { readTarball } from '../../artefacts/archives/tarball.ts';
import { say } from '../../host/output.ts';
import { adoptableVersion } from '../../artefacts/npm/adoptable.ts';
import { hintsOf, type PackageHints } from '../../resolve/package-hints.ts';
import type { Remote } from '../../schemas/types.ts';
import { faultIn, type Form } from './fields.ts';
import { byLikeness, suggestedNames, webAddress } from './package-names.ts';
import type { Questions } from './questions.ts';
import { describedRemote } from './remote.ts';

/** What the artefact itself tells, or who describes an endpoint. */
export type Found = FoundBeside & (FoundArtefact | { readonly remote: Remote });

interface FoundArtefact {
  readonly remote?: undefined;
  readonly url: string;
  readonly sha256: string;
}

interface FoundBeside {
  /** What it may be called here, the best first. */
  readonly names: readonly string[];
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
  readonly commands: readonly string[];
  readonly hints: PackageHints;
}

/** @param cooledDown only versions that are older are taken, where no version is asked for. @throws NoSuchPackage */
export const findArtefact = (questions: Questions, cooledDown: Date): Promise<Found> =>
  questions.given.has('--remote')
    ? describedRemote(questions)
    : questions.given.has('--artefact')
      ? describedArtefact(questions)
      : npmArtefact(questions, cooledDown);

/** Any artefact but an npm package: its address, digest and version are asked for. */
async function describedArtefact({ answer }: Questions): Promise<Found> {
  const url = await answer({
    option: '--artefact',
    text: 'the address of the artefact',
    example: 'oci://registry.example.com/mcp/postgres:1.2.0',
    check: (each) => faultIn('artefact', each),
  });
  const digest = await answer({
    option: '--sha256',
    text: 'the sha256 of the file served (for OCI, the index digest)',
    example: 'the 64 hex digits that sha256sum prints',
    check: (each) => faultIn('sha256', each),
  });
  const version = await answer({
    option: '--version',
    text: 'the version of the artefact',
    example: '1.2.0',
    check: (each) => faultIn('version', each),
  });
  const hints = { variables: [], arguments: [], hosts: [] };
  return { names: [], url, sha256: digest, version, commands: [], hints };
}

async function npmArtefact({ answer, asks }: Questions, cooledDown: Date): Promise<Found> {
  const registry = await openNpmRegistry();
  const spec = await answer({
    option: '--npm',
    text: 'the npm package that starts it',
    example: '@example/mcp-server or @example/mcp-server@1.2.0',
    // Where nobody can be asked again, the command ends with what is wrong below.
    ...(asks && {
      check: async (each) => {
        try {
          await findVersion(registry, each, cooledDown);
          return undefined;
        } catch (error) {
          if (!(error instanceof NoSuchPackage)) throw error;
          return `${error.message}: write the name of a package on npm, such as @example/mcp-server`;
        }
      },
    }),
  });
  const { name, version, manifest, tooNew } = await findVersion(registry, spec, cooledDown);
  if (tooNew !== undefined)
    say(
      version === tooNew
        ? `${name} ${version} is younger than the policy's cooldown: lock it later, or with --as-of`
        : `${name} ${tooNew} is younger than the policy's cooldown, so this takes ${version}`,
    );
  const tarball = await registry.tarball(name, version);
  const files = readTarball(tarball, `${name}@${version}`);
  // From the bytes that will run: the registry's document may say something else.
  const { bin = {}, license } = describePackage(files, `${name}@${version}`);
  const commands = Object.keys(bin);
  return {
    names: suggestedNames(name),
    version,
    // What npm takes and a manifest does not is left out, or asked for.
    ...fitting('description', manifest.description?.replaceAll(/\s+/gu, ' ').trim().slice(0, 500)),
    ...fitting('license', license?.startsWith('SEE ') === true ? undefined : license),
    ...fitting('repository', webAddress(manifest.repository)),
    url: `npm:${name}@${version}`,
    sha256: sha256(tarball),
    commands: byLikeness(commands, name),
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

/** @param spec `name`, `name@version` or `name@tag`. @throws NoSuchPackage */
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

const fitting = <Field extends Form>(field: Field, value: string | undefined): { readonly [key in Field]?: string } =>
  (value === undefined || faultIn(field, value) !== undefined ? {} : { [field]: value }) as {
    readonly [key in Field]?: string;
  };
