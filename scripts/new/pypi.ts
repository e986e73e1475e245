/** A Python package, as its wheel describes it. */
import { adoptableVersion } from '../../artefacts/pypi/adoptable.ts';
import { NoSuchProject, type PackageIndex } from '../../artefacts/pypi/index-client.ts';
import type { Project } from '../../artefacts/pypi/project-page.ts';
import { onlySource } from '../../artefacts/pypi/pylock.ts';
import { rootWheel } from '../../artefacts/pypi/root-wheel.ts';
import { descriptionIn, readFields, type Fields } from '../../artefacts/pypi/wheel-fields.ts';
import { wheelFiles } from '../../artefacts/pypi/wheel-files.ts';
import { describeWheel } from '../../artefacts/pypi/wheel.ts';
import { sha256 } from '../../core/digest.ts';
import type { Failure } from '../../core/failure.ts';
import { hintsOf } from '../../resolve/package-hints.ts';
import { fitting, oneLine, sayTooNew, type Found } from './found.ts';
import { byLikeness, suggestedNames, webAddress } from './package-names.ts';

/**
 * @param spec `name` or `name==version`
 * @throws Failure `no-such-package`, `unpinned` where there is only source, and as `PackageIndex`; Refusal E_ARCHIVE
 */
export async function pypiArtefact(spec: string, index: PackageIndex, cooledDown: Date): Promise<Found> {
  const [named = '', wanted] = spec.split('==');
  const project = await index.project(named);
  const adoptable = adoptableVersion(project, cooledDown);
  const chosen = wanted ?? adoptable?.version;
  if (chosen === undefined) throw nothingOf(project);
  const { file } = rootWheel(project, chosen);
  const wheel = await index.wheel(named, file);
  const files = await wheelFiles(wheel, file);
  const { name, version, license, scripts = {} } = describeWheel(files, file);
  if (wanted === undefined) sayTooNew(name, version, adoptable?.tooNew);
  const metadata = files.find(({ path }) => /^[^/]+\.dist-info\/METADATA$/u.test(path))?.content ?? new Uint8Array();
  const fields = readFields(metadata);
  const readme = descriptionIn(metadata);
  return {
    names: suggestedNames(name),
    version,
    ...fitting('description', oneLine(fields.get('summary')?.[0])),
    ...fitting('license', license),
    ...fitting('repository', repositoryIn(fields)),
    ...fitting('upstream', /\bmcp-name:\s*(?<name>[\w.-]+\/[\w.-]+)/u.exec(readme)?.groups?.['name']),
    url: `pypi:${name}==${version}`,
    sha256: sha256(wheel),
    commands: byLikeness(Object.keys(scripts), name),
    hints: hintsOf(files, name, readme),
  };
}

function nothingOf({ name, files }: Project): Failure {
  if (files.length === 0) return new NoSuchProject(name, undefined);
  return files.some(({ kind }) => kind === 'wheel')
    ? new NoSuchProject(`${name} that was not withdrawn`, undefined)
    : onlySource(name);
}

/** The words that publishers use, the clearest first. */
const labels = ['repository', 'sourcecode', 'source', 'github', 'code', 'homepage'];

/** The address of its code (https://packaging.python.org/en/latest/specifications/well-known-project-urls/). */
function repositoryIn(fields: Fields): string | undefined {
  const addresses = new Map(
    (fields.get('project-url') ?? []).map((line): [string, string] => {
      const comma = line.indexOf(',');
      const label = line
        .slice(0, comma)
        .toLowerCase()
        .replaceAll(/[^a-z]/gu, '');
      return [label, line.slice(comma + 1).trim()];
    }),
  );
  const named = labels.map((label) => addresses.get(label)).find((address) => address !== undefined);
  return webAddress(named ?? fields.get('home-page')?.[0]);
}
