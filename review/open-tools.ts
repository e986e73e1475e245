/** Opens the tools of all checks on this machine. */
import { join } from 'node:path';
import type { Workspace } from '../catalog/workspace.ts';
import type { Resolver } from '../resolve/lock.ts';
import { rememberPackuments } from '../artefacts/npm/packuments.ts';
import { canCapture } from '../resolve/capture.ts';
import type { AdvisorySource } from './checks/advisories/source.ts';
import { captureServer } from './checks/tools/capture-server.ts';
import type { CapturedServers } from './checks/tools/captured-file.ts';
import type { ReviewTools } from './checks/checks.ts';
import { openCodeScanner, type CodeScanner } from './checks/code/scanner.ts';
import type { KnownPackages } from './checks/packages/packages.ts';
import { publicTrust } from './checks/provenance/trust.ts';
import { openSyft } from './checks/syft/syft.ts';
import { indexServers, type NamedServer } from './checks/tool-text/server-index.ts';

/** The options that differ between runs. */
export interface ToolOptions {
  readonly moment: Date;
  /** All servers of the registry. */
  readonly servers: Iterable<NamedServer>;
  readonly known: KnownPackages;
  readonly resolver: Resolver;
  readonly advisories: AdvisorySource;
  readonly workspace: Workspace;
  /** Where other programs are found that read images, as PATH has it. Without it, none is started: so it is where keys are. */
  readonly programs?: string;
  /** The result of another job; without it, servers are started here, if there is a sandbox. */
  readonly captured?: CapturedServers;
}

/** The caller must close the code scanner. */
export function openReviewTools(options: ToolOptions): ReviewTools & { readonly code: CodeScanner } {
  const { moment, servers, known, advisories, workspace, captured, programs } = options;
  const resolver = { ...options.resolver, registry: rememberPackuments(options.resolver.registry) };
  return {
    moment,
    known,
    resolver,
    advisories,
    servers: indexServers(servers),
    code: openCodeScanner({ cacheFolder: join(workspace.cache, 'code') }),
    syft: programs === undefined ? undefined : openSyft(programs),
    captured: async (server) => {
      if (captured !== undefined) return captured.get(server.name);
      if (!(await canCapture(server.manifest.value))) return undefined;
      const [shown] = await captureServer(server, resolver);
      return shown;
    },
    provenance: {
      npm: resolver.registry,
      pypi: resolver.index,
      oci: resolver.images,
      trust: publicTrust(),
    },
  };
}

/**
 * The moment that ages are counted to: the date of the commit, or of the advisories if they are newer; never later than
 * now.
 */
export function momentOf(commit: Date | undefined, advisories: string | null, now: Date): Date {
  if (commit === undefined || advisories === null) return now;
  const latest = Math.max(commit.getTime(), new Date(advisories).getTime());
  return new Date(Math.min(latest, now.getTime()));
}
