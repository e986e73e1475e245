/** What a change touches, by whom it must be approved. */

/** Files of servers: whoever their data class asks for. */
const serverFile = /^servers\/(?<name>[^/]+?)\.(?:yaml|lock\.json)$/u;

/** The rules, the identity, the keys, the owners in all places that GitHub reads, and what judges a change. */
const guarded =
  /^(?:policy\.yaml|registry\.yaml|(?:\.github\/|docs\/)?codeowners|(?:\.github|trust|advisories)(?:\/.*)?)$/isu;

/** The server that a file belongs to; nothing for any other file. */
export const serverOf = (path: string): string | undefined => serverFile.exec(path)?.groups?.['name'];

/** Whether the guardians must approve a change of it. In any case of letters: not every system tells them apart. */
export const isGuarded = (path: string): boolean => guarded.test(path);

/** Whether it may be changed by nobody without evidence. What else is in servers/ is nobody's, and needs the guardians. */
export const needsEvidence = (path: string): boolean => isGuarded(path) || /^servers(?:\/|$)/isu.test(path);
