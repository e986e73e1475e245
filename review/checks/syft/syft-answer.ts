/**
 * Reads what syft says of an image, in its own JSON: https://github.com/anchore/syft/tree/main/schema/json. Syft is believed, and the
 * image that it read is not: every word may be of whoever made it.
 */
import { isJsonObject, parseJson } from '../../../core/json.ts';
import { maxSyftPackages, maxSyftWordLength } from '../../../core/limits.ts';

export interface SyftPackage {
  /** In syft's words: `deb`, `apk`, `go-module`, `binary`. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

export interface SyftAnswer {
  /** `syft 1.57.1`. */
  readonly by: string;
  /** As the image's own os-release says: `debian`, `12`. */
  readonly system?: { readonly id: string; readonly version: string };
  readonly packages: readonly SyftPackage[];
}

/** Why an answer is none. The message is the end of a sentence about it. */
export class SyftError extends Error {
  override readonly name = 'SyftError';
}

/** @throws SyftError */
export function readSyftAnswer(bytes: Uint8Array): SyftAnswer {
  const { artifacts, distro, descriptor } = objectIn(bytes);
  if (!Array.isArray(artifacts)) throw new SyftError('lists no packages');
  if (artifacts.length > maxSyftPackages) throw new SyftError(`lists more than ${maxSyftPackages} packages`);
  const system = isJsonObject(distro) && distro.id !== undefined ? systemOf(distro.id, distro.versionID) : undefined;
  return {
    by: `syft${isJsonObject(descriptor) ? versionWords(descriptor.version) : ''}`,
    ...(system !== undefined && { system }),
    packages: artifacts.map(packageOf),
  };
}

function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value = parseJson(bytes);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new SyftError('is not JSON', { cause });
  }
  throw new SyftError('is not an object');
}

/** One that was built without its version says so in words. */
const versionWords = (version: unknown): string =>
  typeof version === 'string' && /^\d[\w.+-]{0,40}$/u.test(version) ? ` ${version}` : '';

const systemOf = (id: unknown, version: unknown = ''): SyftAnswer['system'] => ({
  id: wordOf(id, 'an operating system'),
  version: wordOf(version, 'the version of an operating system'),
});

function packageOf(value: unknown): SyftPackage {
  if (!isJsonObject(value)) throw new SyftError('lists what is no package');
  const { type, name, version, purl = '' } = value;
  if (name === '' || type === '') throw new SyftError('lists a package without a name or a type');
  return {
    type: wordOf(type, 'the type of a package'),
    name: wordOf(name, 'the name of a package'),
    version: wordOf(version, 'the version of a package'),
    purl: wordOf(purl, 'the address of a package'),
  };
}

function wordOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new SyftError(`has no text for ${what}`);
  if (value.length > maxSyftWordLength) throw new SyftError(`has ${value.length} characters for ${what}`);
  return value;
}
