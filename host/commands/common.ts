import { UsageError } from '../../core/failure.ts';
import type { CommonOptions } from '../command-line.ts';
import { outcomeOf, type Audited } from '../audit/event.ts';
import { Trail } from '../audit/trail.ts';
import { homeOf, openStore, type Home } from '../home.ts';
import { say } from '../output.ts';
import { Servers } from '../servers.ts';
import type { ApprovedServers } from '../trust/approved-servers.ts';
import { findTrust, GivenTrustRefused, type FoundTrust, type Places } from '../trust/find-trust.ts';
import type { RegistryState } from '../trust/registry-state.ts';
import type { Trust } from '../trust/trust-config.ts';

/** The trust config that is used, and the store and the registry that it names. */
export interface Opened {
  readonly trust: Trust;
  /** Where the trust config lies. */
  readonly path: string;
  readonly servers: Servers;
}

/** @throws Refusal E_STORE, and what `openTrust` throws */
export async function open(options: CommonOptions, places?: Places): Promise<Opened> {
  const found = await openTrust(options, places);
  const { trust, path } = found;
  const home = homeOf(process.env);
  await openStore(home, trust.config.registry.id);
  return { trust, path, servers: new Servers(trust, home, new Date(), trailOf(home, found.insteadOf ?? trust)) };
}

/** If a trust config other than the system's is used, that is written to the audit log. `places` is for tests. */
export async function openTrust({ trust: given }: CommonOptions, places?: Places): Promise<FoundTrust> {
  const found = await findTrust(given, places).catch(async (error: unknown) => {
    if (error instanceof GivenTrustRefused) await auditGiven(given, error.system, outcomeOf(error));
    throw error;
  });
  if (found.insteadOf !== undefined) await auditGiven(given, found.insteadOf, { outcome: 'allowed' });
  return found;
}

/** The same for commands that ask about servers; with `--refresh`, the registry is asked first. */
export async function openServers(options: CommonOptions): Promise<Servers> {
  const { servers } = await open(options);
  await refreshIfAsked(servers, options);
  return servers;
}

/** With `--refresh`, asks the registry first. */
export async function refreshIfAsked({ registry }: Servers, { refresh }: CommonOptions): Promise<void> {
  if (refresh !== true) return;
  const { silence, at } = await registry.refresh();
  if (silence !== undefined)
    say(`countersign: ${silence.message}`, `  what it said at ${at.toISOString()} is used instead`);
}

/** A copy of the registry that holds a part of it says so here, whether it is a view for some groups or withholds something. */
export function sayNotCarried(count: number): void {
  if (count > 0)
    say(
      `countersign: this copy of the registry does not carry ${count} of the servers that its signed metadata names`,
      '  it may be for some groups only; `countersign list --json` names them',
    );
}

/** What the registry says now. @throws the reason if it does not answer, even if the cache could be used instead */
export async function refreshNow(registry: ApprovedServers): Promise<RegistryState> {
  const state = await registry.refresh();
  if (state.silence !== undefined) throw state.silence;
  return state;
}

async function auditGiven(
  given: string | undefined,
  system: Trust,
  outcome: Pick<Audited, 'outcome' | 'code' | 'message'>,
): Promise<void> {
  const home: Home = homeOf(process.env);
  const registry = system.config.registry.id;
  await openStore(home, registry);
  trailOf(home, system).log.append({ event: 'trust', registry, trustConfig: given ?? '', ...outcome });
}

/** How the trail is kept and forwarded is the system's to say, also where another trust config takes its place. */
const trailOf = (home: Home, { config }: Trust): Trail => new Trail(home.audit, config, () => new Date());

/** The form of names and versions, as in the schemas. Nothing else is accepted, so that no argument can be a path. */
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
