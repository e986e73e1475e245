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

/** With a hundred groups, the line of a server that everybody may run stands in a hundred files. */
function madeOnce(lineOf: LineOf): LineOf {
  const made = new WeakMap<ClientServer, string>();
  return (server) => {
    const line = made.get(server) ?? lineOf(server);
    made.set(server, line);
    return line;
  };
}

const quoted = (value: unknown): string => JSON.stringify(value);
const lines = (servers: readonly ClientServer[], lineOf: LineOf): string =>
  servers.map((server) => `\n${lineOf(server)}`).join(',');
/** Servers that a client starts by itself: those that need more words than these would only fail. */
const startable = (servers: readonly ClientServer[]): readonly ClientServer[] =>
  servers.filter(({ complete }) => complete);

const allowedLine = madeOnce(({ argv }) => `{"serverCommand":${quoted(argv)}}`);
const startedLine = madeOnce(({ name, argv: [command, ...args] }) => `${quoted(name)}:${quoted({ command, args })}`);
const stdioLine = madeOnce(
  ({ name, argv: [command, ...args] }) => `${quoted(name)}:${quoted({ type: 'stdio', command, args })}`,
);

/** JSON's strings are TOML's, but for one sign that JSON may leave as it is. */
const toml = (text: string): string => quoted(text).replaceAll('\u007f', '\\u007f');

const requiredLines = madeOnce(({ name, argv: [command, ...args] }) => {
  const words = args.map((word) => `{ match = "exact", value = ${toml(word)} }`);
  return `\n[mcp_servers.${toml(name)}.identity.command]\nexecutable = ${toml(command)}\nargs = [${words.join(', ')}]\n`;
});
const codexLines = madeOnce(
  ({ name, argv: [command, ...args] }) =>
    `\n[mcp_servers.${toml(name)}]\ncommand = ${toml(command)}\nargs = [${args.map(toml).join(', ')}]\n`,
);

/** Clients compare the whole command, word for word. No match means blocked, and so does an empty list. */
const allowed = (servers: readonly ClientServer[]): string => `"allowedMcpServers":[${lines(servers, allowedLine)}\n]`;
const managed = (servers: readonly ClientServer[]): string => `{${allowed(servers)}}\n`;

const started = (key: string, servers: readonly ClientServer[], lineOf: LineOf): string =>
  `{"${key}":{${lines(startable(servers), lineOf)}\n}}\n`;

/**
 * System settings of the Gemini CLI. It knows allowed servers by name only, but what the system's settings say of a name
 * wins over the user's: so no name is allowed that is not defined here.
 */
function gemini(servers: readonly ClientServer[]): string {
  const complete = startable(servers);
  const names = lines(complete, ({ name }) => quoted(name));
  return `{"mcp":{"allowed":[${names}\n]},"mcpServers":{${lines(complete, startedLine)}\n}}\n`;
}

/** Codex compares the name, the program and every word. The empty table at the top allows nothing. */
const codex = (servers: readonly ClientServer[], linesOf: LineOf): string =>
  `[mcp_servers]\n${servers.map(linesOf).join('')}`;

export const clientFiles: readonly ClientFile[] = [
  { path: 'claude-code/managed-mcp.json', text: (servers) => started('mcpServers', servers, stdioLine) },
  {
    path: 'claude-code/managed-settings.json',
    text: (servers) => `{"allowManagedMcpServersOnly":true,${allowed(servers)}}\n`,
  },
  { path: 'codex/config.toml', text: (servers) => codex(startable(servers), codexLines) },
  { path: 'codex/requirements.toml', text: (servers) => codex(servers, requiredLines) },
  { path: 'copilot/managed-settings.json', text: managed },
  { path: 'cursor/mcp.json', text: (servers) => started('mcpServers', servers, startedLine) },
  { path: 'gemini-cli/settings.json', text: gemini },
  { path: 'vscode/managed-settings.json', text: managed },
  { path: 'vscode/mcp.json', text: (servers) => started('servers', servers, stdioLine) },
];
