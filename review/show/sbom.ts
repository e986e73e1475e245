/** Makes a software bill of materials (CycloneDX 1.6) from a lock. The same lock and manifest give the same bytes. */
import { Enums, Models, Serialize, Spec, SPDX } from '@cyclonedx/cyclonedx-library';
import { packageUrl, parseArtefactUrl } from '../../core/artefact.ts';
import { dependenciesOf } from '../../artefacts/graphs.ts';
import { rootOf } from '../../artefacts/kinds.ts';
import { sha256, sha512OfIntegrity } from '../../core/digest.ts';
import { maxLicenseLength } from '../../core/limits.ts';
import { isPackage } from '../../artefacts/part.ts';
import { loadedPackages, type LoadedPackage } from '../../artefacts/loaded.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';

/**
 * JSON with a newline at its end. Components are identified by the paths where they are installed, bundled ones too. The
 * licence of the artefact is the one in the manifest, which was reviewed; the others are as the packages state them. An
 * endpoint has no components, and is a service.
 */
export function sbomOf(manifest: Manifest, lock: Lock): string {
  const loaded = loadedPackages(lock).sort((a, b) => (a.path < b.path ? -1 : 1));
  const dependencies = dependenciesOf(lock);
  const root = rootOf(lock);
  const components = new Map(
    loaded.map((each) => [each.path, each.path === root ? artefactOf(manifest, lock, each) : libraryAt(lock, each)]),
  );
  const image = imageOf(manifest, lock);
  for (const { path, license: stated, bundledAt, holder } of loaded) {
    const component = components.get(path);
    if (component === undefined) continue;
    for (const dependency of dependencies.get(path) ?? []) {
      const { bomRef } = components.get(dependency) ?? {};
      if (bomRef !== undefined) component.dependencies.add(bomRef);
    }
    // Which bundled package loads which is not known, so the package around them depends on all.
    if (bundledAt !== undefined) (components.get(holder.folder) ?? image)?.dependencies.add(component.bomRef);
    const license = path === root ? (manifest.license ?? stated) : stated;
    if (license !== undefined) component.licenses.add(licenseOf(license));
  }
  const artefact = (root === undefined ? undefined : components.get(root)) ?? image;
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: new Date(lock.resolvedAsOf),
      ...(artefact !== undefined && { component: artefact }),
      properties: new Models.PropertyRepository([new Models.Property('countersign:server', manifest.name)]),
    }),
    components: new Models.ComponentRepository([...components.values()].filter((it) => it !== artefact)),
    services: new Models.ServiceRepository(endpointOf(manifest)),
  });
  const unnumbered = serialize(bom);
  bom.serialNumber = `urn:uuid:${uuidOf(unnumbered)}`;
  return serialize(bom);
}

const serialize = (bom: Models.Bom): string => {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
};

function artefactOf(manifest: Manifest, lock: Lock, root: LoadedPackage): Models.Component {
  return described(componentOf(Enums.ComponentType.Application, root, purlOf(lock, root)), manifest, lock);
}

/** What lies in the layers of an image are components of their own, beside it. */
function imageOf(manifest: Manifest, { artefact, ...lock }: Lock): Models.Component | undefined {
  const reference = parseArtefactUrl(artefact?.url ?? '');
  if (artefact === undefined || reference?.kind !== 'oci') return undefined;
  const component = new Models.Component(Enums.ComponentType.Container, `${reference.host}/${reference.path}`, {
    bomRef: artefact.url,
    version: reference.tag,
    purl: packageUrl(reference, artefact.sha256),
  });
  if (manifest.license !== undefined) component.licenses.add(licenseOf(manifest.license));
  return described(component, manifest, { ...lock, artefact });
}

function described(component: Models.Component, manifest: Manifest, lock: Lock): Models.Component {
  component.description = manifest.description;
  if (lock.artefact !== undefined) component.hashes.set(Enums.HashAlgorithm['SHA-256'], lock.artefact.sha256);
  const references = [
    [manifest.repository, Enums.ExternalReferenceType.VCS],
    [manifest.homepage, Enums.ExternalReferenceType.Website],
  ] as const;
  for (const [url, type] of references)
    if (url !== undefined) component.externalReferences.add(new Models.ExternalReference(url, type));
  return component;
}

/** What runs elsewhere is a service, of which nothing but the address is known. */
const endpointOf = ({ name, version, description, remote }: Manifest): Models.Service[] =>
  remote === undefined
    ? []
    : [
        new Models.Service(name, {
          ...{ version, description, bomRef: name },
          externalReferences: new Models.ExternalReferenceRepository([
            new Models.ExternalReference(remote.url, Enums.ExternalReferenceType.Other),
          ]),
        }),
      ];

function libraryAt(lock: Lock, loaded: LoadedPackage): Models.Component {
  const component = componentOf(Enums.ComponentType.Library, loaded, purlOf(lock, loaded));
  component.scope = loaded.holder.optional === true ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required;
  return component;
}

/** A wheel is one of several files of a version. Of a tree, which no registry knows, it is that of its address. */
function purlOf(lock: Lock, { type: kind, name, version, holder: { file } }: LoadedPackage): string {
  if (kind === 'npm' || kind === 'pypi') {
    const purl = packageUrl({ kind, name, version }, '');
    return file === undefined ? purl : `${purl}?file_name=${encodeURIComponent(file)}`;
  }
  const { url = '', sha256: digest = '' } = lock.artefact ?? {};
  const reference = parseArtefactUrl(url);
  return reference === undefined ? name : packageUrl(reference, digest);
}

function componentOf(type: Enums.ComponentType, loaded: LoadedPackage, purl: string): Models.Component {
  const { type: registry, name, version, path, part, bundledAt } = loaded;
  // An address has no group; its last word is the name.
  const slash = isPackage(loaded) ? name.indexOf('/') : name.lastIndexOf('/');
  const properties = [new Models.Property(`cdx:${registry}:package:path`, path)];
  if (bundledAt !== undefined) properties.push(new Models.Property(`cdx:${registry}:package:bundled`, 'true'));
  return new Models.Component(type, name.slice(slash + 1), {
    bomRef: path,
    ...(slash > 0 && isPackage(loaded) && { group: name.slice(0, slash) }),
    version,
    purl,
    // The hash is of a tarball, and a bundled package has none of its own.
    ...(part !== undefined && {
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], sha512OfIntegrity(part.integrity)]]),
    }),
    properties: new Models.PropertyRepository(properties),
  });
}

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
