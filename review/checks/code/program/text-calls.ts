/** What calls give that change a constant text. */

export function decoded(name: string, [text]: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  try {
    if (name === 'atob') return atob(text);
    if (name === 'decodeURIComponent' || name === 'unescape') return decodeURIComponent(text);
  } catch {
    return undefined;
  }
  return name === 'String' ? text : undefined;
}

export function textMethod(
  text: string,
  method: string | undefined,
  [first, second]: readonly string[],
): string | undefined {
  switch (method) {
    case 'concat':
      return text + (first ?? '') + (second ?? '');
    case 'trim':
    case 'valueOf':
      return text.trim();
    case 'toLowerCase':
      return text.toLowerCase();
    case 'replace':
    case 'replaceAll':
      return first !== undefined && second !== undefined ? text.replaceAll(first, () => second) : undefined;
    case 'slice':
    case 'substring':
      return text.slice(Number(first ?? 0), second === undefined ? undefined : Number(second));
    default:
      return undefined;
  }
}
