/** How hostile text is quoted: nothing in it hides, moves the cursor, or looks like something else. */
import { sha256 } from '../../../core/digest.ts';

/** The text in printable ASCII, other characters and backslashes as escapes, so that no two texts look the same. */
export const visible = (text: string): string =>
  text.replace(/[^ -[\]-~]/gu, (character) =>
    character === '\\' ? '\\\\' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );

/** The beginning of a text, in quotes. */
export const quoted = (text: string, length = 80): string =>
  `"${visible(text.slice(0, length))}${text.length > length ? '...' : ''}"`;

const maxSubjectName = 400;

/** What findings call a tool. A name that escapes make too long ends in a digest, which keeps it apart from others. */
export function toolSubject(name: string): string {
  const shown = visible(name);
  return shown.length <= maxSubjectName
    ? `tool:${shown}`
    : `tool:${shown.slice(0, maxSubjectName)}~${sha256(name).slice(0, 16)}`;
}
