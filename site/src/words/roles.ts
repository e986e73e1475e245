import type { CatalogRole } from '../../../schemas/types.ts';

/** What each role of the repository metadata says. */
export const roleTask: Readonly<Record<CatalogRole['name'], string>> = {
  root: 'Says which keys all roles have.',
  targets: 'Names the keyring, and who signs the records of servers.',
  snapshot: 'Says which files belong together; it signs the lists of records too.',
  timestamp: 'Says what is newest, and until when that holds.',
};
