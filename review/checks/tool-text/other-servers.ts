/** Finds what a server says about tools of other servers. A server should describe its own tools only. */
import type { Reading } from './fold.ts';
import type { Found } from './rules.ts';
import type { NamedServer, ServerIndex } from './server-index.ts';
import { quoted } from './quoted.ts';

/** Near the name of another server's tool, these words keep an agent from that tool, or change how it is used. */
const redirections = [
  ['instead', 'of'],
  ['rather', 'than'],
  ['in', 'place', 'of'],
  ['in', 'favor', 'of'],
  ['do', 'not', 'use'],
  ['do', 'not', 'call'],
  ['dont', 'use'],
  ['dont', 'call'],
  ['must', 'not'],
  ['never', 'use'],
  ['never', 'call'],
  ['stop', 'using'],
  ['avoid'],
  ['replaces'],
  ['replacement', 'for'],
  ['supersedes'],
  ['superseded'],
  ['overrides'],
  ['deprecated'],
  ['unsafe'],
  ['broken'],
  ['disabled'],
  ['no', 'longer'],
  ['before', 'calling'],
  ['before', 'using'],
  ['before', 'you', 'call'],
  ['before', 'you', 'use'],
  ['after', 'calling'],
  ['after', 'using'],
  ['when', 'calling'],
  ['when', 'using'],
  ['whenever'],
  ['every', 'call'],
  ['every', 'time'],
  ['each', 'call'],
  ['is', 'called'],
  ['is', 'used'],
  ['is', 'invoked'],
];

const redirectionsByStart = Map.groupBy(redirections, ([first]) => first);

/** Words on either side of a name. */
const around = 10;

/** Looks for the names of other servers and their tools in the texts of one server. Its own names are allowed. */
export function otherServerFinder(
  own: NamedServer,
  { names, distinctive, common }: ServerIndex,
): (reading: Reading) => Found[] {
  const ownNames = new Set([own.name, ...own.tools].map((name) => name.toLowerCase()));
  if (names.isSubsetOf(ownNames)) return () => [];
  const isOther = (server: string): boolean => server !== own.name;

  const ownerOf = (tokens: readonly string[], index: number): string | undefined => {
    const [before, token = '', after] = [tokens[index - 1], tokens[index], tokens[index + 1]];
    if (ownNames.has(token)) return undefined;
    const owner = distinctive.get(token)?.findLast(isOther);
    if (owner !== undefined) return `${token}, a tool of ${owner}`;
    // A common word counts only where the text calls it a tool and names its server.
    const user = common.get(token)?.findLast(isOther);
    if (user !== undefined && after === 'tool' && tokens.slice(index + 1, index + 6).includes(user))
      return `${token}, a tool of ${user}`;
    if (!names.has(token)) return undefined;
    const isNamed = before === 'mcp' || after === 'mcp' || (token.includes('-') && after === 'server');
    return isNamed ? `the server ${token}` : undefined;
  };

  return ({ folded }) => {
    const tokens = [...folded.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}_./-]*/gu)].map(([token]) =>
      token.replace(/[./-]{1,9}$/u, ''),
    );
    let possible: Found | undefined;
    for (const index of tokens.keys()) {
      const other = ownerOf(tokens, index);
      if (other === undefined) continue;
      const redirection = redirectionNear(tokens, index);
      if (redirection !== undefined)
        return [{ rule: 'text-other-server', level: 'block', what: `says "${redirection}" about ${quoted(other)}` }];
      possible ??= { rule: 'text-other-server', level: 'review', what: `mentions ${quoted(other)}` };
    }
    return possible === undefined ? [] : [possible];
  };
}

function redirectionNear(tokens: readonly string[], index: number): string | undefined {
  for (let start = Math.max(0, index - around); start < index + around; start++) {
    const words = redirectionsByStart
      .get(tokens[start])
      ?.find((each) => each.every((word, offset) => tokens[start + offset] === word));
    if (words !== undefined) return words.join(' ');
  }
  return undefined;
}
