import { UsageError } from '../../core/failure.ts';
import type { CommonOptions } from '../command-line.ts';
import { homeOf } from '../home.ts';
import { Servers } from '../servers.ts';
import { loadTrust } from '../trust/trust-config.ts';

/** Opens the store and the registry that the trust config names. */
export async function openServers({ trust }: CommonOptions): Promise<Servers> {
  if (trust === undefined)
    throw new UsageError('no trust config is given', 'name it with --trust <file>: your registry hands it out');
  return new Servers(await loadTrust(trust), homeOf(process.env), new Date());
}

/** What names and versions look like, as in the schemas: anything else names nothing, and never a path. */
const specForm = /^(?<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?:@(?<version>[0-9A-Za-z][!-~]{0,63}))?$/u;

/** A server as it is asked for: `memory`, or `memory@1.2.0`. @throws UsageError */
export function parseSpec(spec = ''): Spec {
  const groups = specForm.exec(spec)?.groups;
  if (groups?.name === undefined)
    throw new UsageError(
      `${JSON.stringify(spec.slice(0, 100))} can be no server's name`,
      'write <name> or <name>@<version>: names have lower-case letters, digits and hyphens',
    );
  return { name: groups.name, ...(groups.version !== undefined && { version: groups.version }) };
}

export interface Spec {
  readonly name: string;
  readonly version?: string;
}
