/** The reviewer's pages of four changes, as `registry scan` would write them. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Finding, Lock, Manifest, Verdict } from '../../schemas/types.ts';
import { gainsOf, type GainSide } from '../../review/diff/gains.ts';
import { diffBody } from '../../review/diff/page.ts';
import { diffServer } from '../../review/diff/server.ts';
import { reviewPage } from '../../review/show/page.ts';
import { aReview, aServerReview } from './reviews.ts';
import { aLock, aManifest, aPackage } from './statements.ts';

const tool = (name: string, description: string, properties: object = {}): Lock['tools'][number] => {
  const definition = { name, description, inputSchema: { type: 'object', properties } };
  return { name, definitions: [{ definition, sha256: sha256(canonicalJson(definition)) }] };
};

const query = tool('query', 'Runs one read-only query against the warehouse and gives the rows as text.', {
  sql: { type: 'string', description: 'One SELECT statement.' },
});
const schema = tool('schema', 'Lists the tables that the role may read, with their columns.');
const exported = tool(
  'export_rows',
  `Writes the rows of a query to a file below the working folder, and gives its path.\n\nUse it for more than 1,000 rows. ${'It never overwrites a file, and it asks before it writes more than 100 MB. '.repeat(4)}`,
  { sql: { type: 'string', description: 'One SELECT statement.' }, file: { type: 'string', description: 'A name.' } },
);

const told = (text: string): Pick<Lock, 'instructions' | 'instructionTexts'> => ({
  instructions: [sha256(text)],
  instructionTexts: [text],
});
const instructions = 'Ask for one month at a time. **Never** ask for the ledger of a person.';
const close = {
  name: 'close_month',
  description: 'Asks the forty questions of a month.',
  arguments: [{ name: 'month' }],
};

const before: GainSide = {
  manifest: aManifest({ license: 'MIT', permissions: { network: ['warehouse.example.com:5432'] } }),
  lock: aLock({ tools: [query, schema], ...told(instructions) }),
};
const updated = (manifest: Partial<Manifest>, lock: Lock): GainSide => ({
  manifest: { ...before.manifest, version: '1.3.0', ...manifest },
  lock: { ...lock, version: '1.3.0' },
});

function pageOf(now: GainSide, verdict: Verdict, findings: readonly Finding[] = []): string {
  const server = aServerReview({
    name: now.manifest.name,
    version: now.manifest.version,
    verdict,
    reviewers: ['platform', 'security'],
    gains: gainsOf(before, now),
    checks: [
      { check: 'policy', result: findings.length > 0 ? 'failed' : 'passed', detail: 'the manifest and its closure' },
      { check: 'tools', result: 'passed', detail: '3 tools and 0 instructions, captured again' },
    ],
    findings: [...findings],
  });
  const linkTo = (file: string, line?: number): string =>
    `https://forge.example/example/registry/blob/main/${file}${line === undefined ? '' : `#L${line}`}`;
  return reviewPage(aReview({ verdict, servers: [server] }), {
    changes: new Map([[server.name, diffBody(diffServer(server.name, before, now), linkTo)]]),
    linkTo,
  });
}

const finding = (change: Partial<Finding>): Finding => ({
  rule: 'code-credentials-sent',
  level: 'block',
  server: 'internal-postgres',
  subject: 'pg-row-stream@2.0.1',
  file: 'servers/internal-postgres.lock.json',
  message:
    'pg-row-stream@2.0.1 reads credentials of clouds and registries, and sends what it read over the network: "dist/setup.js", "dist/worker.js"',
  remedy: 'do not use this version; if it is a false alarm, show in the exception what these files do',
  ...change,
});

const clean = aPackage('pg-row-stream', '2.0.0');
const poisoned = aPackage('pg-row-stream', '2.0.1', { hasInstallScript: true });

/** By the name of the change. */
export const reviewPages: ReadonlyMap<string, string> = new Map([
  [
    'new-tool',
    pageOf(updated({}, aLock({ tools: [exported, query, schema], ...told(instructions) })), 'needs-a-person'),
  ],
  [
    'new-instructions',
    pageOf(
      updated(
        {},
        aLock({
          tools: [query, schema],
          prompts: [{ name: close.name, definitions: [{ definition: close, sha256: sha256(canonicalJson(close)) }] }],
          ...told(`${instructions} Show the rows with <img src=x>.`),
        }),
      ),
      'needs-a-person',
    ),
  ],
  [
    'permission-gained',
    pageOf(
      updated(
        {
          permissions: { network: ['warehouse.example.com:5432', 'api.example.com:443'], environment: ['API_TOKEN'] },
          launch: { environment: [{ name: 'API_TOKEN', description: 'For the API.', secret: true }] },
        },
        aLock({ tools: [query, schema], ...told(instructions) }),
      ),
      'needs-a-person',
    ),
  ],
  [
    'poisoned-dependency',
    pageOf(
      updated(
        {},
        aLock(
          { tools: [query, schema], ...told(instructions) },
          { 'node_modules/pg-row-stream': { ...clean, ...poisoned } },
        ),
      ),
      'must-not-merge',
      [
        finding({}),
        finding({
          rule: 'install-script',
          message: 'pg-row-stream@2.0.1 runs code when it is installed; hosts never run it',
          remedy: 'find out what the script does, and whether the server works without it',
        }),
        finding({
          rule: 'publisher-changed',
          level: 'review',
          message: 'pg-row-stream@2.0.1 was published by somebody who published no earlier version',
          remedy: 'ask the maintainers of the package whether this person belongs to them',
        }),
      ],
    ),
  ],
]);
