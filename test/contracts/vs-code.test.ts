/** VS Code's gallery of MCP servers: how it finds a registry, what it reads of it, and what it would start. */
import { describe, expect, test } from 'vitest';
import { launcherWords } from '../../schemas/launcher.ts';
import { servedExports } from '../support/served-exports.ts';

const ask = servedExports();

interface Argument {
  readonly type?: string;
  readonly name?: string;
  readonly value?: string;
  readonly valueHint?: string;
  readonly description?: string;
  readonly default?: string;
}

interface Package {
  readonly registryType: string;
  readonly identifier: string;
  readonly runtimeArguments?: readonly Argument[];
  readonly packageArguments?: readonly Argument[];
}

interface Entry {
  readonly server: {
    readonly name: string;
    readonly description: string;
    readonly version: string;
    readonly packages?: readonly Package[];
    readonly remotes?: readonly object[];
  };
  readonly _meta: Readonly<Record<string, { readonly status?: string } | undefined>>;
}

interface Page {
  readonly servers: readonly Entry[];
  readonly metadata: { readonly count: number; readonly nextCursor?: string };
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** What it takes of an entry; nothing where it would drop it. It throws where `_meta` is missing. */
function readEntry(entry: Entry): Entry | undefined {
  const { name, description, version } = entry.server;
  if (![name, description, version].every(isText)) return undefined;
  const { _meta: meta } = entry;
  expect(Object.keys(meta)).toContain('io.modelcontextprotocol.registry/official');
  return entry;
}

/** A page whose first entry it cannot read is dropped as a whole. */
function readPage({ servers, metadata }: Page): Page | undefined {
  const read = servers.map(readEntry);
  if (read.length > 0 && read[0] === undefined) return undefined;
  return { servers: read.filter((entry) => entry !== undefined), metadata };
}

/** What it starts for a package: a type that it does not know is the program, and its identifier is left out. */
function commandOf({ registryType, runtimeArguments = [], packageArguments = [] }: Package): readonly string[] {
  const known = new Map([
    ['npm', 'npx'],
    ['pypi', 'uvx'],
    ['oci', 'docker'],
    ['nuget', 'dnx'],
  ]);
  expect(known.has(registryType)).toBe(false);
  return [registryType, ...[...runtimeArguments, ...packageArguments].flatMap(wordsOf)];
}

function wordsOf({ type, name = '', value, valueHint = '', description, default: preset }: Argument): string[] {
  const before = type === 'named' ? [name] : [];
  if (value !== undefined) return [...before, value];
  const asked = description !== undefined || preset !== undefined;
  return asked ? [...before, `\${input:${type === 'named' ? name.replace(/^--?/u, '') : valueHint}}`] : before;
}

const page = async (path: string): Promise<Page> => (await ask(path)).json() as Promise<Page>;

test('finds the registry by asking for one server, without saying who it is', async () => {
  const found = await ask('/v0.1/servers?limit=1');
  expect(found.status).toBe(200);
  expect(found.headers.get('Content-Type')).toBe('application/json');
});

test('reads every entry of the one page, and asks for no other', async () => {
  const read = readPage(await page('/v0.1/servers?limit=50&version=latest'));
  expect(read?.servers.map(({ server }) => server.name)).toEqual(
    ['aaa', 'files', 'image', 'image-for-a-group', 'image-with-a-folder', 'image-with-any-host', 'tickets'].map(
      (name) => `com.example.mcp/${name}`,
    ),
  );
  expect(read?.metadata).toEqual({ count: read?.servers.length });
});

test('finds each server of the list by its name, in its latest version', async () => {
  for (const { server } of (await page('/v0.1/servers')).servers) {
    const found = await ask(`/v0.1/servers/${encodeURIComponent(server.name)}/versions/latest`);
    expect(readEntry((await found.json()) as Entry)?.server).toEqual(server);
  }
});

test('takes a server that was withdrawn for one that is not there', async () => {
  expect((await ask('/v0.1/servers/com.example.mcp%2Fgone/versions/latest')).status).toBe(404);
});

describe('what it starts', () => {
  test('is the launcher, with the words that allow-lists name, whatever the server is', async () => {
    for (const { server } of (await page('/v0.1/servers')).servers) {
      expect(server.remotes).toBeUndefined();
      const [first, ...others] = server.packages ?? [];
      expect(others).toEqual([]);
      const name = server.name.split('/')[1] ?? '';
      const given = name === 'files' ? ['--', '${input:directory}'] : [];
      expect(first === undefined ? undefined : commandOf(first)).toEqual([
        ...launcherWords(name, 'production'),
        ...given,
      ]);
    }
  });

  test('is the same in each version of a server that may run, and nothing in one that may not', async () => {
    const { servers } = await page('/v0.1/servers/com.example.mcp%2Ffiles/versions');
    const commands = servers.map(({ server }) => server.packages?.map(commandOf));
    const command = ['countersign', 'run', 'files', '--', '${input:directory}'];
    expect(commands).toEqual([[command], [command], undefined, [command]]);
  });

  test('is nothing that a package manager would find, where a client knows neither the type nor the hint', async () => {
    for (const { server } of (await page('/v0.1/servers')).servers)
      expect(server.packages?.[0]?.identifier).toMatch(/^https:\/\/mcp\.example\.com\/servers\/[a-z-]+\.json$/u);
  });
});
