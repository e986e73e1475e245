/**
 * A marketplace of plugins for Claude Code, as one file: people find approved servers there, and install what starts one.
 * https://code.claude.com/docs/en/plugin-marketplaces
 */
import { sha256 } from '../../../../core/digest.ts';
import { addressOf } from '../address.ts';
import type { ExportedRegistry } from '../export.ts';
import { shortText } from '../short-text.ts';
import type { ClientServer } from './client-server.ts';
import { pluginPath } from './plugin-archive.ts';

/** `servers` are sorted by name; `group` is the one that alone may run them. One line for one server. */
export function marketplace(servers: readonly ClientServer[], registry: ExportedRegistry, group?: string): string {
  const { id, name } = registry.shown;
  const head = {
    name: marketplaceName(id, group),
    owner: { name: shortText(name, 100) },
    description: `MCP servers that are approved in ${shortText(name, 100)}, started through countersign.`,
  };
  const plugins = servers.flatMap((server) => {
    const { plugin } = server;
    if (plugin === undefined) return [];
    const { version, sha256: digest } = plugin;
    const description = shortText(plugin.description, 200);
    const source = { source: 'archive', url: addressOf(registry, pluginPath(digest)), sha256: digest };
    return `\n${JSON.stringify({ name: server.name, version, description, source })}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"plugins":[${plugins.join(',')}\n]}\n`;
}

/**
 * A marketplace is known by its name alone, so that no two groups may have the same: a group whose name cannot stand in it as it
 * is gets a part of its digest. The word before it is one that no official marketplace begins with, and makes it another name than
 * that of each plugin.
 */
const marketplaceName = (id: string, group: string | undefined): string => {
  const all = ['countersign', plain(id)];
  if (group === undefined) return all.join('-');
  return [...all, plain(group), ...(plain(group) === group ? [] : [sha256(group).slice(0, 8)])].join('-');
};

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
