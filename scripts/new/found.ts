/** What an artefact tells of itself, in the same words for every kind. */
import { say } from '../../host/output.ts';
import type { PackageHints } from '../../resolve/package-hints.ts';
import type { Remote } from '../../schemas/types.ts';
import { faultIn, type Form } from './fields.ts';

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
  /** Absent where nothing says it. */
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
  /** Its name in the official registry, as it says itself. */
  readonly upstream?: string;
  /** Those that may start it, the likeliest first. */
  readonly commands: readonly string[];
  /** Where it does not say what starts it: what is wrong with a file of it as `launch.command`. */
  readonly commandFault?: (command: string) => string | undefined;
  readonly hints: PackageHints;
}

export const noHints: PackageHints = { variables: [], arguments: [], hosts: [] };

/** What others take and a manifest does not is left out, or asked for. */
export const fitting = <Field extends Form>(
  field: Field,
  value: string | undefined,
): { readonly [key in Field]?: string } =>
  (value === undefined || faultIn(field, value) !== undefined ? {} : { [field]: value }) as {
    readonly [key in Field]?: string;
  };

export const oneLine = (text: string | undefined): string | undefined =>
  text?.replaceAll(/\s+/gu, ' ').trim().slice(0, 500);

/** Says that a version was chosen which is not the newest, and why. */
export function sayTooNew(name: string, version: string, tooNew: string | undefined): void {
  if (tooNew === undefined) return;
  say(
    version === tooNew
      ? `${name} ${version} is younger than the policy's cooldown: lock it later, or with --as-of`
      : `${name} ${tooNew} is younger than the policy's cooldown, so this takes ${version}`,
  );
}
