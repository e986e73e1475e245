import { approvalAttacks } from './approvals.ts';
import { bundleAttacks } from './bundles.ts';
import { vectorFiles } from './define.ts';
import { formAttacks } from './forms.ts';
import { freezeAttacks } from './freezes.ts';
import { hostAttacks } from './host.ts';
import { keyringAttacks } from './keyrings.ts';
import { metadataKeyAttacks } from './metadata-keys.ts';
import { networkAttacks } from './network.ts';
import { recordAttacks } from './records.ts';
import { rollbackAttacks } from './rollbacks.ts';
import { signatureAttacks } from './signatures.ts';
import { theftAttacks } from './thefts.ts';

/** The folders in which no file is written by hand. */
export const generated = ['control', 'before', 'after', 'attacks'] as const;

/** Their files, by path: always the same bytes. */
export const everything = (): ReadonlyMap<string, Uint8Array> =>
  vectorFiles([
    ...approvalAttacks,
    ...bundleAttacks,
    ...formAttacks,
    ...freezeAttacks,
    ...hostAttacks,
    ...keyringAttacks,
    ...metadataKeyAttacks,
    ...networkAttacks,
    ...recordAttacks,
    ...rollbackAttacks,
    ...signatureAttacks,
    ...theftAttacks,
  ]);
