/** Whether another package loads a file that its own package does not load. */
import { anything } from './asks.ts';
import type { CodeFinding, CodeReport } from './report.ts';

/** What the packages of a server load of each other, by the name of the package that is asked. */
export type Asks = ReadonlyMap<string, ReadonlySet<string>> | 'anything';

/**
 * A package that was not scanned may ask for anything.
 * @param namesIn the packages in the folders of a name: in `node_modules`, one may lie under another name
 */
export function asksOfAll(
  reports: Iterable<CodeReport>,
  namesIn: (folder: string) => readonly string[] = (folder) => [folder],
): Asks {
  const asks = new Map<string, Set<string>>();
  for (const { result } of reports) {
    if (result.kind === 'not-scanned') return 'anything';
    for (const ask of result.asks) {
      if (ask === anything) return 'anything';
      const [, folder = '', path = ''] = /^((?:@[^/]+\/)?[^/]+)\/(.*)$/su.exec(ask) ?? [];
      for (const name of namesIn(folder)) asks.set(name, (asks.get(name) ?? new Set()).add(path));
    }
  }
  return asks;
}

/** Whether nothing loads the file of a finding. Each file from which it would be loaded is looked for. */
export function isUnloaded({ unloaded }: CodeFinding, name: string, asks: Asks): boolean {
  if (unloaded === undefined || asks === 'anything') return false;
  const paths = [...(asks.get(name) ?? [])];
  return !unloaded.some((file) => paths.some((path) => mayName(path, file)));
}

/** Node adds an ending or an index, and `exports` may put a folder before a path. A path that ends in a slash may go on. */
function mayName(path: string, file: string): boolean {
  if (path === '' || path.endsWith('/')) return true;
  const forms = [file, file.replace(/\.[^./]+$/u, ''), file.replace(/\/?index\.[^./]+$/u, '')];
  return forms.some((form) => form === path || form.endsWith(`/${path}`));
}
