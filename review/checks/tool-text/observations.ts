/** Turns what was found in the texts of one subject into observations. */
import { compareSeverity, type Observation } from '../../verdict/finding.ts';
import { visibleAscii } from '../../show/visible.ts';
import { remedyOf, type Found, type ToolTextRule } from './rules.ts';
import type { Subject } from './texts.ts';

export interface Placed extends Found {
  readonly where: string;
}

/** One observation for each rule: it shows the most severe place and the number of other places. */
export function observations(
  { subject, field }: Pick<Subject, 'subject' | 'field'>,
  found: readonly Placed[],
): Observation[] {
  const byRule = Map.groupBy(found, ({ rule }) => rule);
  return [...byRule].map(([rule, places]) => {
    const [worst] = places.toSorted((a, b) => compareSeverity(a.level, b.level));
    return {
      rule,
      level: worst?.level ?? 'note',
      subject,
      ...(field !== undefined && { field: [field] }),
      message: `${placeOf(worst)} ${worst?.what ?? ''}${placesBeside(places.length - 1)}`.trimStart(),
      remedy: remedyOf(rule satisfies ToolTextRule),
    };
  });
}

const placeOf = (placed: Placed | undefined): string => {
  const shown = visibleAscii(placed?.where ?? '');
  return shown.length > 200 ? `...${shown.slice(-200)}` : shown;
};

const placesBeside = (count: number): string =>
  count === 0 ? '' : count === 1 ? ', and so does one more place' : `, and so do ${count} more places`;
