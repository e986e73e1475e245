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

const form =
  /^\s*(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?<extras>[^\]]*)\])?\s*(?<range>\([^()]*\)|[^;@()]*?)\s*(?:;(?<marker>.*))?$/su;

/**
 * Undefined for a dependency that is an address, or none at all.
 * @throws Refusal E_FORMAT, E_TOO_LARGE for a marker that is none
 */
export function parseRequirement(text: string): Requirement | undefined {
  const { name, extras = '', range: given = '', marker } = form.exec(text)?.groups ?? {};
  const range = given.replace(/^\((.*)\)$/su, '$1').trim();
  if (name === undefined || !isRange(range)) return undefined;
  return {
    name: normalPypiName(name),
    extras: extras.split(',').flatMap((extra) => (extra.trim() === '' ? [] : [normalPypiName(extra.trim())])),
    range,
    ...(marker !== undefined && marker.trim() !== '' && { marker: parseMarker(marker.trim()) }),
  };
}
