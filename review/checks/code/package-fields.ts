import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';

/** The package.json of a package, or no fields where it cannot be read. */
export function manifestOf(files: readonly PackageFile[]): JsonObject {
  const file = files.find(({ path }) => path === 'package.json');
  try {
    const value: unknown = JSON.parse(
      Buffer.from(file?.content ?? [])
        .toString('utf8')
        .replace(/^\ufeff/u, ''),
    );
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The scripts that npm runs when it installs a package, by name. */
export function installScriptsOf(manifest: JsonObject): ReadonlyMap<string, string> {
  const { scripts } = manifest;
  const named = isJsonObject(scripts) ? scripts : {};
  return new Map(
    ['preinstall', 'install', 'postinstall'].flatMap((name): [string, string][] => {
      const script = named[name];
      return typeof script === 'string' ? [[name, script]] : [];
    }),
  );
}
