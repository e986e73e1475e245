/** What a permission is about, for people. */
const words = new Map([
  ['network', 'network'],
  ['read', 'reading files'],
  ['write', 'changing files'],
  ['client', 'your client'],
  ['environment', 'variable'],
  ['argument', 'argument'],
  ['command', 'command'],
  ['data-class', 'data class'],
  ['sign-in', 'sign-in'],
  ['remote', 'endpoint'],
  ['variable', 'part of the address'],
]);

/** The words for an area, or the area itself where it has none of its own. */
export const areaWords = (area: string): string => words.get(area) ?? area;
