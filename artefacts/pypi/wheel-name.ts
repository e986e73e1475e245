/** What the name of a wheel's file says (https://packaging.python.org/en/latest/specifications/binary-distribution-format/). */
import { eq, valid } from '@renovatebot/pep440';
import { maxWheelNameLength, maxWheelTags } from '../../core/limits.ts';
import { normalPypiName } from '../../core/pypi-name.ts';

export interface WheelTag {
  readonly python: string;
  readonly abi: string;
  readonly platform: string;
}

export interface WheelName {
  /** In its normal form. */
  readonly name: string;
  /** As the file spells it: some spellings are the same version. */
  readonly version: string;
  /** Decides between two wheels of one version with the same tags: the higher one is taken. */
  readonly build?: string;
  /** Every combination of the tags in the name. */
  readonly tags: readonly WheelTag[];
}

const form =
  /^(?<name>[A-Za-z0-9](?:[\w.]*[A-Za-z0-9])?)-(?<version>[\w.!+]+)(?:-(?<build>\d[\w.]*))?-(?<tags>[\w.]+-[\w.]+-[\w.]+)\.whl$/u;

/** Undefined for what is not the name of a wheel. */
export function parseWheelName(fileName: string): WheelName | undefined {
  if (fileName.length > maxWheelNameLength) return undefined;
  const { name, version, build, tags: compressed = '' } = form.exec(fileName)?.groups ?? {};
  const tags = expandTags(compressed);
  if (name === undefined || version === undefined || !isVersion(version) || tags === undefined) return undefined;
  return { name: normalPypiName(name), version, ...(build !== undefined && { build }), tags };
}

/** The tags that `py2.py3-none-any` stands for. Undefined where one is missing or empty, and for more than the limit. */
export function expandTags(compressed: string): WheelTag[] | undefined {
  const [pythons = [], abis = [], platforms = [], ...more] = compressed.split('-').map((part) => part.split('.'));
  const all = [...pythons, ...abis, ...platforms];
  if (platforms.length === 0 || more.length > 0 || all.includes('')) return undefined;
  if (pythons.length * abis.length * platforms.length > maxWheelTags) return undefined;
  return pythons.flatMap((python) => abis.flatMap((abi) => platforms.map((platform) => ({ python, abi, platform }))));
}

/** Whether it is a version of PEP 440. In the names of files and folders an underscore stands for a dash. */
const isVersion = (version: string): boolean => valid(dashed(version)) !== null;

/** Whether two versions are the same, however they are spelled. */
export const isSameVersion = (one: string, other: string): boolean =>
  isVersion(one) && isVersion(other) && eq(dashed(one), dashed(other));

const dashed = (version: string): string => version.replaceAll('_', '-');
