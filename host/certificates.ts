/**
 * Environment variables can name certificate authorities, and the `env` block of a client's configuration can set them.
 * Commands that install or start code ignore those. They trust only Node's own authorities and those of npm's
 * configuration.
 */

import { Failure } from '../core/failure.ts';

/** The second and the third have an effect only if Node is told to trust the authorities of the system. */
const naming = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

let ignored = false;

/** Must be called before anything is fetched. It costs nothing if nothing is fetched. */
export function ignoreNamedAuthorities(environment: Readonly<Record<string, string | undefined>>): void {
  ignored = naming.some((name) => (environment[name] ?? '') !== '');
}

/** Must be called by all code that fetches. */
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
