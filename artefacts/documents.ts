/** Asks the registries about the packages of a lock. */
import { mapConcurrently } from '../core/concurrency.ts';
import { Failure } from '../core/failure.ts';
import { maxConcurrentDownloads } from '../core/limits.ts';
import type { NpmRegistry } from './npm/registry.ts';
import type { PackageDocument } from './package-document.ts';
import { isPackage, type PackageName, type PackageType, type PartName } from './part.ts';
import { documentOf } from './pypi/document.ts';
import type { PackageIndex } from './pypi/index-client.ts';

/** What can be asked about packages. */
export interface Asked {
  readonly registry: Pick<NpmRegistry, 'packument'>;
  readonly index: () => Promise<Pick<PackageIndex, 'project'>>;
}

type Named = Pick<PackageName, 'type' | 'name'>;
type AnyNamed = Pick<PartName, 'type' | 'name'>;

/** What the registries say of some packages. What they do not have, or do not show yet, is absent. */
export class Documents {
  readonly #byType: ReadonlyMap<PackageType, ReadonlyMap<string, PackageDocument>>;

  constructor(all: readonly (readonly [Named, PackageDocument])[] = []) {
    const byType = Map.groupBy(all, ([{ type }]) => type);
    this.#byType = new Map(
      [...byType].map(([type, found]) => [type, new Map(found.map(([{ name }, document]) => [name, document]))]),
    );
  }

  of({ type, name }: AnyNamed): PackageDocument | undefined {
    return this.#byType.get(type as PackageType)?.get(name);
  }
}

/** Each package is asked about once; about a tree that is none, no registry is asked. @throws Failure if a registry does not answer: without an answer, a check has not passed */
export async function fetchDocuments(packages: Iterable<AnyNamed>, asked: Asked): Promise<Documents> {
  const wanted = new Map([...packages].filter(isPackage).map((each) => [`${each.type} ${each.name}`, each]));
  const found = await mapConcurrently([...wanted.values()], maxConcurrentDownloads, async (each) => {
    const document = await unlessMissing(fetchDocument(each, asked));
    return document === undefined ? [] : [[each, document] as const];
  });
  return new Documents(found.flat());
}

async function fetchDocument({ type, name }: Named, { registry, index }: Asked): Promise<PackageDocument> {
  switch (type) {
    case 'npm':
      return registry.packument(name);
    case 'pypi':
      return documentOf(await (await index()).project(name));
    default:
      return type satisfies never;
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a registry or an address answered that it has no such package, version, file or commit. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Failure && ['no-such-package', 'no-such-archive', 'no-such-commit'].includes(error.code);
