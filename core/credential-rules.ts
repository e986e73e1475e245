/** Each credential must be about a secret that the manifest declares. */
import type { Credential, Manifest } from '../schemas/types.ts';
import type { Report } from './input-rules.ts';
import { placeholdersIn } from './placeholders.ts';

/** Every credential that names no secret, or not exactly one. */
export function checkCredentials({ credentials = [], launch, remote }: Manifest, report: Report): void {
  credentials.forEach((credential, index) => {
    const { environment, header } = credential;
    const path = ['credentials', index];
    if ((environment === undefined) === (header === undefined))
      report(path, {
        code: 'environment-or-header',
        message: `the credential names ${environment === undefined ? 'neither a variable nor a header' : 'both a variable and a header'}`,
        remedy: 'give exactly one of environment and header',
      });
    else if (
      environment !== undefined &&
      launch?.environment?.find(({ name }) => name === environment)?.secret !== true
    )
      report([...path, 'environment'], {
        code: 'credential-not-declared',
        message: `launch.environment declares no secret ${environment}`,
        remedy: `declare ${environment} there with secret: true`,
      });
    else if (header !== undefined && !secretHeaders(remote).has(header.toLowerCase()))
      report([...path, 'header'], {
        code: 'credential-not-declared',
        message: `remote.headers declares no secret ${header}`,
        remedy: `declare ${header} there with secret: true`,
      });
  });
}

/** The headers with a secret in them, in lower case: of their own, or from a variable. */
export function secretHeaders(remote: Manifest['remote']): ReadonlySet<string> {
  const variables = new Set(remote?.variables?.flatMap(({ name, secret }) => (secret === true ? [name] : [])));
  return new Set(
    (remote?.headers ?? [])
      .filter(({ secret, value = '' }) => secret === true || placeholdersIn(value).some((name) => variables.has(name)))
      .map(({ name }) => name.toLowerCase()),
  );
}

/** What a credential is the secret of: the name of a variable, or `header X-API-Key`. */
export const credentialTarget = ({ environment, header }: Pick<Credential, 'environment' | 'header'>): string =>
  environment ?? `header ${header ?? ''}`;
