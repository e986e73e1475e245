import { searchRow } from '../../schemas/search-row.ts';
import { catalog } from './catalog.ts';
import { Lists } from './list/list-pages.ts';

/** The lists of this catalog. */
export const lists = new Lists(catalog.servers.map(searchRow));
