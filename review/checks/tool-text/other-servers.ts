/** What a server says of the tools of others: each describes its own alone. */
import type { Reading } from './fold.ts';
import type { Found } from './rules.ts';
import type { NamedServer, ServerIndex } from './server-index.ts';
import { quoted } from './quoted.ts';

/** Said close to another's tool, these turn an agent away from it, or change how it is used. */
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

/** Looks for the names of others in the texts of one server, whose own names are left alone. */
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
    // A common word counts where it is called a tool, and whose.
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
        return [{ rule: 'text-other-server', level: 'block', what: `says "${redirection}" of ${quoted(other)}` }];
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
