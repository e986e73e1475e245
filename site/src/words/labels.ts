const sentences = new Map([
  ['destructive', 'can destroy or overwrite'],
  ['private-data', 'sees private data'],
  ['untrusted-content', 'brings in untrusted content'],
]);

/** The text for a reviewer's label of a tool, or the label itself if it is unknown. */
export function labelWords(label: string): string {
  return sentences.get(label) ?? label;
}
