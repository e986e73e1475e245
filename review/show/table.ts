/** Tables and counts of the reviewer's page. */

/** The most rows of one table. */
export const maxRows = 100;

/** The cells must be escaped already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], shown = maxRows): string {
  const more = rows.length - shown;
  return `${[
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.slice(0, shown).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')}\n${more > 0 ? `\nAnd ${more} more.\n` : ''}`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `a, b and c`. */
export const series = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
