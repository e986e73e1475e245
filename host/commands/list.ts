import { meetsAudience } from '../../core/audience.ts';
import type { ListedServer } from '../../schemas/types.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print, say } from '../output.ts';
import { open, refreshIfAsked, sayNotCarried } from './common.ts';

/** `countersign list`: the servers that the registry approves and this person may run. */
export const list: CommandSpec = {
  name: 'list',
  words: '',
  description: 'list the servers that your registry approves and you may run',
  count: [0, 0],
  options: { all: { type: 'boolean', description: 'list those for other groups too, and say for whom they are' } },
  run: async ({ options }) => {
    const { servers, trust } = await open(options);
    await refreshIfAsked(servers, options);
    const { servers: all, notCarried } = await servers.registry.listing({ askAgain: options.refresh === true });
    sayNotCarried(notCarried.length);
    const mayRun = (server: ListedServer): boolean =>
      server.refused === undefined && meetsAudience(server.audience, trust.groups);
    const shown = options['all'] === true ? all : all.filter(mayRun);
    const refused = all.filter((server) => server.refused !== undefined);
    if (options['all'] !== true && refused.length > 0)
      say(
        `countersign: not listed, because the approval is refused: ${refused.map(({ name }) => name).join(', ')}`,
        '  `countersign verify <name>` says why',
      );
    const found = shown.map((server) => {
      const { audience, refused: code, ...facts } = server;
      if (options['all'] !== true) return facts;
      return { ...facts, ...(audience && { audience }), ...(code && { refused: code }), mayRun: mayRun(server) };
    });
    const rows = shown.map(({ name, version, state, title, endpoint, ...more }) => [
      ...[name, version, state],
      ...(options['all'] === true ? [forWhom(more)] : []),
      endpoint ? `${title} (an endpoint)` : title,
    ]);
    const head = ['NAME', 'VERSION', 'STATE', ...(options['all'] === true ? ['FOR'] : []), 'TITLE'];
    print(options.json, { schemaVersion: 1, servers: found, notCarried }, columns([head, ...rows]));
  },
};

const forWhom = ({ audience, refused }: Pick<ListedServer, 'audience' | 'refused'>): string =>
  refused === undefined ? (audience?.join(', ') ?? 'everyone') : `nobody (${refused})`;
