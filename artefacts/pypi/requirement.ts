/** One dependency of a Python package, as its metadata writes it (PEP 508). */
import { normalPypiName } from '../../core/pypi-name.ts';
import { parseMarker, type Marker } from './markers.ts';
import { isRange } from './version-range.ts';

export interface Requirement {
  /** In its normal form. */
  readonly name: string;
  readonly extras: readonly string[];
  /** Empty where every version fits. */
  readonly range: string;
  readonly marker?: Marker;
}

const packageName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u;

/**
 * Undefined for a dependency that is an address, or none at all. It is read piece by piece: one expression for all of it
 * would take hours for some texts.
 * @throws Refusal E_FORMAT, E_TOO_LARGE for a marker that is none
 */
export function parseRequirement(text: string): Requirement | undefined {
  const end = text.indexOf(';');
  const [before, marker] = end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1).trim()];
  const given = before.trim();
  const name = /^[A-Za-z0-9._-]*/u.exec(given)?.[0] ?? '';
  const afterName = given.slice(name.length).trim();
  const extras = /^\[[^\]]*\]/u.exec(afterName)?.[0] ?? '';
  const afterExtras = afterName.slice(extras.length).trim();
  const isBracketed = afterExtras.startsWith('(') && afterExtras.endsWith(')');
  const range = isBracketed ? afterExtras.slice(1, -1).trim() : afterExtras;
  if (!packageName.test(name) || !isRange(range)) return undefined;
  return {
    name: normalPypiName(name),
    extras: extras
      .slice(1, -1)
      .split(',')
      .flatMap((extra) => (extra.trim() === '' ? [] : [normalPypiName(extra.trim())])),
    range,
    ...(marker !== '' && { marker: parseMarker(marker) }),
  };
}
