/** How findings quote hostile text and name tools. */
import { sha256 } from '../../../core/digest.ts';
import { visibleAscii } from '../../show/visible.ts';

/** The beginning of a text, in quotes. */
export const quoted = (text: string, length = 80): string =>
  `"${visibleAscii(text.slice(0, length))}${text.length > length ? '...' : ''}"`;

const maxSubjectName = 400;

/**
 * The subject of findings about a tool. Where escapes make a name too long, its end is replaced by a digest, so that it
 * stays unique.
 */
export function toolSubject(name: string): string {
  const shown = visibleAscii(name);
  return shown.length <= maxSubjectName
    ? `tool:${shown}`
    : `tool:${shown.slice(0, maxSubjectName)}~${sha256(name).slice(0, 16)}`;
}
