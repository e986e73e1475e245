/** Which servers may still be started, and what is started of them. */
import { parseArtefactUrl } from '../../../core/artefact.ts';
import type { Argument, LifecycleState, Manifest, RecordVersion } from '../../../schemas/types.ts';
import type { ExportedServer } from './export.ts';

/** What the record says of the current version. */
export function currentVersion({ record, published }: ExportedServer): RecordVersion {
  const current = record.versions.find(({ bundle }) => bundle === published.current.digest);
  if (current === undefined) throw new Error(`the current version of ${record.name} is not in its record`);
  return current;
}

/** Hosts refuse revoked and withdrawn versions alike. A deprecated one runs until the day of its sunset, which only hosts know. */
export const mayRun = (state: LifecycleState): boolean => state === 'active' || state === 'deprecated';

/** Whether hosts start its current version, or connect to it. */
export const isRunnable = (server: ExportedServer): boolean =>
  mayRun(currentVersion(server).state) &&
  server.current.approval.statement.predicate.server.launch?.transport === undefined;

/** An image by its digest; nothing for what is no image. */
export function imageReference({ artefact }: Pick<Manifest, 'artefact'>): string | undefined {
  const address = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  return address?.kind === 'oci' && artefact !== undefined
    ? `${address.host}/${address.path}@sha256:${artefact.sha256}`
    : undefined;
}

/** The arguments in the order in which hosts place them, whatever the order in which the manifest declares them. */
export const asPlaced = ({ launch }: Pick<Manifest, 'launch'>): readonly Argument[] => {
  const declared = launch?.arguments ?? [];
  return (['fixed', 'named', 'positional'] as const).flatMap((type) => declared.filter((each) => each.type === type));
};

/** The names of the tools that agents may use. */
export function toolNames({ current }: ExportedServer): readonly string[] {
  const { tools: limits } = current.approval.statement.predicate.server;
  const allowed = limits?.allow === undefined ? undefined : new Set(limits.allow);
  return current
    .lock()
    .tools.map(({ name }) => name)
    .filter((name) => allowed === undefined || allowed.has(name));
}
