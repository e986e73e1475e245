/** Finds names of tools that clients refuse, and those that only fit without the name of the server. */
import { maxClientToolName } from '../../../core/limits.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';
import type { NamedServer } from './server-index.ts';

/** What the interfaces of models take as the name of a tool. */
const taken = /^[A-Za-z0-9_.-]*$/u;

export function refusedByClients(name: string): Found[] {
  const length = Array.from(name).length;
  if (length > maxClientToolName)
    return [refused('review', `has ${length} characters; clients refuse more than ${maxClientToolName}`)];
  const strange = Array.from(name).find((character) => !taken.test(character));
  return strange === undefined
    ? []
    : [
        refused(
          'review',
          `has the character ${quoted(strange)}; clients take letters and digits of ASCII, "_", "-" and "."`,
        ),
      ];
}

/** Clients put the name of the server before that of the tool, as in `mcp__files__read_file`. */
export function tooLongWithServer({ name: server, tools }: NamedServer): Found[] {
  const long = tools.filter(
    (tool) => tool.length <= maxClientToolName && `mcp__${server}__${tool}`.length > maxClientToolName,
  );
  const [first = ''] = long;
  return long.length === 0
    ? []
    : [
        refused(
          'note',
          `${long.length === 1 ? 'one tool gets a name' : `${long.length} tools get names`} of more than ${maxClientToolName} characters where a client puts that of the server before it, such as ${quoted(`mcp__${server}__${first}`, 160)}`,
        ),
      ];
}

const refused = (level: Found['level'], what: string): Found => ({ rule: 'tool-name-refused', level, what });
