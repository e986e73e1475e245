import type { SearchRow } from '../../../schemas/types.ts';
import { typeWords } from '../words/row-words.ts';

/** A part of a row that is searched. */
export interface Field {
  /** Its name in "Found in …"; the text that was found follows it. */
  readonly label: string;
  readonly weight: number;
  readonly texts: (row: SearchRow) => readonly string[];
}

/** The most important first; fields of small enumerations lie between what people write and what programs say. */
export const fields: readonly Field[] = [
  { label: 'name', weight: 64, texts: (row) => [row.name] },
  { label: 'title', weight: 32, texts: (row) => [row.title] },
  { label: 'tag', weight: 16, texts: (row) => row.tags },
  { label: 'data class', weight: 14, texts: (row) => [row.dataClassification] },
  { label: 'compliance', weight: 14, texts: (row) => row.compliance },
  { label: 'state', weight: 12, texts: (row) => [row.state] },
  { label: 'type', weight: 10, texts: (row) => [typeWords[row.artefactType]] },
  { label: 'maintainer', weight: 8, texts: (row) => [row.maintainer] },
  { label: 'audience', weight: 7, texts: (row) => row.audience },
  { label: 'tool', weight: 6, texts: (row) => row.tools.map(({ name }) => name) },
  { label: 'system', weight: 5, texts: (row) => row.backends },
  { label: 'host', weight: 4, texts: ({ reach: { network, elsewhere = [] } }) => network.concat(elsewhere) },
  { label: 'tool', weight: 3, texts: (row) => row.tools.map(({ about = '' }) => about) },
  { label: 'description', weight: 2, texts: (row) => [row.description] },
];
