import { Refusal } from '../core/refusal.ts';

/** The artefact that is served is not the one that the manifest names. */
export const otherArtefact = (url: string, found: string, declared: string): Refusal =>
  new Refusal(
    'E_DIGEST',
    `${url} has the sha256 ${found}, but the manifest says ${declared}`,
    'find out which of the two is right before you change the manifest',
  );
