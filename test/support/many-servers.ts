/** Copies of one valid manifest and lock under other names and artefacts: a registry of any size. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { reviewableJson } from '../../core/canonical.ts';
import { sha256, sha512 } from '../../core/digest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';

/** Writes `count` servers into the `servers` folder below `folder`. */
export async function writeCopies(folder: string, manifest: Manifest, lock: Lock, count: number): Promise<void> {
  await mkdir(join(folder, 'servers'), { recursive: true });
  const root = lock.closure.packages[lock.closure.root];
  if (root === undefined) throw new Error('the lock has no root');
  for (let number = 1; number <= count; number++) {
    const name = `${manifest.name}-${number}`;
    const packageName = `${root.name}-${number}`;
    const artefact = { url: `npm:${packageName}@${root.version}`, sha256: sha256(name) };
    const path = `node_modules/${packageName}`;
    const digest = sha512(Buffer.from(name));
    const integrity = `sha512-${Buffer.from(digest, 'hex').toString('base64')}`;
    const { [lock.closure.root]: _, ...others } = lock.closure.packages;
    const packages = { ...others, [path]: { ...root, name: packageName, integrity } };
    const copy = { ...lock, name, artefact: { ...artefact, sha512: digest }, closure: { root: path, packages } };
    await writeFile(join(folder, 'servers', `${name}.yaml`), stringify({ ...manifest, name, artefact }));
    await writeFile(join(folder, 'servers', `${name}.lock.json`), reviewableJson(copy));
  }
}

/** The same lock with a closure of two packages, as of a server that ships as a bundle. */
export function withSmallClosure(lock: Lock): Lock {
  const { root, packages } = lock.closure;
  const [path, dependency] =
    Object.entries(packages).find(([, { dependencies, optionalDependencies, peerDependencies, optional }]) =>
      [dependencies, optionalDependencies, peerDependencies, optional].every((each) => each === undefined),
    ) ?? [];
  const top = packages[root];
  if (top === undefined || path === undefined || dependency === undefined)
    throw new Error('the lock has no package that wants nothing');
  const wants = { [dependency.name]: dependency.version };
  return { ...lock, closure: { root, packages: { [path]: dependency, [root]: { ...top, dependencies: wants } } } };
}
