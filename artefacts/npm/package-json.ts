/** Reads the fields of a package.json that the package itself and what it bundles have in common. */
import { clean } from 'semver';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxLicenseLength } from '../../core/limits.ts';

/** As Node and npm read it: of two keys the last counts. Not an object is read as one without fields. @throws SyntaxError */
export function parsePackageJson(content: Uint8Array): JsonObject {
  // Some packages begin it with a byte order mark, which npm passes over.
  const marked = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  const value: unknown = JSON.parse(Buffer.from(marked ? content.subarray(3) : content).toString('utf8'));
  return isJsonObject(value) ? value : {};
}

/** As npm publishes it: without a `v` in front. Absent where it is not a version. */
export const versionIn = ({ version }: JsonObject): string | undefined =>
  typeof version === 'string' ? (clean(version, { loose: true }) ?? undefined) : undefined;

/** Old packages write an object with a type, or a list of licences, of which a user may choose one. */
export function licenseIn({ license, licenses }: JsonObject): string | undefined {
  const chosen = typeOf(license) ?? typeOf(licenses) ?? listIn(license) ?? listIn(licenses);
  const text = chosen?.trim().slice(0, maxLicenseLength).toWellFormed();
  return text === '' ? undefined : text;
}

const typeOf = (value: unknown): string | undefined => {
  const text = isJsonObject(value) ? value.type : value;
  return typeof text === 'string' ? text : undefined;
};

function listIn(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const types = value.flatMap((each) => typeOf(each) ?? []);
  return types.length > 1 ? `(${types.join(' OR ')})` : types[0];
}
