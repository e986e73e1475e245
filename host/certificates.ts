/**
 * Certificate authorities that the environment names: the `env` block of a client's configuration can set them. Commands
 * that place or start code believe those that Node brings, and those of npm's configuration.
 */

import { Failure } from '../core/failure.ts';

/** The second and the third have an effect where Node is told to believe the authorities of the system. */
const naming = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

let ignored = false;

/** To be called before anything is fetched. Costs nothing where nothing is. */
export function ignoreNamedAuthorities(environment: Readonly<Record<string, string | undefined>>): void {
  ignored = naming.some((name) => (environment[name] ?? '') !== '');
}

/** To be called by whatever fetches. */
export async function setAuthorities(): Promise<void> {
  if (!ignored) return;
  const { getCACertificates, setDefaultCACertificates }: Partial<typeof import('node:tls')> = await import('node:tls');
  if (getCACertificates === undefined || setDefaultCACertificates === undefined)
    throw new Failure(
      'old-node',
      `Node ${process.versions.node} cannot leave out the certificate authorities that ${naming.join(', ')} name`,
      "install Node 24.5 or newer, or unset them and use npm's `cafile` setting",
    );
  setDefaultCACertificates(getCACertificates('bundled'));
  ignored = false;
}
