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

/** Where a row has the words of the query: for each, the best field, and there what has most of the other words too. */
export function reasonsOf(row: SearchRow, matched: Ranked['matched']): Reason[] {
  const sought = [...matched.values()];
  const reasons = new Map<string, Reason>();
  for (const found of sought) {
    const reason = bestReason(row, found, sought);
    if (reason !== undefined) reasons.set(`${reason.label} ${reason.text ?? ''}`, reason);
  }
  return [...reasons.values()];
}

type Found = ReadonlyMap<string, unknown>;

function bestReason(row: SearchRow, found: Found, sought: readonly Found[]): Reason | undefined {
  for (const { label, texts } of fields) {
    const all = texts(row);
    const words = all.map(wordsOf);
    const has = (at: number, each: Found): boolean => words[at]?.some((word) => each.has(word)) === true;
    const most = (at: number): number => sought.filter((each) => has(at, each)).length;
    const [best] = [...all.keys()].filter((at) => has(at, found)).sort((a, b) => most(b) - most(a));
    if (best === undefined) continue;
    if (shown.has(label)) return { label };
    const tool = label === 'tool' ? row.tools[best] : undefined;
    return { label, text: tool?.name ?? all[best] ?? '' };
  }
  return undefined;
}
