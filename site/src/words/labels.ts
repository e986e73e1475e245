const sentences = new Map([
  ['destructive', 'can destroy or overwrite'],
  ['private-data', 'sees private data'],
  ['untrusted-content', 'brings in untrusted content'],
]);

/** What a reviewer's label says about a tool, or the label itself where it is not one of ours. */
export function labelWords(label: string): string {
  return sentences.get(label) ?? label;
}
