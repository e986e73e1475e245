import { statusPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import type { RecordFile } from '../../signer/record.ts';

/** What the bins of the repository metadata name, by path: every record, and the status. */
export const namedFiles = (records: readonly RecordFile[], status: Uint8Array): ReadonlyMap<string, Uint8Array> =>
  new Map([...records.map(({ name, bytes }): [string, Uint8Array] => [recordPath(name), bytes]), [statusPath, status]]);
