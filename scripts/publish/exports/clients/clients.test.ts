import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import {
  anExportedRegistry,
  anExportedServer,
  exportedFiles,
  type Exported,
} from '../../../../test/support/exported.ts';
import {
  codexAllows,
  geminiStarts,
  managedSettingsAllow,
  type CodexRequirements,
  type GeminiSettings,
  type ManagedSettings,
} from '../../../../test/support/client-rules.ts';
import { clients } from './clients.ts';

const server = (name: string, manifest: Exported['manifest'] = {}) =>
  anExportedServer({ manifest: { name, ...manifest } });
const ended = (state: 'revoked' | 'withdrawn' | 'deprecated') => ({
  lifecycle: [{ versions: '*', state, since: '2026-05-01', reason: 'it steals tokens' }],
});
const directory = { type: 'positional', name: 'directory', description: 'Where.', required: true } as const;

const servers = [
  server('files', { launch: { arguments: [directory] } }),
  server('gone', ended('withdrawn')),
  server('ledger', { audience: ['finance', 'Audit_EU'] }),
  server('memory', ended('deprecated')),
  server('notion'),
  server('on-a-port', { launch: { transport: { type: 'sse', port: 3000 } } }),
  server('payroll', { audience: ['finance'], ...ended('revoked') }),
  server('salaries', { audience: ['hr'], ...ended('revoked') }),
];
const files = exportedFiles(clients, servers);
const json = (path: string): unknown => JSON.parse(files.get(`clients/${path}`) ?? '');
const toml = (path: string): unknown => parseToml(files.get(`clients/${path}`) ?? '');
const argv = (name: string): string[] => ['countersign', 'run', name];
const everyones = ['files', 'memory', 'notion'];

describe.each(['copilot', 'vscode', 'claude-code'])('the allow-list for %s', (client) => {
  const settings = json(`${client}/managed-settings.json`) as ManagedSettings;

  test('names the launcher with each server that everybody may run, and nothing else', () => {
    expect(settings.allowedMcpServers).toEqual(everyones.map((name) => ({ serverCommand: argv(name) })));
  });

  test.each([
    ['an approved server', 'notion', argv('notion'), true],
    ['an approved server under another name', 'anything', argv('notion'), true],
    ['the package itself', 'notion', ['npx', '-y', '@notionhq/notion-mcp-server'], false],
    ['the launcher through npx', 'notion', ['npx', 'countersign', 'run', 'notion'], false],
    ['one word more', 'notion', [...argv('notion'), '--trust', '/tmp/mine.json'], false],
    ['one word less', 'notion', ['countersign', 'run'], false],
    ['another version', 'notion', argv('notion@1.0.0'), false],
    ['another program of that name', 'notion', ['/tmp/countersign', 'run', 'notion'], false],
    ['a revoked server', 'payroll', argv('payroll'), false],
    ['a withdrawn server', 'gone', argv('gone'), false],
    ['a server of a group', 'ledger', argv('ledger'), false],
    ['a server that no host can start', 'on-a-port', argv('on-a-port'), false],
  ])('decides about %s', (_what, name, words, allowed) => {
    expect(managedSettingsAllow(settings, { name, argv: words })).toBe(allowed);
  });

  test('yields to what is denied', () => {
    const deniedMcpServers = [{ serverCommand: argv('notion') }];
    expect(managedSettingsAllow({ ...settings, deniedMcpServers }, { name: 'notion', argv: argv('notion') })).toBe(
      false,
    );
    expect(managedSettingsAllow({ ...settings, deniedMcpServers }, { name: 'memory', argv: argv('memory') })).toBe(
      true,
    );
  });
});

test('Claude Code takes no other allow-list than the managed one', () => {
  expect(json('claude-code/managed-settings.json')).toMatchObject({ allowManagedMcpServersOnly: true });
});

describe('the requirements for Codex', () => {
  const requirements = toml('codex/requirements.toml') as CodexRequirements;

  test.each([
    ['an approved server', 'notion', argv('notion'), true],
    ['one that needs a folder, without it', 'files', argv('files'), true],
    ['another name', 'mine', argv('notion'), false],
    ['another server under its name', 'notion', argv('memory'), false],
    ['another program under its name', 'notion', ['npx', 'run', 'notion'], false],
    ['more words', 'notion', [...argv('notion'), '--refresh'], false],
    ['a revoked server', 'payroll', argv('payroll'), false],
  ])('decide about %s', (_what, name, words, allowed) => {
    expect(codexAllows(requirements, { name, argv: words })).toBe(allowed);
  });
});

describe('the settings for the Gemini CLI', () => {
  const settings = json('gemini-cli/settings.json') as GeminiSettings;

  test('start the launcher, whatever the user defines under an allowed name', () => {
    expect(geminiStarts(settings, { name: 'notion', argv: ['/tmp/mine'] })).toEqual(argv('notion'));
  });

  test.each(['mine', 'payroll', 'files'])('do not start %s', (name) => {
    expect(geminiStarts(settings, { name, argv: ['/tmp/mine'] })).toBeUndefined();
  });
});

test.each([
  ['claude-code/managed-mcp.json', 'mcpServers', { type: 'stdio' }],
  ['vscode/mcp.json', 'servers', { type: 'stdio' }],
  ['cursor/mcp.json', 'mcpServers', {}],
])('%s starts what needs no further words', (path, key, more) => {
  const entry = (name: string) => ({ ...more, command: 'countersign', args: ['run', name] });
  expect(json(path)).toEqual({ [key]: { memory: entry('memory'), notion: entry('notion') } });
});

test('what Codex starts, its requirements allow', () => {
  const { mcp_servers: started } = toml('codex/config.toml') as {
    mcp_servers: Record<string, { command: string; args: string[] }>;
  };
  expect(Object.keys(started)).toEqual(['memory', 'notion']);
  for (const [name, { command, args }] of Object.entries(started))
    expect(codexAllows(toml('codex/requirements.toml') as CodexRequirements, { name, argv: [command, ...args] })).toBe(
      true,
    );
});

describe('a group', () => {
  const allowed = (group: string): unknown[] =>
    (json(`groups/${group}/copilot/managed-settings.json`) as ManagedSettings).allowedMcpServers?.map(
      ({ serverCommand }) => serverCommand?.[2],
    ) ?? [];

  test('may run what everybody may run and what is its own, in the order of names', () => {
    expect(allowed('finance')).toEqual(['files', 'ledger', 'memory', 'notion']);
    expect(allowed('Audit_EU')).toEqual(['files', 'ledger', 'memory', 'notion']);
  });

  test('keeps its folder when all of its servers have ended, so that a revocation reaches who reads it', () => {
    expect(allowed('hr')).toEqual(everyones);
  });

  test('has the same files as everybody', () => {
    const names = (folder: string): string[] =>
      [...files.keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
    const top = names('clients/').filter((path) => !path.startsWith('groups/'));
    expect(names('clients/groups/finance/')).toEqual(top);
  });

  test.each([
    ['../../trust', 'clients/groups/%2E.%2F..%2Ftrust/'],
    ['..', 'clients/groups/%2E./'],
    ['a b', 'clients/groups/a%20b/'],
    ['a%20b', 'clients/groups/a%2520b/'],
    ['"\u202e', 'clients/groups/%22%E2%80%AE/'],
    ['__proto__', 'clients/groups/__proto__/'],
  ])('of the name %j lies in a folder of its own', (group, folder) => {
    const made = exportedFiles(clients, [server('tiny', { audience: [group] })]);
    expect([...made.keys()].filter((path) => path.includes('/groups/')).every((path) => path.startsWith(folder))).toBe(
      true,
    );
    expect(JSON.parse(made.get(`${folder}copilot/managed-settings.json`) ?? '')).toEqual({
      allowedMcpServers: [{ serverCommand: argv('tiny') }],
    });
  });
});

test('a registry without servers allows nothing, and starts nothing', () => {
  const none = exportedFiles(clients, []);
  const settings = JSON.parse(none.get('clients/copilot/managed-settings.json') ?? '') as ManagedSettings;
  expect(managedSettingsAllow(settings, { name: 'notion', argv: argv('notion') })).toBe(false);
  const requirements = parseToml(none.get('clients/codex/requirements.toml') ?? '') as CodexRequirements;
  expect(codexAllows(requirements, { name: 'notion', argv: argv('notion') })).toBe(false);
  const gemini = JSON.parse(none.get('clients/gemini-cli/settings.json') ?? '') as GeminiSettings;
  expect(geminiStarts(gemini, { name: 'notion', argv: argv('notion') })).toBeUndefined();
});

test('a development registry names its trust config, as its pages do', () => {
  const made = exportedFiles(clients, [server('tiny')], anExportedRegistry({ environment: 'development' }));
  expect(JSON.parse(made.get('clients/copilot/managed-settings.json') ?? '')).toEqual({
    allowedMcpServers: [{ serverCommand: [...argv('tiny'), '--trust', '.registry/trust.json'] }],
  });
});

test('what clients obey says nothing that a contributor writes but names', () => {
  const hostile = { title: '${HOME}', description: '"},{"serverCommand":["sh"]} ${PATH}', tags: ['x'] };
  const obeyed = (made: ReadonlyMap<string, string>) =>
    [...made].filter(([path]) => !path.endsWith('marketplace.json'));
  expect(obeyed(exportedFiles(clients, [server('tiny', hostile)]))).toEqual(
    obeyed(exportedFiles(clients, [server('tiny')])),
  );
});
