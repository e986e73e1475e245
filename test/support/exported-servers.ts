/** One server of each kind that other programs treat differently. */
import type { ExportedServer } from '../../scripts/publish/exports/export.ts';
import { exportedServer } from './exported-folder.ts';

const artefactOfImage = { url: 'oci://registry.example.com/mcp/warehouse:2.0.0', sha256: 'd'.repeat(64) };

/** Text that means something else in JSON, YAML, Markdown or HTML. */
const hostileText =
  'x\u202e"}]\n- evil: {{a}} <script>alert(1)</script> \u0085\u2028 [x](javascript:alert(1)) ' + 'w'.repeat(300);

export const exportedServers = (): readonly ExportedServer[] => [
  // First by name: some clients drop a page whose first entry they cannot read.
  exportedServer({ name: 'aaa', title: '"a', description: hostileText, repository: 'https://[' }),
  exportedServer(
    { name: 'files', version: '3.0.0+build.7', launch: { arguments: [directory] } },
    {
      older: ['2.0.0', '1.0.0/rc@1', 'latest'],
      lifecycle: [
        {
          versions: ['2.0.0'],
          state: 'deprecated',
          since: '2026-05-01',
          sunset: '2026-09-01',
          reason: 'Slow',
          replaced_by: 'aaa',
        },
        {
          versions: ['1.0.0/rc@1'],
          state: 'revoked',
          since: '2026-06-01',
          reason: 'Steals tokens',
          advisory: 'MAL-2026-1',
        },
      ],
    },
  ),
  exportedServer(
    { name: 'gone' },
    { lifecycle: [{ versions: '*', state: 'withdrawn', since: '2026-05-01', reason: 'Nobody needs it.' }] },
  ),
  exportedServer(
    {
      name: 'image',
      artefact: artefactOfImage,
      tags: ['database'],
      launch: {
        arguments: [{ type: 'fixed', value: '--read-only' }],
        environment: [
          { name: 'DB_URL', description: hostileText, required: true },
          { name: 'DB_TOKEN', description: 'From the vault.', required: true, secret: true },
          { name: 'DB_MODE', description: 'How.', default: 'fast' },
        ],
      },
      permissions: { network: ['db.example.com:5432', 'auth.example.com:443'], environment: ['DB_URL'] },
      tools: { allow: ['query', 'explain.plan'] },
    },
    { tools: ['query', 'drop', 'explain.plan'] },
  ),
  exportedServer({ name: 'image-for-a-group', artefact: artefactOfImage, audience: ['finance'] }),
  exportedServer({
    name: 'image-with-a-folder',
    artefact: artefactOfImage,
    permissions: { filesystem: { write: ['${directory}'] } },
  }),
  exportedServer({
    name: 'image-with-any-host',
    artefact: artefactOfImage,
    permissions: { network: ['*.example.com:443', '*.example.org:*'] },
  }),
  endpointServer(),
];

const directory = {
  type: 'positional',
  name: 'directory',
  description: 'A folder.',
  required: true,
  repeated: true,
  format: 'filepath',
} as const;

function endpointServer(): ExportedServer {
  const server = exportedServer({
    name: 'tickets',
    remote: {
      url: 'https://tickets.example.com/mcp',
      transport: 'streamable-http',
      headers: [{ name: 'Authorization', description: 'A token.', required: true, secret: true }],
      authorization: { issuer: 'https://login.example.com', scopes: ['tickets.read'] },
    },
  });
  delete server.current.approval.statement.predicate.server.artefact;
  return server;
}
