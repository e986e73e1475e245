/** An MCPB bundle, as its manifest.json describes it. */
import { fetchArchive } from '../../artefacts/archives/fetch.ts';
import { readZip } from '../../artefacts/archives/zip.ts';
import { inputsOf } from '../../artefacts/mcpb/launch.ts';
import { describeBundle } from '../../artefacts/mcpb/manifest.ts';
import { sha256 } from '../../core/digest.ts';
import type { ArgumentHint } from '../../resolve/hints.ts';
import type { Argument } from '../../schemas/types.ts';
import { fitting, noHints, oneLine, type Found } from './found.ts';
import { suggestedNames } from './package-names.ts';

/** @throws as `fetchArchive` and `describeBundle` */
export async function mcpbArtefact(url: string, fetch = fetchArchive): Promise<Found> {
  const bytes = await fetch(url);
  const bundle = describeBundle(await readZip(bytes, url), url);
  const { launch, left } = inputsOf(bundle);
  return {
    names: suggestedNames(bundle.name),
    ...fitting('version', bundle.version),
    ...fitting('description', oneLine(bundle.description)),
    ...fitting('license', bundle.license),
    ...fitting('repository', bundle.repository),
    url,
    sha256: sha256(bytes),
    commands: [],
    hints: {
      ...noHints,
      variables: (launch.environment ?? []).map(({ secret = false, required = false, ...each }) => ({
        ...each,
        secret,
        required,
      })),
      arguments: (launch.arguments ?? []).map(hintOf),
      ...(left.length > 0 && { notes: left }),
    },
  };
}

function hintOf(argument: Argument): ArgumentHint {
  if (argument.type === 'fixed') return { name: argument.value, fixed: argument.value, required: true };
  const { name, description, required = false, format, default: preset, choices, repeated } = argument;
  return {
    name,
    description,
    required,
    ...(format !== undefined && { format }),
    ...(preset !== undefined && { default: preset }),
    ...(choices !== undefined && { choices }),
    ...(repeated === true && { repeated }),
  };
}
