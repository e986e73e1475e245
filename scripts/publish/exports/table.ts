/** Every export there is. */
import { aiCatalog } from './ai-catalog.ts';
import { clients } from './clients/clients.ts';
import { dockerCatalog } from './docker-catalog.ts';
import type { ServerExport } from './export.ts';
import { feeds } from './feeds/feeds.ts';
import { indexJson } from './index-json.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { registryApi } from './registry-api.ts';
import { revocations } from './revocations.ts';
import { toolhive } from './toolhive.ts';

/** By a name of its own, which says in messages which one failed. */
export const exportTable: ReadonlyMap<string, ServerExport> = new Map([
  ['revocations', revocations],
  ['registry-api', registryApi],
  ['clients', clients],
  ['ai-catalog', aiCatalog],
  ['feeds', feeds],
  ['index', indexJson],
  ['toolhive', toolhive],
  ['docker-catalog', dockerCatalog],
  ['kubernetes', kubernetes],
]);
