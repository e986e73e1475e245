/** What the commands say of an endpoint: how a client reaches it. */
import type { HeaderInput, Remote, RemoteVariable } from '../../schemas/types.ts';

/** Each header with its value here, or with what a user gives for it. */
export const headersOf = ({ headers = [] }: Remote): string[] =>
  headers.map((header) => `${header.name}: ${header.value ?? given(header)}`);

/** What stands as ${name} in the address or in a header. */
export const variablesOf = ({ variables = [] }: Remote): string[] =>
  variables.map((variable) => `\${${variable.name}}: ${given(variable)}`);

function given({ description, required, secret, default: preset, choices }: HeaderInput | RemoteVariable): string {
  const words = [
    ...(required === true ? ['required'] : ['optional']),
    ...(secret === true ? ['secret'] : []),
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(preset === undefined ? [] : [`default ${preset}`]),
  ];
  return `${description} (${words.join('; ')})`;
}
