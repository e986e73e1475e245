/** The secrets that a manifest declares, whatever they are passed in: a variable of a process, or a header of a request. */
import { secretName } from '../schemas/launcher.ts';
import type { Credential, Manifest } from '../schemas/types.ts';
import { placeholdersIn } from './placeholders.ts';

export interface SecretInput {
  /** What a person calls it: a name that variables may have. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

export const secretInputs = ({ launch, remote }: Pick<Manifest, 'launch' | 'remote'>): readonly SecretInput[] =>
  [...(launch?.environment ?? []), ...(remote?.headers ?? []), ...(remote?.variables ?? [])]
    .filter(({ secret }) => secret === true)
    .map(({ name, description, required }) => ({ name: secretName(name), description, required: required === true }));

/** What the manifest says of how to get a secret. `name` is as `secretInputs` has it. */
export const credentialOf = (
  { credentials = [], remote }: Pick<Manifest, 'credentials' | 'remote'>,
  name: string,
): Credential | undefined =>
  credentials.find(({ environment, header }) => {
    if (header === undefined) return environment === name;
    const value = remote?.headers?.find((each) => each.name.toLowerCase() === header.toLowerCase())?.value ?? '';
    return secretName(header) === name || placeholdersIn(value).some((each) => secretName(each) === name);
  });
