/** Which servers hosts start. */
import type { LifecycleState } from '../../../schemas/types.ts';
import type { ExportedServer } from './export.ts';

export const currentState = ({ record, published }: ExportedServer): LifecycleState => {
  const current = record.versions.find(({ bundle }) => bundle === published.current.digest);
  if (current === undefined) throw new Error(`the current version of ${record.name} is not in its record`);
  return current.state;
};

/** Whether hosts start its current version, or connect to it. A deprecated one runs until the day of its sunset, which only hosts know. */
export function isRunnable(server: ExportedServer): boolean {
  const state = currentState(server);
  const { launch } = server.current.approval.statement.predicate.server;
  return (state === 'active' || state === 'deprecated') && launch?.transport === undefined;
}
