import { UsageError } from '../../core/failure.ts';
import type { CommonOptions } from '../command-line.ts';
import { audit, outcomeOf, type Audited } from '../audit.ts';
import { homeOf, type Home } from '../home.ts';
import { Servers } from '../servers.ts';
import { findTrust, GivenTrustRefused, type Places } from '../trust/find-trust.ts';
import type { Trust } from '../trust/trust-config.ts';

/** The trust config that counts, and the store and the registry that it names. */
export interface Opened {
  readonly trust: Trust;
  /** Where the trust config lies. */
  readonly path: string;
  readonly servers: Servers;
}

/** Whoever gives another trust config than the system's is written down. A test looks for that elsewhere. */
export async function open({ trust: given }: CommonOptions, places?: Places): Promise<Opened> {
  const home = homeOf(process.env);
  const now = new Date();
  const { trust, path, insteadOf } = await findTrust(given, places).catch(async (error: unknown) => {
    if (error instanceof GivenTrustRefused) await auditGiven(home, given, error.system, outcomeOf(error), now);
    throw error;
  });
  if (insteadOf !== undefined) await auditGiven(home, given, insteadOf, { outcome: 'allowed' }, now);
  return { trust, path, servers: new Servers(trust, home, now) };
}

/** The same for commands that ask about servers; with `--refresh`, the registry is asked first. */
export async function openServers(options: CommonOptions): Promise<Servers> {
  const { servers } = await open(options);
  if (options.refresh === true) await servers.registry.refresh();
  return servers;
}

const auditGiven = (
  home: Home,
  given: string | undefined,
  system: Trust,
  outcome: Pick<Audited, 'outcome' | 'code' | 'message'>,
  now: Date,
): Promise<void> =>
  audit(
    home.audit,
    { event: 'trust', registry: system.config.registry.id, trustConfig: given?.slice(0, 1000) ?? '', ...outcome },
    now,
  );

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
