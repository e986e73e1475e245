/** Chooses which wheels of a closure a lock keeps, and which platforms it is then for. */
import { parseMarker } from './markers.ts';
import { needOn, targets, wheelFor, type Target } from './targets.ts';
import type { PinnedPackage } from './pylock.ts';

export interface KeptWheels {
  /** With the wheels that are kept. A package that no platform needs is left out. */
  readonly packages: readonly PinnedPackage[];
  /** The names of the platforms that the closure runs on. */
  readonly platforms: readonly string[];
  /** The others, each with a package that it needs and that has no wheel for it. */
  readonly without: readonly LackingPlatform[];
}

export interface LackingPlatform {
  readonly platform: string;
  /** `cryptography==50.0.2`. */
  readonly package: string;
}

/**
 * One wheel of each package for each platform that needs it. Nothing is kept for a platform that lacks one of them: the
 * closure cannot run there, whatever else there is.
 */
export function keptWheels(packages: readonly PinnedPackage[], among: readonly Target[] = targets): KeptWheels {
  // Most packages of a closure share some markers, and to evaluate one takes time.
  const markers = new Map(
    packages.map(({ marker }) => [marker, marker === undefined ? undefined : parseMarker(marker)]),
  );
  const kept = new Map(packages.map((pinned) => [pinned, new Set<string>()]));
  const platforms: string[] = [];
  const without: LackingPlatform[] = [];
  for (const target of among) {
    const needs = new Map([...markers].map(([text, marker]) => [text, needOn(target, marker)]));
    const needed = packages
      .filter(({ marker }) => needs.get(marker) !== 'never')
      .map((pinned) => ({ pinned, wheel: wheelFor(target, pinned.wheels) }));
    const lacking = needed.find(({ pinned, wheel }) => wheel === undefined && needs.get(pinned.marker) === 'always');
    if (lacking !== undefined) {
      without.push({ platform: target.name, package: `${lacking.pinned.name}==${lacking.pinned.version}` });
      continue;
    }
    platforms.push(target.name);
    for (const { pinned, wheel } of needed) if (wheel !== undefined) kept.get(pinned)?.add(wheel.file);
  }
  return {
    packages: packages
      .map((pinned) => ({ ...pinned, wheels: pinned.wheels.filter(({ file }) => kept.get(pinned)?.has(file)) }))
      .filter(({ wheels }) => wheels.length > 0),
    platforms,
    without,
  };
}
