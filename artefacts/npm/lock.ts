import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { otherArtefact } from '../other-artefact.ts';
import type { Resolved, Resolving } from '../resolving.ts';
import { hashPackages, placeClosure, type Placement } from './resolve.ts';

/** Resolves an npm package as of a date. @throws Failure, Refusal E_DIGEST */
export async function resolveNpm(
  { name, version }: { readonly name: string; readonly version: string },
  declared: string,
  asOf: Date,
  resolving: Resolving,
): Promise<Resolved> {
  const { registry, blobs } = resolving;
  const url = `npm:${name}@${version}`;
  const tarball = await registry.tarball(name, version);
  if (sha256(tarball) !== declared) throw otherArtefact(url, sha256(tarball), declared);
  // Stored, so that it is not fetched again with the rest of the closure.
  await blobs.readOr(integrityOf(tarball), async () => tarball);
  const placement = await placeClosure(name, version, asOf, registry);
  const root = rootOf(placement, name, integrityOf(tarball));
  return {
    artefact: { url, sha256: declared, sha512: sha512(tarball) },
    closure: { kind: 'npm', root, packages: await hashPackages(placement, resolving) },
  };
}

function rootOf(placement: Placement, name: string, integrity: string): string {
  const root = `node_modules/${name}`;
  if (placement.get(root)?.integrity === integrity) return root;
  throw new Failure(
    'unresolvable',
    `${name} resolves to another artefact than its address gives`,
    'check the registry or mirror',
  );
}
