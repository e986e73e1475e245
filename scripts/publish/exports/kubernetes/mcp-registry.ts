/** The resource for ToolHive's operator that makes this registry's list known in a cluster. */
import { stringify } from 'yaml';
import type { ExportedRegistry } from '../export.ts';
import { apiVersion } from './mcp-server.ts';

/** Its server's own configuration is a text inside the resource, which the operator passes on. */
export function mcpRegistryYaml({ url, shown }: ExportedRegistry): string {
  const name = resourceName(shown.id);
  const configuration = {
    sources: [{ name, api: { endpoint: url }, syncPolicy: { interval: '15m' } }],
    registries: [{ name: 'default', sources: [name] }],
    auth: { mode: 'anonymous' },
    database: { host: 'postgres', port: 5432, user: 'registry', database: 'registry', sslMode: 'verify-full' },
  };
  const resource = {
    apiVersion,
    kind: 'MCPRegistry',
    metadata: { name },
    spec: { displayName: shown.name, configYAML: stringify(configuration, { lineWidth: 0 }) },
  };
  return `# Replace the database by your own, and give its password through spec.pgpassSecretRef.\n${stringify(resource, { lineWidth: 0 })}`;
}

/** Names of services have no dots, and at most 63 signs; the operator adds some of its own. */
const resourceName = (id: string): string => id.replaceAll('.', '-').slice(0, 40).replace(/-+$/, '');
