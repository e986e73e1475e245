/**
 * The function that signs the repository metadata, without its timestamp: it has the first online key, and composes records
 * and metadata itself, from what is approved. It asks nobody, and is told nothing.
 */
import { ApprovalsStore } from '../approval/approvals-store.ts';
import { selectPublished } from '../../catalog/select.ts';
import { withKey } from '../keys/with-key.ts';
import { MetadataStore } from '../metadata/metadata-store.ts';
import { updateSnapshot } from '../metadata/repository.ts';
import { contentOf } from '../publication.ts';
import { RecordIndex } from '../record-index.ts';
import { readStanding } from '../standing.ts';
import { handlerOf, type Outcome } from './function.ts';
import type { FunctionContext } from './function-context.ts';

export async function repository({ config, ...context }: FunctionContext): Promise<Outcome> {
  const { state, program, now } = context;
  const standing = await readStanding({ ...context, keys: config.keys });
  const stored = await new ApprovalsStore(state, program).readAll(standing.identity.keyring);
  const { published } = await selectPublished(standing.servers, stored.approvals, stored.open);
  const records = await RecordIndex.read(state, program);
  const content = await contentOf(standing, published, stored.open, records);
  if (content === undefined) return { done: { bins: 0, snapshot: false }, problems: stored.problems };
  const { bins, snapshot } = await withKey(config.keys.snapshot, context, (key) =>
    updateSnapshot(new MetadataStore(state), content, key, now),
  );
  await records.write(state);
  return { done: { servers: published.length, bins, snapshot }, problems: stored.problems };
}

export const handler = handlerOf('repository', repository, { takesCommit: false });
