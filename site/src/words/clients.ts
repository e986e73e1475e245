/** How a client is told about a server. Each starts the launcher, which proves the server first. */
import type { Environment, Manifest } from '../../../schemas/types.ts';
import { launchWords } from './run-command.ts';

export interface InstallLink {
  readonly client: string;
  readonly href: string;
}

export interface Snippet {
  readonly clients: string;
  /** Where it belongs. */
  readonly file: string;
  readonly text: string;
}

/** A click can give no value: there is no link where the command needs one. */
export function installLinks(manifest: Manifest, environment: Environment): InstallLink[] {
  const { name } = manifest;
  const [launcher, ...args] = launchWords(manifest, environment);
  if (args.some((word) => word.startsWith('<'))) return [];
  const start = { command: launcher, args };
  const base64 = btoa(JSON.stringify(start));
  return [
    { client: 'VS Code', href: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, ...start }))}` },
    {
      client: 'Cursor',
      href: `cursor://anysphere.cursor-deeplink/mcp/install?name=${name}&config=${encodeURIComponent(base64)}`,
    },
  ];
}

export function snippets(manifest: Manifest, environment: Environment): Snippet[] {
  const { name } = manifest;
  const [launcher, ...args] = launchWords(manifest, environment);
  const start = { command: launcher, args };
  return [
    {
      clients: 'Claude Desktop, Claude Code, Cursor, Windsurf, Gemini CLI, Kiro, LM Studio, Amazon Q',
      file: '.mcp.json, ~/.cursor/mcp.json and the like',
      text: json({ mcpServers: { [name]: start } }),
    },
    { clients: 'VS Code', file: '.vscode/mcp.json', text: json({ servers: { [name]: { type: 'stdio', ...start } } }) },
    {
      clients: 'Codex',
      file: '~/.codex/config.toml',
      text: `[mcp_servers.${name}]\ncommand = ${JSON.stringify(launcher)}\nargs = [${args.map((word) => JSON.stringify(word)).join(', ')}]`,
    },
    { clients: 'Zed', file: '~/.config/zed/settings.json', text: json({ context_servers: { [name]: start } }) },
    {
      clients: 'opencode',
      file: '~/.config/opencode/opencode.json',
      text: json({ mcp: { [name]: { type: 'local', command: [launcher, ...args] } } }),
    },
  ];
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
