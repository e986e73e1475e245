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

/** The build's cache keeps the parts of a server in this order. */
export const exportTable: readonly ServerExport[] = [
  revocations,
  registryApi,
  clients,
  aiCatalog,
  feeds,
  indexJson,
  toolhive,
  dockerCatalog,
  kubernetes,
];
