/** Where advisories come from: a folder of OSV records, an OSV service, or the npm registry. */
import { withoutSecrets } from '../../../core/address.ts';
import { downloadTimes, type Times } from '../../../core/download.ts';
import { Failure, messageOf } from '../../../core/failure.ts';
import { npmAdvisories } from '../../../artefacts/npm/registry.ts';
import { labelOf, registryNames, type PackageName } from '../../../artefacts/part.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { AdvisorySource as Described } from '../../../schemas/types.ts';
import { withoutTwins, type Advisory, type FindAdvisories } from './advisory.ts';
import { readAdvisoryFolder } from './folder.ts';
import { findWithNpm } from './npm-service.ts';
import { RecordError } from './osv-record.ts';
import { findWithOsv, type FindIds } from './osv-service.ts';

export interface AdvisorySource {
  /** The source and its date. */
  describe(): Described;
  /**
   * The advisories about some packages, by their labels. Packages without advisories are left out.
   * @throws Failure `advisories-unavailable`; `advisories-silent` about packages of a registry that the source does not know
   */
  find(packages: readonly PackageName[]): Promise<ReadonlyMap<string, readonly Advisory[]>>;
  /**
   * The ids of the advisories about packages of operating systems and other ecosystems. Absent where the source knows npm and PyPI
   * alone.
   * @throws Failure `advisories-unavailable`
   */
  readonly findIds?: FindIds;
}

/** What opening a source needs. */
export interface SourceOptions {
  /** The folder that a relative `folder:` is in. */
  readonly root: string;
  /** Used instead of the registry in npm's configuration. */
  readonly mirror?: string;
  readonly times?: Times;
}

/**
 * Opens the source that policy.yaml names. A folder is read here; a service is asked by `find`, once about each version.
 * @throws Failure `advisories-unavailable`
 */
export async function openAdvisories(
  source: string,
  { root, mirror, times = downloadTimes }: SourceOptions,
): Promise<AdvisorySource> {
  const [, kind, place = ''] = /^(folder|osv|npm):(.*)$/su.exec(source) ?? [];
  const shown = kind === 'osv' ? `osv:${withoutSecrets(place)}` : source;
  switch (kind) {
    case 'folder': {
      const folder = await available(shown, () => readAdvisoryFolder(root, place));
      const { asOf, records } = folder;
      return { describe: () => ({ source, asOf, records }), find: eachOnce(shown, folder.find) };
    }
    case 'osv': {
      const service = await available(shown, () => findWithOsv(place, times));
      return {
        describe: () => ({ source, asOf: null }),
        find: eachOnce(shown, service.find),
        findIds: (versions) => available(shown, () => service.findIds(versions)),
      };
    }
    case 'npm': {
      const find = eachOnce(
        shown,
        findWithNpm((versions) => npmAdvisories(versions, mirror, times)),
      );
      return { describe: () => ({ source, asOf: null }), find: async (packages) => find(onlyOfNpm(shown, packages)) };
    }
    default:
      throw unavailable('the source in policy.yaml', 'is not one of folder:, osv: and npm:');
  }
}

/** Asks about each version once, and returns each advisory once. */
function eachOnce(source: string, find: FindAdvisories): AdvisorySource['find'] {
  const known = new Map<string, readonly Advisory[]>();
  return async (packages) => {
    const wanted = new Map(packages.map((each) => [labelOf(each), each]));
    const unknown = [...wanted].filter(([key]) => !known.has(key)).map(([, each]) => each);
    if (unknown.length > 0) {
      const found = await available(source, () => find(unknown));
      for (const each of unknown) known.set(labelOf(each), withoutTwins(each.type, found.get(labelOf(each)) ?? []));
    }
    return new Map(
      [...wanted.keys()].flatMap((key): [string, readonly Advisory[]][] => {
        const advisories = known.get(key) ?? [];
        return advisories.length === 0 ? [] : [[key, advisories]];
      }),
    );
  };
}

/** When a source fails, it is not known whether there are advisories. This never counts as no advisories. */
async function available<T>(source: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof RecordError) throw unavailable(source, error.message, error);
    if (error instanceof Failure || error instanceof Refusal)
      throw unavailable(source, `fail: ${error.message}`, error);
    throw unavailable(source, `fail: ${messageOf(error)}`, error);
  }
}

/** npm's registry answers about its own packages alone. What it does not say about others is no answer. */
function onlyOfNpm(source: string, packages: readonly PackageName[]): readonly PackageName[] {
  const other = packages.find(({ type }) => type !== 'npm');
  if (other === undefined) return packages;
  throw new Failure(
    'advisories-silent',
    `the advisories of ${source} are about packages of npm, and say nothing about ${labelOf(other)}`,
    `ask the security team to name an OSV service or a folder with records of ${registryNames[other.type]} in policy.yaml; without advisories nothing can be approved`,
  );
}

const unavailable = (source: string, why: string, cause?: unknown): Failure =>
  new Failure(
    'advisories-unavailable',
    `the advisories of ${source} ${why}`,
    'fix the source, or ask the security team to name another in policy.yaml; without advisories nothing can be approved',
    { cause },
  );
