/** What the commands say of an endpoint: how a client reaches it, and that there is nothing here to start. */
import { Refusal } from '../../core/refusal.ts';
import type { HeaderInput, Remote, RemoteVariable } from '../../schemas/types.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';

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

/** @throws Refusal E_UNSUPPORTED for an endpoint, which has no files */
export function refuseEndpoint({ record: { name }, approval: { server } }: VerifiedServer): void {
  if (server.remote === undefined) return;
  throw new Refusal(
    'E_UNSUPPORTED',
    `${name} is an endpoint: it runs elsewhere, so this program has nothing to install and cannot start it yet`,
    `point your client at ${server.remote.url} itself; \`countersign info ${name}\` shows the headers that it wants`,
  );
}
