import type { SearchRow } from '../../../schemas/types.ts';
import { count } from './lists.ts';
import { inWords } from './placeholders.ts';

/** What the list says of a server besides its name and description: the same in a page and in search results. */

export const typeWords: Readonly<Record<SearchRow['artefactType'], string>> = {
  npm: 'npm package',
  pypi: 'PyPI package',
  oci: 'container image',
  mcpb: 'MCP bundle',
  tarball: 'tarball',
  git: 'git commit',
  remote: 'endpoint elsewhere',
};

export const toolWords = ({ capture, tools }: SearchRow): string =>
  capture === 'none' ? 'tools not captured' : count(tools.length, 'tool');

/** A piece of what it can reach: `code` is a name that a machine checks. */
export interface ReachPart {
  readonly words: string;
  readonly code?: boolean;
}

/** More hosts than these are counted. */
const maxNamedHosts = 2;

/** What it can reach: `runs elsewhere, on …`, `any host`, `api.github.com and 2 more hosts · changes files`. */
export function reachParts({ reach: { network, files, elsewhere } }: SearchRow): ReachPart[] {
  const parts: (readonly ReachPart[])[] = [];
  if (elsewhere !== undefined)
    parts.push([{ words: 'runs elsewhere, on ' }, { words: inWords(elsewhere), code: true }]);
  else if (network.length === 0) parts.push([{ words: 'no network' }]);
  if (network.some((host) => host.startsWith('*:'))) parts.push([{ words: 'any host' }]);
  else if (network.length > 0) parts.push(hostParts(network));
  if (files !== 'none') parts.push([{ words: files === 'write' ? 'changes files' : 'reads files' }]);
  return parts.flatMap((each, index) => [...(index > 0 ? [{ words: ' · ' }] : []), ...each]);
}

function hostParts(network: readonly string[]): ReachPart[] {
  // The usual port says nothing new.
  const hosts = [...new Set(network.map((host) => inWords(host.replace(/:443$/u, ''))))];
  const named = hosts.slice(0, maxNamedHosts);
  const more = hosts.length - named.length;
  const parts = named.flatMap((words, index) => [...(index > 0 ? [{ words: ', ' }] : []), { words, code: true }]);
  return more > 0 ? [...parts, { words: ` and ${count(more, 'more host')}` }] : parts;
}
