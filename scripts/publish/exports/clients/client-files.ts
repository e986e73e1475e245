/**
 * The files that clients read, each in its client's own format: docs/clients.md says where each goes, and what it
 * enforces. One line for one server, so that people can compare two of them.
 */
import type { ClientServer } from './client-server.ts';

export interface ClientFile {
  /** Below `clients/`, or below a group's folder. */
  readonly path: string;
  /** `servers` are sorted by name. */
  readonly text: (servers: readonly ClientServer[]) => string;
}

type LineOf = (server: ClientServer) => string;

const quoted = (value: unknown): string => JSON.stringify(value);
const lines = (servers: readonly ClientServer[], lineOf: LineOf): string =>
  servers.map((server) => `\n${lineOf(server)}`).join(',');

/** Clients compare the whole command, word for word. No match means blocked, and so does an empty list. */
const allowed = (servers: readonly ClientServer[]): string =>
  `"allowedMcpServers":[${lines(servers, ({ argv }) => `{"serverCommand":${quoted(argv)}}`)}\n]`;

/** Servers that a client starts by itself: those that need more words than these would only fail. */
const started = (servers: readonly ClientServer[], more = {}): string =>
  lines(
    servers.filter(({ complete }) => complete),
    ({ name, argv: [command, ...args] }) => `${quoted(name)}:${quoted({ ...more, command, args })}`,
  );

const mcpServers = (servers: readonly ClientServer[], more?: object): string =>
  `{"mcpServers":{${started(servers, more)}\n}}\n`;

/**
 * System settings of the Gemini CLI. It knows allowed servers by name only, but what the system's settings say of a name
 * wins over the user's: so no name is allowed that is not defined here.
 */
const gemini = (servers: readonly ClientServer[]): string => {
  const complete = servers.filter((server) => server.complete);
  const names = lines(complete, ({ name }) => quoted(name));
  return `{"mcp":{"allowed":[${names}\n]},"mcpServers":{${started(complete)}\n}}\n`;
};

/** JSON's strings are TOML's, but for one sign that JSON may leave as it is. */
const toml = (text: string): string => quoted(text).replaceAll('\u007f', '\\u007f');

/** Codex compares the name, the program and every word. The empty table at the top allows nothing. */
const requirements = (servers: readonly ClientServer[]): string =>
  [
    '[mcp_servers]\n',
    ...servers.map(({ name, argv: [command, ...args] }) => {
      const words = args.map((word) => `{ match = "exact", value = ${toml(word)} }`);
      return `\n[mcp_servers.${toml(name)}.identity.command]\nexecutable = ${toml(command)}\nargs = [${words.join(', ')}]\n`;
    }),
  ].join('');

const codexServers = (servers: readonly ClientServer[]): string =>
  [
    '[mcp_servers]\n',
    ...servers
      .filter(({ complete }) => complete)
      .map(
        ({ name, argv: [command, ...args] }) =>
          `\n[mcp_servers.${toml(name)}]\ncommand = ${toml(command)}\nargs = [${args.map(toml).join(', ')}]\n`,
      ),
  ].join('');

const managed = (servers: readonly ClientServer[]): string => `{${allowed(servers)}}\n`;

export const clientFiles: readonly ClientFile[] = [
  { path: 'claude-code/managed-mcp.json', text: (servers) => mcpServers(servers, { type: 'stdio' }) },
  {
    path: 'claude-code/managed-settings.json',
    text: (servers) => `{"allowManagedMcpServersOnly":true,${allowed(servers)}}\n`,
  },
  { path: 'codex/config.toml', text: codexServers },
  { path: 'codex/requirements.toml', text: requirements },
  { path: 'copilot/managed-settings.json', text: managed },
  { path: 'cursor/mcp.json', text: (servers) => mcpServers(servers) },
  { path: 'gemini-cli/settings.json', text: gemini },
  { path: 'vscode/managed-settings.json', text: managed },
  { path: 'vscode/mcp.json', text: (servers) => `{"servers":{${started(servers, { type: 'stdio' })}\n}}\n` },
];
