/** Which servers have to be verified again before they are published, so that the cost follows what changed. */
import { binOf, keyringPath, targetPath } from '../../core/metadata.ts';
import { nameOfRecord, recordPath } from '../../core/statement.ts';
import { isImmutable, isLinked, stageOf } from './delivery.ts';
import type { Files } from './local-files.ts';

/**
 * The names of the servers that hosts could refuse although they accepted them in the last generation, sorted: those whose
 * record, its copy for hosts, or the bin that names it, is another one. All of them where it is not known what is there,
 * where another root or keyring decides, and where a file is gone or has other bytes that should have stayed the same.
 */
export function serversToVerify(files: Files, there: Files | undefined): string[] {
  const names = [...files.keys()].flatMap((path) => nameOfRecord(path) ?? []).sort();
  if (there === undefined) return names;
  const isNew = (path: string): boolean => files.get(path)?.sha256 !== there.get(path)?.sha256;
  const isBroken = (path: string): boolean =>
    files.has(path) ? isImmutable(path) && isNew(path) : isLinked(path) || stageOf(path) === 'root';
  if (isNew(keyringPath) || [...there.keys()].some(isBroken)) return names;
  const changed = [...files.keys()].filter(isNew);
  if (changed.some((path) => stageOf(path) === 'root')) return names;
  const bins = new Set(changed.flatMap((path) => binFile.exec(path)?.groups?.['bin'] ?? []));
  return names.filter((name) => {
    const path = recordPath(name);
    const forHosts = targetPath(path, files.get(path)?.sha256 ?? '');
    return isNew(path) || isNew(forHosts) || bins.has(binOf(path));
  });
}

const binFile = /^metadata\/[1-9]\d*\.(?<bin>bin-[0-9a-f]{2})\.json$/u;
