/** kubernetes/: resources for ToolHive's operator. docs/kubernetes.md says what a cluster enforces of them. */
import type { ServerExport } from '../export.ts';
import { mcpRegistryYaml } from './mcp-registry.ts';
import { mcpServerYaml } from './mcp-server.ts';

export const kubernetes: ServerExport = {
  filesOf: (server, registry) => {
    const yaml = mcpServerYaml(server, registry);
    return yaml === undefined ? [] : [[`kubernetes/servers/${server.record.name}.yaml`, Buffer.from(yaml)]];
  },
  filesOfAll: (_parts, registry) => [['kubernetes/registry.yaml', Buffer.from(mcpRegistryYaml(registry))]],
};
