/** Copies of one valid manifest and lock under other names and artefacts: a registry of any size. */
import { npmClosure } from './statements.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { reviewableJson } from '../../core/canonical.ts';
import { sha256, sha512 } from '../../core/digest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';

/** What is written of a server. */
export interface Written {
  readonly manifest: Manifest;
  readonly lock: Lock;
}

/** Writes `count` servers into the `servers` folder below `folder`. */
export async function writeCopies(folder: string, manifest: Manifest, lock: Lock, count: number): Promise<void> {
  await mkdir(join(folder, 'servers'), { recursive: true });
  for (let number = 1; number <= count; number++) await writeServer(folder, copyOf({ manifest, lock }, number));
}

/** Writes one server over what is there. */
export async function writeServer(folder: string, { manifest, lock }: Written): Promise<void> {
  await writeFile(join(folder, 'servers', `${manifest.name}.yaml`), stringify(manifest));
  await writeFile(join(folder, 'servers', `${manifest.name}.lock.json`), reviewableJson(lock));
}

/** The copy with a number; of a version and a tarball of its own, where they are given. */
export function copyOf(
  { manifest, lock }: Written,
  number: number,
  { version = manifest.version, tarball }: { readonly version?: string; readonly tarball?: Buffer } = {},
): Written {
  const closure = npmClosure(lock);
  const root = closure.packages[closure.root];
  if (root === undefined) throw new Error('the lock has no root');
  const name = `${manifest.name}-${number}`;
  const packageName = `${root.name}-${number}`;
  const packageVersion = version === manifest.version ? root.version : version;
  const bytes = tarball ?? Buffer.from(name);
  const artefact = { url: `npm:${packageName}@${packageVersion}`, sha256: sha256(bytes) };
  const path = `node_modules/${packageName}`;
  const digest = sha512(bytes);
  const integrity = `sha512-${Buffer.from(digest, 'hex').toString('base64')}`;
  const { [closure.root]: _, ...others } = closure.packages;
  const packages = { ...others, [path]: { ...root, name: packageName, version: packageVersion, integrity } };
  const copy: Lock = {
    ...lock,
    name,
    version,
    artefact: { ...artefact, sha512: digest },
    closure: { kind: 'npm', root: path, packages },
  };
  return { manifest: { ...manifest, name, version, artefact }, lock: copy };
}

/** The same lock with a closure of two packages, as of a server that ships as a bundle. */
export function withSmallClosure(lock: Lock): Lock {
  const { root, packages } = npmClosure(lock);
  const [path, dependency] =
    Object.entries(packages).find(([, { dependencies, optionalDependencies, peerDependencies, optional }]) =>
      [dependencies, optionalDependencies, peerDependencies, optional].every((each) => each === undefined),
    ) ?? [];
  const top = packages[root];
  if (top === undefined || path === undefined || dependency === undefined)
    throw new Error('the lock has no package that wants nothing');
  const wants = { [dependency.name]: dependency.version };
  return {
    ...lock,
    closure: { kind: 'npm', root, packages: { [path]: dependency, [root]: { ...top, dependencies: wants } } },
  };
}
