/** Writes one version of a server of an incident into a registry: its packages, its manifest and its lock. */
import { parse } from 'yaml';
import { canonicalJson, reviewableJson } from '../../core/canonical.ts';
import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { describePackage } from '../../artefacts/npm/describe.ts';
import { readTarball } from '../../artefacts/archives/tarball.ts';
import { toSecond } from '../../core/time.ts';
import { treeDigest } from '../../core/tree.ts';
import { makeLock, type Resolver } from '../../resolve/lock.ts';
import type { Lock, LockedTool, Manifest } from '../../schemas/types.ts';
import type { ServerVersion, Tool } from './incident.ts';
import type { FakePackage } from './npm-registry.ts';
import type { TinyRegistry } from './tiny-registry.ts';
import { tinyManifest } from './tiny-server.ts';
import { npmClosure } from './statements.ts';

/** When the locks were made. */
const asOf = new Date('2026-11-19T00:00:00Z');

/** A server as it stands in the registry. */
export interface Standing {
  readonly name: string;
  readonly version: string;
  readonly is: ServerVersion;
}

/** Every package of these servers once. */
export const packagesOf = (servers: readonly Standing[]): FakePackage[] => [
  ...new Map(
    servers
      .flatMap((server) => [packageOf(server), ...(server.is.loads ?? [])])
      .map((each) => [`${each.name}@${each.version}`, each]),
  ).values(),
];

function packageOf({ name, version, is }: Standing): FakePackage {
  const said = { license: 'MIT', bin: 'index.js', ...is.package };
  const stated = JSON.stringify({ name: `${name}-server`, version, ...said });
  return {
    name: `${name}-server`,
    version,
    manifest: { ...said, ...(is.publisher !== undefined && { _npmUser: { name: is.publisher } }) },
    // Of bytes too: some files are native.
    entries: Object.entries({ 'package.json': stated, ...is.files }).map(([path, content]) => ({
      path: `package/${path}`,
      content,
    })),
    ...(is.publishedAt !== undefined && { publishedAt: is.publishedAt }),
    ...(is.builtFrom !== undefined && { dist: { attestations: { url: 'https://npm.example/attestations' } } }),
  };
}

export const lockedTools = (tools: readonly Tool[] = []): LockedTool[] =>
  [...Map.groupBy(tools, ({ name }) => name)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => ({
      name,
      definitions: all.map((definition) => ({ sha256: sha256(canonicalJson(definition)), definition })),
    }));

/** As an attacker writes a lock who wants to hide them. */
export const withoutBundled = (lock: Lock): Lock => ({
  ...lock,
  closure: {
    ...npmClosure(lock),
    packages: Object.fromEntries(
      Object.entries(npmClosure(lock).packages).map(([path, locked]) => {
        const { bundled: _, ...rest } = locked;
        return [path, rest];
      }),
    ),
  },
});

export async function writeServer(
  tiny: TinyRegistry,
  { name, version, is }: Standing,
  resolver: Resolver,
  alter: (lock: Lock) => Lock = (lock) => lock,
): Promise<void> {
  const digest = sha256(tiny.npm.tarball(`${name}-server`, version));
  const manifest = tinyManifest(digest, version, is.manifest, name)
    .replace('npm:tiny-server', `npm:${name}-server`)
    .replace(/^description: .*$/mu, () => `description: ${JSON.stringify(is.description ?? 'It helps a team.')}`);
  await tiny.write(`servers/${name}.yaml`, manifest);
  const made = await lockOf(parse(manifest) as Manifest, tiny.npm.tarball(`${name}-server`, version), resolver);
  const said = is.instructions === undefined ? [] : [is.instructions];
  const instructions = {
    instructions: said.map((text) => sha256(text)),
    ...(said.length > 0 && { instructionTexts: said }),
  };
  const lock = alter({ ...made, tools: lockedTools(is.tools), ...instructions });
  await tiny.write(`servers/${name}.lock.json`, Buffer.from(reviewableJson(lock)).toString());
}

/** Where no lock can be made, an attacker writes one by hand, of the package alone. */
async function lockOf(manifest: Manifest, tarball: Buffer, resolver: Resolver): Promise<Lock> {
  try {
    return await makeLock(manifest, asOf, false, resolver);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { url = '', sha256: digest = '' } = manifest.artefact ?? {};
    const files = readTarball(tarball, url);
    const root = { ...describePackage(files, url), integrity: integrityOf(tarball), tree: treeDigest(files) };
    const path = `node_modules/${root.name}`;
    return {
      schemaVersion: 1,
      name: manifest.name,
      version: manifest.version,
      artefact: { url, sha256: digest, sha512: sha512(tarball) },
      resolvedAsOf: toSecond(asOf),
      closure: { kind: 'npm', root: path, packages: { [path]: root } },
      tools: [],
      instructions: [],
    };
  }
}
