/** Compares a commit with the working tree, server by server. */
import { lockPath, manifestPath } from '../../core/statement.ts';
import type { Base, BaseServer } from '../../catalog/base.ts';
import type { RegistryFiles } from '../../catalog/registry-files.ts';
import { closureDiff } from './closure.ts';
import { fieldChanges, lockChanges } from './fields.ts';
import { licenceChanges } from './licences.ts';
import { permissionChanges } from './permissions.ts';
import { othersDiff, toolsDiff } from './tools.ts';
import type { Known, ServerDiff } from './types.ts';

/** The differences of all servers with a changed file, by name. Other servers are not compared. */
export function diffRepository(repository: RegistryFiles, base: Base, known: Known = {}): ServerDiff[] {
  const here = new Map(repository.servers.map((server) => [server.name, server]));
  return [...base.changed].flatMap(([name, was]) => {
    const server = here.get(name);
    const [manifestFile, lockFile] = [manifestPath(name), lockPath(name)];
    const isHere = repository.names.has(name);
    // A file that is not among the changes is equal on both sides.
    const wasThere = base.changes.has(manifestFile) ? base.changes.get(manifestFile) !== undefined : isHere;
    if (!isHere && !wasThere) return [];
    const unread = [
      ...(isHere && server === undefined ? [manifestFile] : []),
      ...(server?.hasLockFile === true && server.lock === undefined ? [lockFile] : []),
      ...(base.changes.get(manifestFile) !== undefined && was.manifest === undefined
        ? [`${manifestFile} as it was`]
        : []),
      ...(base.changes.get(lockFile) !== undefined && was.lock === undefined ? [`${lockFile} as it was`] : []),
    ];
    const kind = wasThere ? (isHere ? 'changed' : 'deleted') : 'new';
    const now = {
      ...(server !== undefined && { manifest: server.manifest.value }),
      ...(server?.lock !== undefined && { lock: server.lock.value }),
    };
    // A file that cannot be read here is not deleted, so it is not reported as lost.
    const comparable: BaseServer = {
      ...(was.manifest !== undefined && !unread.includes(manifestFile) && { manifest: was.manifest }),
      ...(was.lock !== undefined &&
        ![manifestFile, lockFile].some((file) => unread.includes(file)) && { lock: was.lock }),
    };
    return [{ ...diffServer(name, comparable, now, known), kind, unread }];
  });
}

/** The difference of one server before and after. A side without files means that the server is new or deleted. */
export function diffServer(name: string, was: BaseServer, now: BaseServer, known: Known = {}): ServerDiff {
  return {
    name,
    kind: was.manifest === undefined ? 'new' : now.manifest === undefined ? 'deleted' : 'changed',
    version: {
      ...(was.manifest !== undefined && { was: was.manifest.version }),
      ...(now.manifest !== undefined && { now: now.manifest.version }),
    },
    unread: [],
    permissions: permissionChanges(was.manifest, now.manifest),
    closure: closureDiff(was.lock, now.lock, known),
    tools: toolsDiff(was.lock, now.lock, known),
    others: othersDiff(was.lock, now.lock),
    fields: [...fieldChanges(was.manifest, now.manifest), ...lockChanges(was.lock, now.lock)],
    licences: licenceChanges(was, now),
  };
}
