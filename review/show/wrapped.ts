/** Lines of text that fit a terminal of 80 columns. */
const width = 80;

/**
 * Joins parts with a separator into lines that begin with the indent. Lines break after separators. A part that is longer than
 * a line is not broken, so that it can be copied.
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
