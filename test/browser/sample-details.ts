/** What only the pages of one server show, for the sample. */
import type { Catalog, CatalogServer, Comparison, ServerDetail } from '../../schemas/types.ts';
import { sha256 } from '../../core/digest.ts';
import { comparisonPath } from '../../scripts/publish/comparisons.ts';
import { hostileMarkup, longWord } from './sample-catalog.ts';

const hostileWords = `${hostileMarkup} \u202egnp.exe ${longWord}`;

export const sampleDetail = (server: CatalogServer): ServerDetail => ({
  schemaVersion: 1,
  name: server.manifest.name,
  schemas: server.tools.slice(0, 100).map(({ name }) => ({ tool: name, text: schemaOf(name) })),
  packages:
    server.manifest.remote === undefined ? ['@example/core@1.2.0', 'zod@4.1.0', `${'p'.repeat(200)}@1.0.0`] : [],
  packagesLeft: server.manifest.name === 'hostile' ? 3 : 0,
  comparisons: server.versions.slice(0, -1).map((newer, index) => {
    const older = server.versions[index + 1]?.version ?? '';
    const path = comparisonPath(older, newer.version);
    return { ...(server.manifest.name === 'hostile' ? hostile : plain), path, older, newer: newer.version };
  }),
});

export const sampleDetails = ({ servers, only }: Catalog): ReadonlyMap<string, string> =>
  new Map(
    servers
      .filter(({ manifest }) => only?.includes(manifest.name) ?? true)
      .map((server) => [server.manifest.name, JSON.stringify(sampleDetail(server))]),
  );

const schemaOf = (tool: string): string =>
  JSON.stringify({ type: 'object', title: tool, properties: { query: { type: 'string' } } });

type Changes = Omit<Comparison, 'path' | 'older' | 'newer'>;

const plain: Changes = {
  permissions: [
    {
      change: 'gained',
      area: 'data-class',
      subject: 'raised: it may reach more sensitive data',
      was: 'internal',
      now: 'confidential',
    },
    { change: 'gained', area: 'network', subject: '*:443', loud: true },
    { change: 'lost', area: 'read', subject: '${folder}/old' },
  ],
  permissionsLeft: 0,
  tools: {
    ...{ list: 'tools', was: 28, now: 29, left: 0 },
    changes: [
      {
        ...{ name: 'search_code', change: 'changed', left: 2 },
        texts: [
          {
            field: '/description',
            words: [
              { kind: 'same', text: 'Searches code in ' },
              { kind: 'removed', text: 'one repository' },
              { kind: 'added', text: 'all repositories' },
              { kind: 'same', text: ' of an organisation.' },
            ],
          },
          { field: '/annotations/readOnlyHint', was: 'true', now: 'false', loud: true },
        ],
      },
      { name: 'push_files', change: 'added', texts: [], left: 0 },
      { name: 'drop_branch', change: 'removed', texts: [], left: 0 },
    ],
  },
  others: [],
  fields: [
    { field: 'artefact.url', was: 'npm:@example/github@1.1.0', now: 'npm:@example/github@1.2.0' },
    { field: 'artefact.sha256', was: sha256('github 1.1.0'), now: sha256('github 1.2.0'), loud: true },
    { field: 'title', was: 'Git', now: 'GitHub' },
  ],
  fieldsLeft: 0,
  instructions: [{ field: 'instructions', now: `SHA-256 ${sha256('instructions')}` }],
  packages: {
    ...{ was: 83, now: 84, left: 0 },
    changes: [
      { name: 'zod', change: 'upgraded', was: ['4.0.0'], now: ['4.1.0'], alarms: [] },
      { name: 'left-pad', change: 'added', was: [], now: ['1.3.0'], alarms: ['install script in 1.3.0'] },
    ],
  },
};

const hostile: Changes = {
  permissions: [{ change: 'gained', area: 'network', subject: hostileWords, was: hostileWords, now: hostileWords }],
  permissionsLeft: 3,
  tools: {
    ...{ list: 'tools', was: 1, now: 2, left: 4 },
    changes: [
      {
        ...{ name: hostileMarkup, change: 'changed', left: 0 },
        texts: [
          { field: `/${hostileMarkup}`, was: hostileWords, now: hostileWords },
          { field: '/description', words: [{ kind: 'added', text: hostileWords }] },
        ],
      },
    ],
  },
  others: [
    { list: 'prompts', was: 0, now: 1, left: 0, changes: [{ name: longWord, change: 'added', texts: [], left: 0 }] },
  ],
  fields: [{ field: hostileWords, now: hostileWords }],
  fieldsLeft: 1,
  instructions: [{ field: 'instructions', now: hostileWords }],
  packages: {
    ...{ was: 1, now: 2, left: 1 },
    changes: [{ name: hostileWords, change: 'added', was: [], now: [longWord], alarms: [hostileWords] }],
  },
};
