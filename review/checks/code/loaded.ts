/** Whether another package loads a package, or a file that its own package does not load. */
import { anything } from './asks.ts';
import type { CodeFinding, CodeReport } from './report.ts';

/** What the packages of a server load of one of them. */
interface AsksOfOne {
  /** The paths in it that are named. The empty path is any. */
  readonly paths: Set<string>;
  /** Whether a file that is loaded names the package itself. */
  isNamed: boolean;
  /** Files that name it and are not loaded by their own package `by`, each with the files that lead to it. */
  readonly unloaded: { readonly by: string; readonly from: readonly string[] }[];
}

/** What the packages of a server load of each other, by the name of the package that is asked. */
export type Asks = ReadonlyMap<string, Readonly<AsksOfOne>> | 'anything';

/**
 * A package that was not scanned may ask for anything.
 * @param started the packages that are started by themselves, and that no other one needs to load
 * @param namesIn the packages in the folders of a name: in `node_modules`, one may lie under another name
 */
export function asksOfAll(
  reports: Iterable<CodeReport>,
  started: readonly string[] = [],
  namesIn: (folder: string) => readonly string[] = (folder) => [folder],
): Asks {
  const asks = new Map<string, AsksOfOne>();
  const add = (folder: string, to: (one: AsksOfOne) => void): void => {
    for (const name of namesIn(folder)) {
      const one = asks.get(name) ?? { paths: new Set(), isNamed: false, unloaded: [] };
      asks.set(name, one);
      to(one);
    }
  };
  for (const name of started) asks.set(name, { paths: new Set(), isNamed: true, unloaded: [] });
  for (const { name: by, result } of reports) {
    if (result.kind === 'not-scanned') return 'anything';
    for (const ask of result.asks) {
      if (ask === anything) return 'anything';
      const [, folder = '', path] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/su.exec(ask) ?? [];
      add(folder, (one) => {
        if (path === undefined) one.isNamed = true;
        else one.paths.add(path);
      });
    }
    for (const { name, from } of result.unloadedAsks ?? []) add(name, (one) => one.unloaded.push({ by, from }));
  }
  return asks;
}

/** Whether nothing loads the file of a finding. Each file from which it would be loaded is looked for. */
export function isUnloaded({ unloaded }: CodeFinding, name: string, asks: Asks): boolean {
  if (asks === 'anything') return false;
  if (unloaded !== undefined) return !isAsked(name, unloaded, asks);
  // Its package loads it. So only files that nothing loads may name that package, and one of them must be known.
  const one = asks.get(name);
  return (
    one !== undefined &&
    !one.isNamed &&
    one.paths.size === 0 &&
    one.unloaded.length > 0 &&
    !one.unloaded.some(({ by, from }) => isAsked(by, from, asks))
  );
}

/** Whether a package asks for one of some files of another one. */
function isAsked(name: string, files: readonly string[], asks: ReadonlyMap<string, Readonly<AsksOfOne>>): boolean {
  const paths = [...(asks.get(name)?.paths ?? [])];
  return files.some((file) => paths.some((path) => mayName(path, file)));
}

/** Node adds an ending or an index, and `exports` may put a folder before a path. A path that ends in a slash may go on. */
function mayName(path: string, file: string): boolean {
  if (path === '' || path.endsWith('/')) return true;
  const forms = [file, file.replace(/\.[^./]+$/u, ''), file.replace(/\/?index\.[^./]+$/u, '')];
  return forms.some((form) => form === path || form.endsWith(`/${path}`));
}
