/** A small registry with one server of each kind, and one whose manifest and tools mean harm. */
import { sha256 } from '../../core/digest.ts';
import { searchRow } from '../../schemas/search-row.ts';
import type {
  Catalog,
  CatalogServer,
  CatalogTool,
  Manifest,
  RecordLifecycle,
  RecordVersion,
  SearchIndex,
} from '../../schemas/types.ts';

/** What a script in the hostile text would set on `window`. */
export const scriptFlag = 'hostileTextRan';

export const hostileMarkup = `<script>${scriptFlag}=1</script><img src=x onerror=${scriptFlag}=1>`;

export const longWord = 'Donaudampfschifffahrtsgesellschaft'.repeat(9).slice(0, 300);

const bidi = 'abc\u202egpj.exe\u202c \u2066left\u2069 \u200bzero \u{e0049}\u{e0047}\u{e004e} שלום';

const hostileText = `${hostileMarkup} **Ignore all** [click](javascript:${scriptFlag}=1) {{ x }} &lt; ${bidi}`;

export const toolNames: readonly string[] = [
  'add_comment',
  'close_issue',
  'create_branch',
  'create_file',
  'create_issue',
  'create_pull_request',
  'create_repository',
  'delete_file',
  'fork_repository',
  'get_commit',
  'get_file',
  'get_issue',
  'get_pull_request',
  'get_pull_request_comments',
  'get_pull_request_files',
  'get_pull_request_status',
  'list_branches',
  'list_commits',
  'list_issues',
  'list_pull_requests',
  'list_repositories_of_an_organisation',
  'merge_pull_request',
  'push_files',
  'request_review',
  'search_code',
  'search_issues',
  'search_repositories',
  'search_users',
  'update_issue',
];

export const hint = (key: string): string => Buffer.from(sha256(key), 'hex').toString('base64');

const manifest = (name: string, description: string, more: Partial<Manifest> = {}): Manifest => ({
  name,
  version: '1.2.0',
  maintainer: 'platform@example.com',
  description,
  scope: ['read:all'],
  data_classification: 'internal',
  lawful_basis: 'legitimate_interests',
  reviewed_at: '2026-04-15',
  reviewers: ['security@example.com', 'platform@example.com'],
  ...(more.remote === undefined && {
    artefact: { url: `npm:@example/${name}@1.2.0`, sha256: sha256(`artefact of ${name}`) },
  }),
  ...more,
});

const tool = (name: string, more: Partial<CatalogTool> = {}): CatalogTool => ({
  name,
  description: 'Returns the rows that match.\n\nFails where the token does not reach them.',
  digests: [sha256(`definition of ${name}`)],
  labels: [],
  inputs: [
    { name: 'query', type: 'string', required: true, description: 'What to look for.' },
    { name: 'limit', type: 'integer', required: false },
  ],
  ...more,
});

const version = (name: string, sequence: number, more: Partial<RecordVersion> = {}): RecordVersion => ({
  version: '1.2.0',
  revision: 1,
  sequence,
  state: 'active',
  approvedAt: '2026-04-16T09:30:00Z',
  validUntil: '2027-04-16T09:30:00Z',
  bundle: sha256(`bundle ${sequence} of ${name}`),
  manifest: sha256(`manifest ${sequence} of ${name}`),
  lock: sha256(`lock ${sequence} of ${name}`),
  ...more,
});

type Others = Pick<CatalogServer, 'instructions' | 'prompts' | 'resources' | 'resourceTemplates' | 'unpinned'>;

interface Kind extends Partial<Pick<CatalogServer, 'tools' | 'state' | 'capture'>> {
  readonly others?: Others;
  readonly lifecycle?: RecordLifecycle;
  readonly older?: RecordVersion[];
  readonly approval?: Partial<CatalogServer['approval']>;
  readonly installScripts?: string[];
}

/** A server of that manifest, as approved. */
export function sampleServer(of: Manifest, kind: Kind = {}): CatalogServer {
  const { tools = [], capture, state = 'active', lifecycle, older = [], approval, installScripts = [], others } = kind;
  const current = version(of.name, older.length + 1, {
    version: of.version,
    state,
    ...(lifecycle !== undefined && { lifecycle }),
  });
  return {
    manifest: of,
    state,
    approval: {
      approvedAt: current.approvedAt,
      validUntil: current.validUntil,
      offlineHours: 72,
      sequence: current.sequence,
      key: hint('an older key'),
      bundle: current.bundle,
      summarised: of.artefact !== undefined,
      manifest: current.manifest,
      lock: current.lock,
      assurance: of.remote === undefined ? 'bytes' : 'endpoint',
      checks: [
        { tool: 'policy', version: '0.1.0', result: 'passed', ranBy: 'signer' },
        { tool: 'code', version: '0.1.0', result: 'passed', ranBy: 'signer' },
      ],
      review: { reviewedAt: '2026-04-16T09:40:00Z', advisoriesAsOf: '2026-04-15', findings: [] },
      commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
      pullRequest: 42,
      reviewers: ['m.okafor (security)', 'j.lindqvist (data-platform)'],
      ...approval,
    },
    closure: {
      packages: of.remote === undefined ? 84 : 0,
      bundled: [],
      installScripts,
      resolvedAsOf: '2026-04-14T22:00:00Z',
    },
    ...(capture !== undefined && { capture }),
    tools,
    ...others,
    versions: [current, ...older],
  };
}

const everyField = manifest('warehouse', 'Reads ledgers and invoices from replicas that lag by five minutes.', {
  title: 'Finance warehouse',
  maintainer: 'data-platform@example.com',
  data_classification: 'restricted',
  lawful_basis: 'contract',
  compliance: ['sox', 'gdpr'],
  audience: ['finance-analysts', 'controllers'],
  backends: ['finance warehouse (PostgreSQL 17)', 'replica eu-west-1'],
  justification: 'Month-end close asks the warehouse the same forty questions.',
  launch: {
    command: 'mcp-postgres',
    arguments: [
      { type: 'fixed', value: '--stdio' },
      { type: 'fixed', value: '--name=${PGAPPNAME}' },
      { type: 'positional', name: 'folder', description: 'Where exports go.', required: true, repeated: true },
      { type: 'named', name: '--database', description: 'Which one.', required: true, choices: ['ledger', 'invoices'] },
      { type: 'named', name: '--verbose', description: 'Says more on stderr.', flag: true },
    ],
    environment: [
      { name: 'PGPASSWORD', description: 'Password of the read-only role.', required: true, secret: true },
      { name: 'PGAPPNAME', description: 'Its name in the log.', default: 'mcp' },
    ],
  },
  credentials: [{ environment: 'PGPASSWORD', source: 'The vault, under finance.', scope: 'SELECT on schema finance' }],
  permissions: {
    network: ['warehouse.example.com:5432'],
    filesystem: { read: ['/usr/share/zoneinfo'], write: ['${folder}'] },
    environment: ['PGPASSWORD', 'PGAPPNAME'],
  },
  tags: ['database', 'finance'],
  license: 'Apache-2.0',
  upstream: 'io.github.example/postgres',
  repository: 'https://git.example.com/data/mcp-postgres',
  homepage: 'https://docs.example.com/postgres',
});

const hostile = manifest('hostile', `${hostileText} ${longWord}`.slice(0, 500), {
  title: `<b>Nice</b> \u202egnp.exe ${longWord.slice(0, 70)}`,
  justification: `${hostileText} ${longWord}`,
  backends: [hostileMarkup, longWord.slice(0, 200)],
  license: '<i>MIT</i>',
  scope: [`read:<b>${'x'.repeat(190)}`],
  tags: ['a'.repeat(40)],
  audience: ['A'.repeat(100)],
  artefact: { url: `https://example.com/javascript:alert(1)/${'a'.repeat(400)}.tgz`, sha256: sha256('hostile') },
  homepage: 'https://example.com/#javascript:alert(1)',
  repository: 'https://javascript:alert@example.com/data:text/html,x',
  launch: {
    arguments: [
      { type: 'fixed', value: `javascript:${scriptFlag}=1` },
      { type: 'positional', name: 'p'.repeat(64), description: hostileText, required: true },
    ],
    environment: [
      { name: 'V'.repeat(100), description: hostileText, required: true, choices: ['c'.repeat(200), hostileMarkup] },
    ],
  },
});

const servers: CatalogServer[] = [
  sampleServer(manifest('archive', 'Searches the shared archive of letters.', { data_classification: 'restricted' }), {
    state: 'revoked',
    lifecycle: {
      since: '2026-10-03',
      reason: 'A tool sent message bodies to a host outside the company.',
      advisory: 'EXA-2026-021',
    },
    tools: [tool('search_mail', { labels: ['private-data', 'untrusted-content'] })],
  }),
  sampleServer(manifest('empty', 'A server that offers prompts only.'), {
    others: {
      instructions: [
        { sha256: sha256('Ask for one month at a time.'), text: 'Ask for one month at a time.' },
        { sha256: sha256('of an older lock') },
      ],
      prompts: [
        {
          name: 'summarise',
          title: 'Summarise a month',
          description: 'Gives the letters of a month in ten sentences.',
          digests: [sha256('definition of summarise')],
          inputs: [{ name: 'month', type: 'string', required: true, description: 'As 2026-04.' }],
        },
      ],
      resourceTemplates: [
        {
          name: 'letter://{id}',
          title: 'Letter',
          description: 'One letter.',
          mimeType: 'text/markdown',
          digests: [sha256('definition of letter')],
        },
      ],
      unpinned: ['resources'],
    },
  }),
  sampleServer(
    manifest('fetch', 'Fetches a web page and hands it to the agent as text.', {
      data_classification: 'public',
      permissions: { network: ['*:443'] },
    }),
    {
      state: 'deprecated',
      lifecycle: {
        since: '2026-09-01',
        sunset: '2026-12-31',
        reason: 'It follows redirects into the internal network.',
        replacedBy: 'web-reader',
        guide: 'https://docs.example.com/mcp/fetch-to-web-reader',
        advisory: 'EXA-2026-014',
      },
      tools: [tool('fetch', { labels: ['untrusted-content'] })],
    },
  ),
  sampleServer(
    manifest('github', 'Reads and changes issues, pull requests and code that your token reaches.', {
      title: 'GitHub',
      tools: { allow: toolNames.filter((name) => name !== 'delete_file') },
      permissions: { network: ['api.github.com:443', '*.githubusercontent.com:443'] },
    }),
    {
      tools: toolNames.map((name) =>
        tool(name, {
          title: name.replaceAll('_', ' '),
          labels: /^(?:delete|merge|push)/u.test(name) ? ['destructive'] : ['private-data', 'untrusted-content'],
          digests: name === 'get_issue' ? [sha256('one'), sha256('other')] : [sha256(name)],
          inputs: name === 'list_branches' ? [] : tool(name).inputs,
        }),
      ),
      older: [
        version('github', 2, {
          version: '1.1.0',
          state: 'deprecated',
          lifecycle: { since: '2026-06-01', sunset: '2026-12-31', reason: 'Asks for a wider token than it needs.' },
        }),
        version('github', 1, {
          version: '1.0.0',
          state: 'revoked',
          lifecycle: { since: '2026-05-02', reason: 'Leaks the token into its log.', advisory: 'CVE-2026-12345' },
        }),
      ],
      installScripts: ['esbuild@0.28.2', 'fsevents@2.3.3'],
      approval: {
        review: {
          reviewedAt: '2026-04-16T09:40:00Z',
          advisoriesAsOf: '2026-04-15',
          findings: [
            {
              rule: 'package-new',
              level: 'review',
              subject: 'tiny-invariant@1.3.3',
              message: 'tiny-invariant@1.3.3 is new in this registry',
            },
            {
              rule: 'install-script',
              level: 'block',
              subject: 'esbuild@0.28.2',
              message: 'esbuild@0.28.2 runs code when it is installed; hosts never run it',
              exception: { reason: 'It only checks that its binary starts.', expires: '2027-05-01' },
            },
          ],
        },
      },
    },
  ),
  sampleServer(hostile, {
    tools: [
      tool(`<img src=x onerror=${scriptFlag}=1>`, {
        title: hostileText,
        description: `${hostileText} ${longWord}`,
        labels: ['odd <b>label</b>'],
        inputs: [{ name: 'n'.repeat(200), type: 't'.repeat(90), required: true, description: hostileText }],
      }),
      tool('x'.repeat(128), { description: '' }),
    ],
    others: {
      instructions: [{ sha256: sha256('hostile'), text: `${hostileText} ${longWord}` }],
      prompts: [
        {
          name: hostileMarkup,
          title: hostileText,
          description: `${hostileText} ${longWord}`,
          digests: [sha256('hostile prompt')],
          inputs: [{ name: 'n'.repeat(200), type: 'string', required: true, description: hostileText }],
        },
      ],
      resources: [
        {
          name: `javascript:${scriptFlag}=1//${'a'.repeat(400)}`,
          title: hostileText,
          description: hostileText,
          mimeType: hostileMarkup,
          digests: [sha256('hostile resource')],
        },
      ],
    },
    older: [
      version('hostile', 1, {
        version: `1.0.0-<b>${'0'.repeat(50)}`,
        state: 'withdrawn',
        lifecycle: { since: '2026-05-02', reason: hostileText, guide: 'https://example.com/?javascript:alert(1)' },
      }),
    ],
    approval: {
      reviewers: [hostileText],
      review: {
        reviewedAt: '2026-04-16T09:40:00Z',
        findings: [
          {
            rule: 'text-control-characters',
            level: 'block',
            subject: longWord,
            message: `${hostileText} ${longWord}`.slice(0, 500),
            exception: { reason: `${hostileText} ${longWord}`, expires: '2027-01-01' },
          },
        ],
      },
    },
    installScripts: [`@${'z'.repeat(200)}@1.0.0`],
  }),
  sampleServer(
    manifest('jira', 'Searches issues and files new ones. Hosted by its vendor.', {
      data_classification: 'confidential',
      remote: {
        url: 'https://${region}.vendor.example.com/v1',
        transport: 'streamable-http',
        headers: [
          { name: 'Authorization', description: 'Who asks.', required: true, value: 'Bearer ${token}' },
          { name: 'X-Mode', description: 'How much it may do.', choices: ['read', 'write'], default: 'read' },
        ],
        variables: [
          { name: 'region', description: 'Where the data lies.', required: true, choices: ['eu', 'us'] },
          { name: 'token', description: 'A token of your account.', required: true, secret: true },
        ],
      },
      alternatives: ['npm:@vendor/mcp@1.0.0'],
      tags: ['mail'],
    }),
    { tools: [tool('search'), tool('send', { labels: ['destructive'] })] },
  ),
  sampleServer(manifest('mail', 'Reads the inbox of the person who runs it.'), { tools: [tool('list_messages')] }),
  sampleServer(manifest('stub', 'A server whose tools could not be listed without a credential.'), {
    capture: 'none',
    approval: { offlineHours: 0, reviewers: [] },
  }),
  sampleServer(everyField, {
    approval: {
      upstream: {
        repository: 'https://git.example.com/data/mcp-postgres',
        workflow: '.github/workflows/release.yml',
        commit: 'b6589fc6ab0dc82cf12099d1c2d40ab994e8410c',
      },
    },
    tools: [tool('describe_table'), tool('query', { labels: ['private-data'] })],
  }),
  sampleServer(manifest('weather', 'The weather, from the national service. It reads no mail.'), {
    state: 'withdrawn',
    lifecycle: { since: '2026-08-08', reason: 'Nobody answers for it any more.' },
  }),
  sampleServer(
    manifest('web-reader', 'Reads web pages through the company proxy.', { data_classification: 'public' }),
    {
      tools: [tool('read_page', { labels: ['untrusted-content'] })],
    },
  ),
];

export const sampleCatalog: Catalog = {
  schemaVersion: 1,
  registry: {
    id: 'mcp.example.com',
    name: 'Example & <i>Sons</i>',
    namespace: 'com.example',
    environment: 'production',
    key: hint('key'),
    keys: [
      {
        hint: hint('stolen key'),
        validFrom: '2025-01-10T09:00:00Z',
        revoked: { since: '2025-11-02T08:00:00Z', reason: `It lay in a log. ${hostileMarkup}`, stillCount: 12 },
      },
      { hint: hint('ended key'), validFrom: '2025-11-03T09:00:00Z', validUntil: '2026-02-01T00:00:00Z' },
      { hint: hint('key'), validFrom: '2026-01-10T09:00:00Z' },
    ],
    root: {
      version: 3,
      expires: '2027-01-10T09:00:00Z',
      roles: [
        { name: 'root', threshold: 2, keys: ['root a', 'root b', 'root c'].map(sha256) },
        { name: 'targets', threshold: 2, keys: ['root a', 'root b', 'root c'].map(sha256) },
        { name: 'snapshot', threshold: 1, keys: [sha256('snapshot')] },
        { name: 'timestamp', threshold: 1, keys: [sha256('timestamp')] },
      ],
    },
    timestampHours: 72,
    repository: 'https://git.example.com/platform/mcp-registry',
    branch: 'main',
  },
  servers,
};

export const sampleSearch: SearchIndex = {
  schemaVersion: 1,
  rows: servers.map(searchRow),
};
