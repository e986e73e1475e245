/**
 * Resources for ToolHive's operator that run the image of an approved server in a cluster: only fields of its
 * `toolhive.stacklok.dev/v1beta1`. No launcher checks anything there; the image is named by the approved digest.
 */
import { stringify } from 'yaml';
import type { ExportedRegistry, ExportedServer } from '../export.ts';
import { currentVersion, imageReference, mayRun, toolNames } from '../runnable.ts';
import { fixedInputs, type FixedInputs } from './inputs.ts';
import { toolhivePermissions } from '../toolhive-permissions.ts';

export const apiVersion = 'toolhive.stacklok.dev/v1beta1';
const profileKey = 'profile.json';

/**
 * Nothing where a cluster cannot run it as it was approved: no image, revoked or withdrawn, a word or a folder that only a
 * user can name, or no tool that may be used, which the operator would read as all tools.
 */
export function mcpServerYaml(server: ExportedServer, registry: ExportedRegistry): string | undefined {
  const { current, record } = server;
  const { server: manifest } = current.approval.statement.predicate;
  const image = imageReference(manifest);
  const inputs = fixedInputs(manifest);
  const { permissions, launch } = manifest;
  const files = [...(permissions?.filesystem?.read ?? []), ...(permissions?.filesystem?.write ?? [])];
  if (image === undefined || inputs === undefined || files.length > 0) return undefined;
  if (!mayRun(currentVersion(server).state)) return undefined;
  const { transport } = launch ?? {};
  if (transport !== undefined && transport.port === undefined) return undefined;
  const toolsFilter = toolNames(server);
  if (toolsFilter.length === 0) return undefined;

  const { name } = record;
  const prefix = registry.shown.id;
  const metadata = {
    name,
    annotations: { [`${prefix}/approval`]: current.approval.digest, [`${prefix}/version`]: record.version },
  };
  const resources = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: `${name}-permissions` },
      data: { [profileKey]: `${JSON.stringify(toolhivePermissions(permissions), undefined, 2)}\n` },
    },
    { apiVersion, kind: 'MCPToolConfig', metadata, spec: { toolsFilter: [...new Set(toolsFilter)].sort() } },
    {
      apiVersion,
      kind: 'MCPServer',
      metadata,
      spec: {
        image,
        transport: transport?.type ?? 'stdio',
        ...(transport?.port !== undefined && { mcpPort: transport.port }),
        ...specOf(name, inputs),
        permissionProfile: { type: 'configmap', name: `${name}-permissions`, key: profileKey },
        toolConfigRef: { name },
      },
    },
  ];
  return [...notes(name, inputs), ...resources.map((each) => stringify(each, { lineWidth: 0 }))].join('---\n');
}

const specOf = (name: string, { args, env, secrets }: FixedInputs): object => ({
  ...(args.length > 0 && { args }),
  ...(env.length > 0 && { env }),
  ...(secrets.length > 0 && { secrets: secrets.map((key) => ({ name, key, targetEnvName: key })) }),
});

/** What a cluster must have besides, before the first resource. */
function notes(name: string, { secrets, missing }: FixedInputs): string[] {
  const lines = [
    ...(secrets.length === 0 ? [] : [`# It needs a Secret named ${name} with: ${secrets.join(', ')}\n`]),
    ...(missing.length === 0 ? [] : [`# Add to spec.env of the MCPServer: ${missing.join(', ')}\n`]),
  ];
  return lines.length === 0 ? [] : [lines.join('')];
}
