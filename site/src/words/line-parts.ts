/** Splits a name or an address where a line may break: after slashes and underscores, and after dots between words. */
export function lineParts(text: string): string[] {
  return text.split(/(?<=[/_])(?![/_]|$)|(?<=\.)(?=[a-z])/u);
}
