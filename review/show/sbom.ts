/** Makes a software bill of materials (CycloneDX 1.6) from a lock. The same lock and manifest give the same bytes. */
import { Enums, Models, Serialize, Spec, SPDX } from '@cyclonedx/cyclonedx-library';
import { packageUrl } from '../../core/artefact.ts';
import { dependenciesOf } from '../../core/closure.ts';
import { sha256, sha512OfIntegrity } from '../../core/digest.ts';
import type { Lock, LockedPackage, Manifest } from '../../schemas/types.ts';

/**
 * JSON with a newline at its end. Components are identified by the paths where they are installed.
 * @param licenses gives the licence of the package at a path, an SPDX expression or other words
 */
export function sbomOf(
  manifest: Manifest,
  lock: Lock,
  licenses: (path: string) => string | undefined = () => undefined,
): string {
  const packages = new Map(Object.entries(lock.closure.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { root } = lock.closure;
  const components = new Map(
    [...packages].map(([path, locked]) => [
      path,
      path === root ? artefactOf(manifest, lock, locked) : libraryAt(path, locked),
    ]),
  );
  for (const [path, component] of components) {
    for (const dependency of dependenciesOf(path, packages)) {
      const { bomRef } = components.get(dependency) ?? {};
      if (bomRef !== undefined) component.dependencies.add(bomRef);
    }
    const license = licenses(path) ?? (path === root ? manifest.license : undefined);
    if (license !== undefined && license !== '') component.licenses.add(licenseOf(license));
  }
  const artefact = components.get(root);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: new Date(lock.resolvedAsOf),
      ...(artefact !== undefined && { component: artefact }),
      properties: new Models.PropertyRepository([new Models.Property('countersign:server', manifest.name)]),
    }),
    components: new Models.ComponentRepository([...components.values()].filter((it) => it !== artefact)),
  });
  const unnumbered = serialize(bom);
  bom.serialNumber = `urn:uuid:${uuidOf(unnumbered)}`;
  return serialize(bom);
}

const serialize = (bom: Models.Bom): string => {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
};

function artefactOf(manifest: Manifest, lock: Lock, locked: LockedPackage): Models.Component {
  const component = componentOf(Enums.ComponentType.Application, lock.closure.root, locked);
  component.description = manifest.description;
  component.hashes.set(Enums.HashAlgorithm['SHA-256'], lock.artefact.sha256);
  const references = [
    [manifest.repository, Enums.ExternalReferenceType.VCS],
    [manifest.homepage, Enums.ExternalReferenceType.Website],
  ] as const;
  for (const [url, type] of references)
    if (url !== undefined) component.externalReferences.add(new Models.ExternalReference(url, type));
  return component;
}

function libraryAt(path: string, locked: LockedPackage): Models.Component {
  const component = componentOf(Enums.ComponentType.Library, path, locked);
  component.scope = locked.optional === true ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required;
  return component;
}

function componentOf(type: Enums.ComponentType, path: string, locked: LockedPackage): Models.Component {
  const slash = locked.name.indexOf('/');
  return new Models.Component(type, locked.name.slice(slash + 1), {
    bomRef: path,
    ...(slash > 0 && { group: locked.name.slice(0, slash) }),
    version: locked.version,
    purl: packageUrl({ kind: 'npm', name: locked.name, version: locked.version }, ''),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], sha512OfIntegrity(locked.integrity)]]),
    properties: new Models.PropertyRepository([new Models.Property('cdx:npm:package:path', path)]),
  });
}

const maxLicenseLength = 500;

/** Packages may write any text there. A text that is neither an SPDX identifier nor an SPDX expression is a name. */
function licenseOf(text: string): Models.License {
  if (text.length > maxLicenseLength) return new Models.NamedLicense(text.slice(0, maxLicenseLength));
  if (SPDX.isSupportedSpdxId(text)) return new Models.SpdxLicense(text);
  return isExpression(text) ? new Models.LicenseExpression(text) : new Models.NamedLicense(text);
}

/** Whether it has identifiers between operators, and balanced brackets. */
function isExpression(text: string): boolean {
  const words = text.replaceAll(/[()]/gu, ' $& ').trim().split(/\s+/u);
  let depth = 0;
  let wantsIdentifier = true;
  for (const word of words) {
    if (word === '(' && wantsIdentifier) depth++;
    else if (word === ')' && !wantsIdentifier && depth > 0) depth--;
    else if (wantsIdentifier && SPDX.isSupportedSpdxId(word)) wantsIdentifier = false;
    else if (!wantsIdentifier && ['AND', 'OR', 'WITH'].includes(word)) wantsIdentifier = true;
    else return false;
  }
  return depth === 0 && !wantsIdentifier;
}

/** A UUID of version 8 (RFC 9562, 5.8), which may be made from the content that it names. */
function uuidOf(text: string): string {
  const digits = sha256(text);
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const fields = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ];
  return fields.join('-');
}
