/** How clients decide by their allow-lists, written from what their makers publish about it. */

export interface AskedServer {
  readonly name: string;
  readonly argv: readonly string[];
}

export interface ListEntry {
  readonly serverName?: string;
  readonly serverCommand?: readonly string[];
  readonly serverUrl?: string;
}

export interface ManagedSettings {
  readonly allowedMcpServers?: readonly ListEntry[];
  readonly deniedMcpServers?: readonly ListEntry[];
}

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index]);

/**
 * Copilot, VS Code and Claude Code: a denied server is blocked, whatever allows it; where there is a list, what matches
 * nothing in it is blocked. A command matches word for word; a name counts only where no entry has a command.
 */
export function managedSettingsAllow(
  { allowedMcpServers, deniedMcpServers = [] }: ManagedSettings,
  { name, argv }: AskedServer,
): boolean {
  const matches = ({ serverName, serverCommand }: ListEntry): boolean =>
    serverName === name || (serverCommand !== undefined && sameWords(serverCommand, argv));
  if (deniedMcpServers.some(matches)) return false;
  if (allowedMcpServers === undefined) return true;
  const byCommand = allowedMcpServers.filter(({ serverCommand }) => serverCommand !== undefined);
  return (byCommand.length > 0 ? byCommand : allowedMcpServers).some(matches);
}

interface CodexMatcher {
  readonly match: string;
  readonly value: string;
}

export interface CodexRequirements {
  readonly mcp_servers?: Readonly<
    Record<string, { readonly identity: { readonly command: { executable: string; args: readonly CodexMatcher[] } } }>
  >;
}

/** Codex: the rule of the same name decides; program and words must be its own, and as many. */
export function codexAllows({ mcp_servers: rules }: CodexRequirements, { name, argv }: AskedServer): boolean {
  if (rules === undefined) return true;
  const rule = Object.hasOwn(rules, name) ? rules[name]?.identity.command : undefined;
  return (
    rule !== undefined &&
    rule.args.every(({ match }) => match === 'exact') &&
    sameWords([rule.executable, ...rule.args.map(({ value }) => value)], argv)
  );
}

interface Started {
  readonly command: string;
  readonly args: readonly string[];
}

export interface GeminiSettings {
  readonly mcp?: { readonly allowed?: readonly string[] };
  readonly mcpServers?: Readonly<Record<string, Started>>;
}

/** Gemini CLI: what it starts under a name. The system's definition wins over the user's; a name that is not allowed is not started. */
export function geminiStarts(system: GeminiSettings, { name, argv }: AskedServer): readonly string[] | undefined {
  const { allowed } = system.mcp ?? {};
  if (allowed !== undefined && !allowed.includes(name)) return undefined;
  const own = system.mcpServers ?? {};
  const defined = Object.hasOwn(own, name) ? own[name] : undefined;
  return defined === undefined ? argv : [defined.command, ...defined.args];
}
