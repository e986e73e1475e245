import type { Lock, Manifest } from '../../schemas/types.ts';

/** The tools of a server that agents may call: those of the lock, as far as the manifest allows them. */
export function toolNames({
  manifest,
  lock,
}: {
  readonly manifest: Manifest;
  readonly lock?: Lock;
}): ReadonlySet<string> {
  const offered = new Set(lock?.tools.map(({ name }) => name));
  const allowed = manifest.tools?.allow;
  return allowed === undefined ? offered : offered.intersection(new Set(allowed));
}
