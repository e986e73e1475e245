/**
 * What a lock says about a wheel, read from the bytes that are hashed. Whatever the wheel says twice, in its name, its
 * folders and its files, must be the same, so that a review sees what an installer sees.
 */
import { maxWheelTags } from '../../core/limits.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { Refusal } from '../../core/refusal.ts';
import { shown } from '../archives/checks.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { consoleScripts } from './entry-points.ts';
import { readFields, type Fields } from './wheel-fields.ts';
import { licenseIn } from './wheel-license.ts';
import { expandTags, isSameVersion, parseWheelName, type WheelName, type WheelTag } from './wheel-name.ts';
import { searchPaths } from './wheel-paths.ts';
import { recordFault } from './wheel-record.ts';

/** The part of a locked wheel that its file decides. */
export interface DescribedWheel {
  /** In its normal form. */
  readonly name: string;
  /** As METADATA writes it. */
  readonly version: string;
  /** An SPDX expression, or other words. */
  readonly license?: string;
  readonly requiresPython?: string;
  /** Requires-Dist, as written: a name, a range, extras and a marker. */
  readonly dependencies?: readonly string[];
  /** Commands, each with the function that starts it, as `module:function`. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** The folders in which Python looks for modules, where there are more than the wheel itself, which is ''. */
  readonly paths?: readonly string[];
  /** It brings code that Python would run at every start, and hosts do not. */
  readonly pthCode?: true;
}

type Refuse = (why: string) => never;

/** `fileName` is the name under which the package index serves it. @throws Refusal E_ARCHIVE */
export function describeWheel(files: readonly PackageFile[], fileName: string): DescribedWheel {
  const refuse: Refuse = (why) => {
    throw new Refusal('E_ARCHIVE', `${fileName} ${why}`, 'ask the publisher of the package');
  };
  const named = parseWheelName(fileName) ?? refuse('is no name of a wheel');
  const folder = distInfoOf(files, named, refuse);
  const fileAt = (name: string): Uint8Array | undefined =>
    files.find(({ path }) => path === `${folder}/${name}`)?.content;
  checkWheelFile(fileAt('WHEEL'), named, refuse);
  // Python would run it, and nobody can review it. That of a source beside it was left out when the wheel was unpacked.
  const compiled = files.find(({ path }) => /\.py[co]$/iu.test(path));
  if (compiled !== undefined) refuse(`holds ${shown(compiled.path)}, which is Python compiled already`);
  const fault = recordFault(files, folder);
  if (fault !== undefined) refuse(fault);

  const metadata = readFields(fileAt('METADATA') ?? refuse('holds no METADATA'));
  const name = normalPypiName(only(metadata, 'Name', refuse) ?? '');
  const version = only(metadata, 'Version', refuse) ?? '';
  if (name !== named.name || !isSameVersion(version, named.version))
    refuse(`is ${shown(name)} in version ${shown(version)} by its METADATA`);
  const license = licenseIn(metadata);
  const requiresPython = only(metadata, 'Requires-Python', refuse);
  const dependencies = (metadata.get('requires-dist') ?? []).map((each) => each.replaceAll('\n', ' '));
  const scripts = consoleScripts(fileAt('entry_points.txt') ?? new Uint8Array());
  const { paths, hasPthCode } = searchPaths(files, folder.replace(/\.dist-info$/u, '.data'));
  return {
    name,
    version,
    ...(license !== undefined && { license }),
    ...(requiresPython !== undefined && requiresPython !== '' && { requiresPython }),
    ...(dependencies.length > 0 && { dependencies }),
    ...(scripts.size > 0 && { scripts: Object.fromEntries(scripts) }),
    ...(paths.length > 1 && { paths }),
    ...(hasPthCode && { pthCode: true as const }),
  };
}

/** Some systems do not tell upper from lower case in it. */
const isDistInfo = (folder: string): boolean => folder.toLowerCase().endsWith('.dist-info');

/** The one folder in which the wheel describes itself. */
function distInfoOf(files: readonly PackageFile[], { name, version }: WheelName, refuse: Refuse): string {
  const places = /^(?:[^/]+\.data\/(?:purelib|platlib)\/)?(?<folder>[^/]+)\//u;
  const folders = new Set(
    files.flatMap(({ path }) => {
      const [whole = '', folder = ''] = places.exec(path) ?? [];
      return isDistInfo(folder) ? [whole.slice(0, -1)] : [];
    }),
  );
  const [folder, ...more] = folders;
  if (folder === undefined) return refuse('has no dist-info');
  if (more.length > 0) refuse(`has more than one dist-info: ${[...folders].map(shown).join(', ')}`);
  const own = /^(?<name>[^/-]+)-(?<version>[^/-]+)\.dist-info$/u.exec(folder)?.groups;
  if (normalPypiName(own?.['name'] ?? '') !== name || !isSameVersion(own?.['version'] ?? '', version))
    refuse(`has the dist-info of another package or version: ${shown(folder)}`);
  return folder;
}

/** The value of a field that stands there once at most. */
function only(fields: Fields, name: string, refuse: Refuse): string | undefined {
  const [value, ...more] = fields.get(name.toLowerCase()) ?? [];
  return more.length === 0 ? value : refuse(`says ${name} more than once`);
}

function checkWheelFile(content: Uint8Array | undefined, { tags }: WheelName, refuse: Refuse): void {
  const fields = readFields(content ?? refuse('holds no WHEEL'));
  const format = only(fields, 'Wheel-Version', refuse) ?? '';
  if (!/^1\.\d+$/u.test(format)) refuse(`has the version ${shown(format)} of the wheel format, not 1`);
  const lines = fields.get('tag') ?? [];
  const own = lines.slice(0, maxWheelTags).flatMap((each) => expandTags(each) ?? []);
  if (lines.length > maxWheelTags || own.length > maxWheelTags)
    refuse(`has more than ${maxWheelTags} tags in its WHEEL`);
  const missing = tags.find((tag) => !own.some((each) => covers(each, tag)));
  if (missing !== undefined)
    refuse(
      `is for ${textOf(missing)} by its name, but for ${lines.join(', ').slice(0, 200) || 'nothing'} by its WHEEL`,
    );
}

/**
 * Whether a wheel with one tag is one with the other, too. Publishers do rename a wheel for every platform to one for the
 * platform of a program that they put into it, and a wheel for any Linux to one for the Linux that an index takes.
 */
const covers = (general: WheelTag, { python, abi, platform }: WheelTag): boolean =>
  (general.python === python || (/^py\d$/u.test(general.python) && python[2] === general.python[2])) &&
  (general.abi === abi || general.abi === 'none') &&
  (general.platform === platform || general.platform === 'any' || general.platform === anyLinux(platform));

/** For `manylinux_2_28_x86_64` and `musllinux_1_2_x86_64`: `linux_x86_64`, what a build writes that does not look at libc. */
const anyLinux = (platform: string): string | undefined => {
  const machine = /^(?:manylinux(?:1|2010|2014|_\d+_\d+)|musllinux_\d+_\d+)_(?<machine>\w+)$/u.exec(platform)?.groups?.[
    'machine'
  ];
  return machine === undefined ? undefined : `linux_${machine}`;
};

const textOf = ({ python, abi, platform }: WheelTag): string => `${python}-${abi}-${platform}`;
