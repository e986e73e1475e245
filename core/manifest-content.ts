import type { Manifest } from '../schemas/types.ts';
import { sameJson } from './canonical.ts';

/**
 * The first field in which two manifests differ, or `undefined`. The review does not matter, as it may be repeated
 * without a new version, nor the lifecycle, which is read from the tip of main only.
 */
export function changedField(before: Manifest, after: Manifest): string | undefined {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() as (keyof Manifest)[];
  return fields.find((field) => !free.has(field) && !sameJson(before[field], after[field]));
}

const free: ReadonlySet<keyof Manifest> = new Set(['reviewed_at', 'reviewers', 'lifecycle']);
