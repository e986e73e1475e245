/**
 * openapi.yaml: what of the API of MCP registries is served here. ToolHive's registry server asks for it, and wants its
 * version to be 1.0.0 and the address of the specification in its description.
 */
import { stringify } from 'yaml';
import type { ExportedRegistry } from './export.ts';
import { maxDescriptionCharacters } from './server-json.ts';
import { maxStatusMessageCharacters, ownKey } from './registry-entry.ts';

const serverSchema = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

export const openApi = (registry: ExportedRegistry): Uint8Array =>
  Buffer.from(stringify(description(registry), { lineWidth: 0 }));

const description = (registry: ExportedRegistry): object => ({
  openapi: '3.1.0',
  info: {
    title: registry.shown.name,
    version: '1.0.0',
    description: [
      'The read-only part of the API that https://github.com/modelcontextprotocol/registry specifies, as files.',
      'Queries are ignored: a list is one page with everything.',
      'Below /v0 everything is the same. A slash in a name may be sent as it is.',
    ].join('\n'),
  },
  servers: [{ url: registry.url }],
  paths: {
    '/v0.1/servers': { get: get('The current version of each server that may run', [], 'ServerList') },
    '/v0.1/servers/{serverName}/versions': {
      get: get('All versions of a server, the newest first', ['serverName'], 'ServerList', true),
    },
    '/v0.1/servers/{serverName}/versions/{version}': {
      get: get('One version of a server, or `latest`', ['serverName', 'version'], 'ServerResponse', true),
    },
  },
  components: {
    schemas: {
      ServerList: {
        type: 'object',
        required: ['servers', 'metadata'],
        properties: {
          servers: { type: 'array', items: { $ref: '#/components/schemas/ServerResponse' } },
          metadata: { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } },
        },
      },
      ServerResponse: serverResponse(registry),
      Sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      Error: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
    },
  },
});

const serverResponse = (registry: ExportedRegistry): object => ({
  type: 'object',
  required: ['server', '_meta'],
  properties: {
    server: {
      $ref: serverSchema,
      description: `As its schema says. The description has at most ${maxDescriptionCharacters} characters. The package starts Countersign, which verifies the server before it starts; a version that is deleted has none.`,
    },
    _meta: {
      type: 'object',
      required: ['io.modelcontextprotocol.registry/official', ownKey(registry)],
      properties: {
        'io.modelcontextprotocol.registry/official': {
          type: 'object',
          additionalProperties: false,
          required: ['status', 'publishedAt', 'updatedAt', 'isLatest'],
          properties: {
            status: { enum: ['active', 'deprecated', 'deleted'] },
            statusMessage: { type: 'string', maxLength: maxStatusMessageCharacters },
            publishedAt: { type: 'string', format: 'date-time' },
            updatedAt: { type: 'string', format: 'date-time' },
            isLatest: { type: 'boolean' },
          },
        },
        [ownKey(registry)]: {
          type: 'object',
          description: 'What this registry approved, and how to verify it. It is not signed; the approval is.',
          required: [
            'registry',
            'environment',
            'state',
            'assurance',
            'validUntil',
            'dataClassification',
            'bundle',
            'lock',
            'record',
            'verify',
          ],
          properties: {
            registry: { type: 'string' },
            environment: { enum: ['production', 'development'] },
            state: { enum: ['active', 'deprecated', 'revoked', 'withdrawn'] },
            assurance: { enum: ['bytes', 'endpoint'] },
            dataClassification: { enum: ['public', 'internal', 'confidential', 'restricted'] },
            validUntil: { type: 'string', format: 'date-time' },
            bundle: { $ref: '#/components/schemas/Sha256', description: 'Its approval, at /approvals/<sha256>.json.' },
            lock: {
              $ref: '#/components/schemas/Sha256',
              description: 'What it was approved with, at /locks/<sha256>.json.',
            },
            record: { type: 'string', format: 'uri', description: 'Where all of its approvals are named.' },
            verify: { type: 'array', items: { type: 'string' }, description: 'The command that verifies it.' },
          },
        },
      },
    },
  },
});

const get = (summary: string, path: readonly string[], schema: string, canBeMissing = false): object => ({
  summary,
  parameters: path.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  responses: {
    200: { description: 'Found', content: json(schema) },
    ...(canBeMissing && { 404: { description: 'There is none', content: json('Error') } }),
  },
});

const json = (schema: string): object => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
