/** What attacks on statements, records and locks have in common. */
import { sha256 } from '../../core/digest.ts';
import type { ApprovalStatement, Lock, StatusStatement } from '../../schemas/types.ts';
import type { Change } from '../support/published.ts';
import { registry, type Attack, type Entry } from './define.ts';
import type { Outcome } from './vector.ts';

export const approvalSays = (change: Partial<ApprovalStatement['predicate']>): Change => ({
  approval: (s) => ({ ...s, predicate: { ...s.predicate, ...change } }),
});
export const statusSays = (change: Partial<StatusStatement['predicate']>): Change => ({
  status: (s) => ({ ...s, predicate: { ...s.predicate, ...change } }),
});
export const entrySays = (change: Partial<Entry>): Change => ({
  record: (r) => ({ ...r, versions: r.versions.map((entry) => ({ ...entry, ...change })) }),
});
export const serverSays = (change: object): Change => ({
  approval: (s) => ({ ...s, predicate: { ...s.predicate, server: { ...s.predicate.server, ...change } } }),
});
export const lockSays = (change: Partial<Lock>): Change => ({ lock: (lock) => ({ ...lock, ...change }) });

/** A digest of something else. */
export const other = sha256('another');

/** What is wrong with something below the metadata: that is believed, and the server is not. */
export const servers = (rows: readonly (readonly [string, string, Outcome, Change, Partial<Attack>?])[]): Attack[] =>
  rows.map(([is, attack, outcome, change, more]) => ({
    is,
    attack,
    outcome,
    remembers: 'all',
    serves: registry(20, change),
    ...more,
  }));

/** What is wrong with the status or the keyring: nothing is believed. */
export const refreshes = (rows: readonly (readonly [string, string, Outcome, Change, Partial<Attack>?])[]): Attack[] =>
  rows.map(([is, attack, outcome, change, more]) => ({ is, attack, outcome, serves: registry(20, change), ...more }));
