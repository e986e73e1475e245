/** What other programs read of a registry, in their formats: made by exports, each of which knows one format. */
import type { OpenedApproval, Published } from '../../../catalog/published.ts';
import type { Catalog, Lock, RegistryConfig, ServerRecord } from '../../../schemas/types.ts';

/** A path below `dist/`, and what lies there. */
export type ExportedFile = readonly [path: string, bytes: Uint8Array];

export interface ExportedRegistry extends Pick<RegistryConfig, 'url'> {
  readonly shown: Catalog['registry'];
}

/** One published server, all of it verified. */
export interface ExportedServer {
  readonly published: Published;
  readonly record: ServerRecord;
  readonly current: ExportedVersion;
  /** As in `published`: the newest first, `current` among them. */
  readonly versions: readonly ExportedVersion[];
}

export interface ExportedVersion {
  readonly approval: OpenedApproval;
  /** Parses the lock, which costs some time. */
  readonly lock: () => Lock;
}

/** Deterministic: the same input gives the same bytes, in every order of servers. */
export interface ServerExport {
  /** The server's own files. They are not made again while nothing of the server changes. */
  readonly filesOf?: (server: ExportedServer, registry: ExportedRegistry) => readonly ExportedFile[];
  /** What `filesOfAll` gets of the server, as JSON or another text in one line; nothing where it is left out there. */
  readonly partOf?: (server: ExportedServer, registry: ExportedRegistry) => string | undefined;
  /** The files about all servers. `parts` are in the order of names. */
  readonly filesOfAll?: (parts: readonly string[], registry: ExportedRegistry) => Iterable<ExportedFile>;
}
