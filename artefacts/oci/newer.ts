/** Finds the tags of a repository that name newer versions of an image. */
import { compare, gt, parse, prerelease, type SemVer } from 'semver';

/**
 * The tags that name a newer version in the same way: after the same `v`, and before the same ending, such as `-alpine`. Pre-releases
 * are left out, unless the current one is one. The newest first. Moving tags, such as `latest` and `1.2`, are never among them.
 */
export function newerTags(tags: readonly string[], current: string): string[] {
  const from = read(current);
  if (from === undefined) return [];
  const newer = tags.flatMap((tag) => {
    const found = read(tag);
    if (found === undefined || found.before !== from.before || found.ending !== from.ending) return [];
    const stable = prerelease(found.version) === null || prerelease(from.version) !== null;
    return stable && gt(found.version, from.version) ? [{ tag, version: found.version }] : [];
  });
  return newer.sort((a, b) => compare(b.version, a.version)).map(({ tag }) => tag);
}

interface VersionTag {
  readonly before: string;
  readonly version: SemVer;
  readonly ending: string;
}

/** What stands after a hyphen is a pre-release where it begins as one; otherwise it says how the image was made. */
const form =
  /^(?<before>v?)(?<version>\d+\.\d+\.\d+(?:-(?:alpha|beta|rc|pre|dev|next|canary)[0-9.]*)?)(?<ending>(?:-.+)?)$/u;

function read(tag: string): VersionTag | undefined {
  const { before = '', version = '', ending = '' } = form.exec(tag)?.groups ?? {};
  const parsed = parse(version);
  return parsed === null ? undefined : { before, version: parsed, ending };
}
