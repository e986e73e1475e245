/** How findings quote hostile text, and name what a server offers. */
import { sha256 } from '../../../core/digest.ts';
import type { OfferKind } from '../../../core/offers.ts';
import { visibleAscii } from '../../show/visible.ts';

/** The beginning of a text, in quotes. */
export const quoted = (text: string, length = 80): string =>
  `"${visibleAscii(text.slice(0, length))}${text.length > length ? '...' : ''}"`;

const maxSubjectName = 400;

/**
 * The subject of findings about a tool, a prompt, a resource or a resource template, such as `resource-template:file:///{path}`.
 * Where escapes make a name too long, its end is replaced by a digest, so that it stays unique.
 */
export function offerSubject({ one }: Pick<OfferKind, 'one'>, name: string): string {
  const shown = visibleAscii(name);
  const what = one.replaceAll(' ', '-');
  return shown.length <= maxSubjectName
    ? `${what}:${shown}`
    : `${what}:${shown.slice(0, maxSubjectName)}~${sha256(name).slice(0, 16)}`;
}
