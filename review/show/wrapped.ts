/** Lines of text that fit a terminal of 80 columns. */
const width = 80;

/**
 * Joins parts by a separator into lines, each of which begins with the indent. Breaks stand after separators; a part
 * that is longer than a line is left whole, so that it can be copied.
 */
export function wrapped(parts: readonly string[], separator: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  parts.forEach((part, index) => {
    const piece = index === parts.length - 1 ? part : `${part}${separator}`;
    if (line !== '' && indent.length + line.length + piece.trimEnd().length > width) {
      lines.push(line);
      line = '';
    }
    line += piece;
  });
  return [...lines, line].filter((each) => each !== '').map((each) => `${indent}${each.trimEnd()}`);
}
