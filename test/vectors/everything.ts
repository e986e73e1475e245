import { vectorFiles } from './define.ts';
import { historyAttacks } from './history.ts';
import { hostAttacks } from './host.ts';
import { networkAttacks } from './network.ts';
import { roleAttacks } from './roles.ts';
import { statementAttacks } from './statements.ts';

/** The folders in which no file is written by hand. */
export const generated = ['control', 'before', 'after', 'attacks'] as const;

/** Their files, by path: always the same bytes. */
export const everything = (): ReadonlyMap<string, Uint8Array> =>
  vectorFiles([...historyAttacks, ...roleAttacks, ...statementAttacks, ...hostAttacks, ...networkAttacks]);
