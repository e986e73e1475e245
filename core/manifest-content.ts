import type { Manifest } from '../schemas/types.ts';
import { sameJson } from './canonical.ts';

/**
 * The first field in which two manifests differ; nothing where they are the same but for the review, which may be
 * repeated without another version, and the lifecycle, which is read from the tip of main alone.
 */
export function changedField(before: Manifest, after: Manifest): string | undefined {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() as (keyof Manifest)[];
  return fields.find((field) => !free.has(field) && !sameJson(before[field], after[field]));
}

const free: ReadonlySet<keyof Manifest> = new Set(['reviewed_at', 'reviewers', 'lifecycle']);
