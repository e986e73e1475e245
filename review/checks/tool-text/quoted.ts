/** How findings quote hostile text and name tools. */
import { sha256 } from '../../../core/digest.ts';
import { visibleAscii } from '../../show/visible.ts';

/** The beginning of a text, in quotes. */
export const quoted = (text: string, length = 80): string =>
  `"${visibleAscii(text.slice(0, length))}${text.length > length ? '...' : ''}"`;

const maxSubjectName = 400;

/** What findings call a tool. A name that escapes make too long ends in a digest, which keeps it apart from others. */
export function toolSubject(name: string): string {
  const shown = visibleAscii(name);
  return shown.length <= maxSubjectName
    ? `tool:${shown}`
    : `tool:${shown.slice(0, maxSubjectName)}~${sha256(name).slice(0, 16)}`;
}
