/** What a list says of a server, taken from its verified record and approval. */
import { bundleBytes } from '../../core/bundle.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ListedServer, ServerRecord } from '../../schemas/types.ts';
import { approvedAudience } from './approval.ts';

/**
 * The audience is taken from the signed approval, as `run` does. One approval that is not believed must not hide the other
 * servers: its refusal is listed instead.
 */
export function listed(record: ServerRecord, keyring: OpenKeyring): ListedServer {
  const { name, version, title, description, artefact } = record;
  const entry = record.versions.find((each) => each.version === version);
  const base = {
    ...{ name, version, description },
    state: entry?.state ?? 'active',
    title: title ?? name,
    endpoint: artefact === undefined,
  };
  if (entry === undefined) return { ...base, refused: 'E_NOT_APPROVED' };
  try {
    const audience = approvedAudience(bundleBytes(record.signature), keyring, { name, entry });
    return { ...base, ...(audience !== undefined && { audience: [...audience] }) };
  } catch (error) {
    if (error instanceof Refusal) return { ...base, refused: error.code };
    throw error;
  }
}
