import type { SearchRow } from '../../../schemas/types.ts';
import { fields } from './fields.ts';
import type { Ranked } from './rank.ts';
import { wordsOf } from './words.ts';

/** One place in which a row was found. */
export interface Reason {
  readonly label: string;
  /** What stands there; nothing where the row shows it anyway. */
  readonly text?: string;
}

/** The row shows these whole, or as much of them as there is room for. */
const shown = new Set(['name', 'description']);

/** Where a row has the words of the query: for each, the best field. */
export function reasonsOf(row: SearchRow, matched: Ranked['matched']): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const found of matched.values()) {
    const reason = firstReason(row, found);
    if (reason !== undefined) reasons.set(`${reason.label} ${reason.text ?? ''}`, reason);
  }
  return [...reasons.values()];
}

function firstReason(row: SearchRow, found: ReadonlyMap<string, unknown>): Reason | undefined {
  for (const { label, texts } of fields) {
    const all = texts(row);
    const at = all.findIndex((text) => wordsOf(text).some((word) => found.has(word)));
    if (at === -1) continue;
    if (shown.has(label)) return { label };
    const tool = label === 'tool' ? row.tools[at] : undefined;
    return { label, text: tool?.name ?? all[at] ?? '' };
  }
  return undefined;
}
