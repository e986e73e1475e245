/** Packages that are the same program for different systems: `@esbuild/linux-x64`, `@esbuild/darwin-arm64` and so on. */
import { partsOf } from '../../../artefacts/kinds.ts';
import { labelOf, type Part } from '../../../artefacts/part.ts';
import { compareText } from '../../../core/order.ts';
import type { Lock } from '../../../schemas/types.ts';
import type { Observation } from '../../verdict/finding.ts';

/** Words for systems, processors and C libraries in the names of packages. */
const platform = new Set(
  `aix alpine android darwin emscripten freebsd linux linuxmusl macos netbsd openbsd openharmony sunos wasi wasm win32
  windows aarch64 amd64 arm arm64 armhf armv6 armv7 armv7l armv8 ia32 loong64 mips64el ppc64 ppc64le riscv64 s390x
  universal wasm32 x64 x86 x86_64 baseline eabi glibc gnu gnueabi gnueabihf msvc musl musleabi musleabihf`
    .trim()
    .split(/\s+/u),
);

/**
 * The family of a package that is for one system: its name with a star for the words about the system, as in `@esbuild/*`.
 * Undefined for a package that runs everywhere, whatever its name is.
 */
export const familyOf = ({ name, platform: system }: Pick<Part, 'name' | 'platform'>): string | undefined =>
  system === undefined ? undefined : familyByName(name);

function familyByName(name: string): string | undefined {
  const slash = name.indexOf('/') + 1;
  const words = name.slice(slash).split('-');
  const kept = words.filter((word) => !platform.has(word));
  if (kept.length === words.length || (kept.length === 0 && slash === 0)) return undefined;
  return `${name.slice(0, slash)}${[...kept, '*'].join('-')}`;
}

/** Makes one observation of those of one rule about the packages of one family with one version. It names all packages. */
export function inFamilies(observations: readonly Observation[], lock: Lock): Observation[] {
  const packages = partsOf(lock);
  const known = new Set(packages.map((locked) => `${familyOf(locked)}@${locked.version}`));
  const families = new Map(
    packages.flatMap((locked): [string, string][] => {
      const family = `${familyByName(locked.name)}@${locked.version}`;
      // What is for no system, as WebAssembly is, belongs to it where it is optional too.
      const isMember = familyOf(locked) !== undefined || (locked.optional === true && known.has(family));
      return familyByName(locked.name) !== undefined && isMember ? [[labelOf(locked), family]] : [];
    }),
  );
  const groups = Map.groupBy(observations, ({ rule, level, subject }) =>
    JSON.stringify([rule, level, families.get(subject) ?? subject]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const family = first === undefined ? undefined : families.get(first.subject);
    if (first === undefined || family === undefined || group.length === 1) return group;
    const { integrity: _, ...rest } = first;
    return [{ ...rest, subject: family, message: messageOf(group, family) }];
  });
}

function messageOf(group: readonly Observation[], family: string): string {
  const said = Map.groupBy(group, ({ message, subject }) => message.replaceAll(subject, () => family));
  const members = (of: readonly Observation[]): string =>
    of
      .map(({ subject }) => subject.slice(0, subject.lastIndexOf('@')))
      .sort(compareText)
      .join(', ');
  return [...said].map(([message, of]) => `${message} (${members(of)})`).join('; ');
}
