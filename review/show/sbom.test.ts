import { partsOf, rootOf } from '../../artefacts/kinds.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { aLock, aManifest, aPackage, npmClosure } from '../../test/support/statements.ts';
import { sha512OfIntegrity } from '../../core/digest.ts';
import type { Lock, LockedPackage } from '../../schemas/types.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { sbomOf } from './sbom.ts';

/** The schema of CycloneDX 1.6, as the library ships it. Its own validator needs libraries that are not installed. */
function compileSchema(): ValidateFunction {
  const folder = new URL('res/schema/', import.meta.resolve('@cyclonedx/cyclonedx-library/package.json'));
  const read = (file: string): object => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Formats that ajv-formats does not know.
  ajv.addFormat('iri-reference', (text) => URL.canParse(text, 'https://example.com'));
  ajv.addFormat('idn-email', /@/u);
  for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(read(file), `http://cyclonedx.org/schema/${file}`);
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'));
}

const isCycloneDx = compileSchema();

interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly scope?: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
}

function open(text: string): Bom {
  const bom: unknown = JSON.parse(text);
  isCycloneDx(bom);
  expect(isCycloneDx.errors ?? []).toEqual([]);
  return bom as Bom;
}

const { servers } = await readRegistryFiles(join(import.meta.dirname, '../..'));

test('the schema refuses a document that is not a bill of materials', () => {
  expect(isCycloneDx({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ type: 'x' }] })).toBe(false);
});

test('has all ten servers', () => {
  expect(servers.filter(({ lock }) => lock !== undefined)).toHaveLength(10);
});

test.each(servers.map(({ name, manifest, lock }) => [name, manifest.value, lock?.value] as const))(
  'lists everything that %s pins, as CycloneDX',
  (_, manifest, lock) => {
    if (lock === undefined) throw new Error('it has a lock');
    const { metadata, components, dependencies } = open(sbomOf(manifest, lock));
    const root = rootOf(lock);
    const parts = partsOf(lock);
    const folders = parts.map(({ folder }) => folder);
    const listed = new Map([metadata.component, ...components].map((it) => [it['bom-ref'], it]));
    expect([...listed.keys()].sort()).toEqual(folders.toSorted());
    expect(metadata.component['bom-ref']).toBe(root);
    for (const { type, name, version, license, folder, file, integrity } of parts) {
      expect(listed.get(folder)).toMatchObject({
        version,
        purl: `pkg:${type}/${name.replace('@', '%40')}@${encodeURIComponent(version)}${file === undefined ? '' : `?file_name=${encodeURIComponent(file)}`}`,
        ...((license ?? (folder === root ? manifest.license : undefined)) !== undefined && {
          licenses: [expect.anything()],
        }),
      });
      expect(listed.get(folder)?.hashes).toContainEqual({ alg: 'SHA-512', content: sha512OfIntegrity(integrity) });
    }
    expect(reachable(root ?? '', dependencies)).toEqual(new Set(folders));
  },
);

/** A closure contains only what its root loads. */
function reachable(root: string, dependencies: Bom['dependencies']): ReadonlySet<string> {
  const edges = new Map(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const reached = new Set([root]);
  for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
  return reached;
}

const at = (name: string, change: Partial<LockedPackage> = {}): LockedPackage => aPackage(name, '1.0.0', change);

const root = 'node_modules/@example/mcp-postgres';
const nested: Lock = aLock({
  closure: {
    kind: 'npm',
    root,
    packages: {
      [root]: at('@example/mcp-postgres', { version: '1.2.0', dependencies: { a: '1', b: '1' } }),
      'node_modules/a': at('a', { dependencies: { b: '2' }, optionalDependencies: { c: '1', missing: '1' } }),
      'node_modules/a/node_modules/b': at('b', { version: '2.0.0' }),
      'node_modules/b': at('b', { peerDependencies: { a: '1' } }),
      'node_modules/c': at('other', { optional: true }),
    },
  },
});

/** The same, with every package under one licence. */
const under = (license: string): Lock => ({
  ...nested,
  closure: {
    kind: 'npm',
    root,
    packages: Object.fromEntries(
      Object.entries(npmClosure(nested).packages).map(([path, locked]) => [path, { ...locked, license }]),
    ),
  },
});

test('lists bundled packages with their licences, below the package whose tarball holds them', () => {
  const bundled = [
    { path: 'node_modules/inner', name: 'inner', version: '3.0.0', license: 'ISC' },
    { path: 'node_modules/inner/node_modules/@x/y', name: '@x/y', version: '1.0.0' },
  ];
  const packages = { ...npmClosure(nested).packages, 'node_modules/b': at('b', { bundled }) };
  const { components, dependencies } = open(
    sbomOf(aManifest(), { ...nested, closure: { kind: 'npm', root, packages } }),
  );
  const inner = components.find((each) => each['bom-ref'] === 'node_modules/b/node_modules/inner');
  expect(inner).toMatchObject({
    purl: 'pkg:npm/inner@3.0.0',
    licenses: [{ license: { id: 'ISC' } }],
    properties: [
      { name: 'cdx:npm:package:bundled', value: 'true' },
      { name: 'cdx:npm:package:path', value: 'node_modules/b/node_modules/inner' },
    ],
  });
  expect(inner).not.toHaveProperty('hashes');
  expect(dependencies).toContainEqual({
    ref: 'node_modules/b',
    dependsOn: ['node_modules/b/node_modules/inner', 'node_modules/b/node_modules/inner/node_modules/@x/y'],
  });
});

test('finds what a package loads in the same way as Node', () => {
  const { dependencies, components } = open(sbomOf(aManifest(), nested));
  expect(dependencies).toEqual([
    { ref: root, dependsOn: ['node_modules/a', 'node_modules/b'] },
    { ref: 'node_modules/a', dependsOn: ['node_modules/a/node_modules/b', 'node_modules/c'] },
    { ref: 'node_modules/a/node_modules/b' },
    { ref: 'node_modules/b', dependsOn: ['node_modules/a'] },
    { ref: 'node_modules/c' },
  ]);
  expect(components.map(({ purl, scope }) => [purl, scope])).toEqual([
    ['pkg:npm/a@1.0.0', 'required'],
    ['pkg:npm/b@2.0.0', 'required'],
    ['pkg:npm/b@1.0.0', 'required'],
    ['pkg:npm/other@1.0.0', 'optional'],
  ]);
});

test('is the same for the same lock, in any order of its packages', () => {
  const { packages } = npmClosure(nested);
  const turned: Lock = {
    ...nested,
    closure: { kind: 'npm', root, packages: Object.fromEntries(Object.entries(packages).toReversed()) },
  };
  expect(sbomOf(aManifest(), turned)).toBe(sbomOf(aManifest(), nested));
});

test('has the date of the lock, and a serial number made from its content', () => {
  const [one, other] = [open(sbomOf(aManifest(), nested)), open(sbomOf(aManifest(), under('MIT')))];
  expect(one.metadata.timestamp).toBe(new Date(nested.resolvedAsOf).toISOString());
  expect(one.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  expect(one.serialNumber).not.toBe(other.serialNumber);
});

test.each([
  ['MIT', { license: { id: 'MIT' } }],
  ['MIT OR Apache-2.0', { expression: 'MIT OR Apache-2.0' }],
  ['(MIT AND (ISC OR 0BSD))', { expression: '(MIT AND (ISC OR 0BSD))' }],
  ['GPL-2.0-only WITH Classpath-exception-2.0', { expression: 'GPL-2.0-only WITH Classpath-exception-2.0' }],
  ['SEE LICENSE IN LICENSE.md', { license: { name: 'SEE LICENSE IN LICENSE.md' } }],
  ['MIT OR', { license: { name: 'MIT OR' } }],
  ['OR MIT', { license: { name: 'OR MIT' } }],
  ['(MIT', { license: { name: '(MIT' } }],
  ['MIT)(', { license: { name: 'MIT)(' } }],
  ['MIT ISC', { license: { name: 'MIT ISC' } }],
  ['()', { license: { name: '()' } }],
  ['__proto__', { license: { name: '__proto__' } }],
])('reads the licence %j', (text, license) => {
  const { components } = open(sbomOf(aManifest(), under(text)));
  expect(components[0]?.licenses).toEqual([license]);
});

test('leaves out unknown licences, and uses the licence in the manifest for the artefact', () => {
  const { metadata, components } = open(sbomOf(aManifest({ license: 'ISC' }), nested));
  expect(metadata.component.licenses).toEqual([{ license: { id: 'ISC' } }]);
  expect(components.map(({ licenses }) => licenses)).toEqual([undefined, undefined, undefined, undefined]);
});

test('is fast for a licence with a million brackets, and for five thousand packages', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `p${index}`);
  const dependencies = Object.fromEntries(many.map((name) => [name, '1']));
  const packages = Object.fromEntries([
    [root, at('@example/mcp-postgres', { dependencies, license: '('.repeat(1_000_000) })],
    ...many.map((name) => [`node_modules/${name}`, at(name, { license: 'MIT' })] as const),
  ]);
  const large = aLock({ closure: { kind: 'npm', root, packages } });
  // Not checked against the schema, because that compares every component with every other.
  const bom = JSON.parse(sbomOf(aManifest(), large)) as Bom;
  expect(bom.components).toHaveLength(5_000);
  expect(bom.metadata.component.licenses).toEqual([{ license: { name: '('.repeat(500) } }]);
});

test('an image is one component, by its address and its digest', () => {
  const artefact = { url: 'oci://registry.example.com/mcp/a:1.0.0', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };
  const text = sbomOf(aManifest(), aLock({ artefact, closure: { kind: 'oci', images: [] } }));
  expect(JSON.parse(text)).toMatchObject({
    metadata: {
      component: {
        type: 'container',
        name: 'registry.example.com/mcp/a',
        version: '1.0.0',
        purl: `pkg:oci/a@sha256%3A${'a'.repeat(64)}?repository_url=registry.example.com%2Fmcp%2Fa&tag=1.0.0`,
        hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      },
    },
  });
});

test('the packages in the layers of an image are components that it depends on', () => {
  const artefact = { url: 'oci://registry.example.com/mcp/a:1.0.0', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };
  const bundled = [
    { path: 'app/node_modules/tiny', name: 'tiny', version: '1.0.0', license: 'MIT' },
    { type: 'pypi' as const, path: 'site/httpx-0.28.1.dist-info', name: 'httpx', version: '0.28.1' },
  ];
  const bom = JSON.parse(
    sbomOf(aManifest(), aLock({ artefact, closure: { kind: 'oci', images: [], bundled } })),
  ) as Bom;
  expect(bom.components.map(({ purl }) => purl)).toEqual(['pkg:npm/tiny@1.0.0', 'pkg:pypi/httpx@0.28.1']);
  expect(bom.dependencies.find(({ ref }) => ref === artefact.url)).toMatchObject({
    dependsOn: ['image/app/node_modules/tiny', 'image/site/httpx-0.28.1.dist-info'],
  });
});
