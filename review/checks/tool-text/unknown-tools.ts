/**
 * Finds what a text says about the use of a tool that neither this server nor another one of the registry has. Its user may
 * have that tool from elsewhere, and an agent reads all texts together.
 */
import type { LockedOffer } from '../../../schemas/types.ts';
import type { Reading } from './fold.ts';
import { phraseBook } from './phrase.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';
import type { NamedServer, ServerIndex } from './server-index.ts';
import { textsOfDefinition } from './texts.ts';

/** Stands for the name where the words around it are searched. */
const it = 'qqtool';
const calls = 'calling|using|invoking|running|executing|call|use|invoke|run|execute';
const isCalled = 'called|used|invoked|run|executed|available|installed|connected';

const aboutUse = phraseBook<'use'>(
  [
    `when|whenever|if|once|before|after|while ..2 ${it} ..3 is|are|gets|was|be|being ..2 ${isCalled}`,
    `before|after|when|while|whenever ..1 ${calls} ..2 ${it}`,
    `before|after|when|while|whenever ..2 ${calls} ..2 tool|function ..2 ${it}`,
    `before|after|with|for|to|in every|each|any|all ..1 call|calls|use|uses|invocation|invocations|message|messages ..3 ${it}`,
    `instead|place of ..3 ${it}`,
    `rather than ..3 ${it}`,
    `prefer|preferred|preferable ..4 over|to ..2 ${it}`,
    `replaces|supersedes|overrides|replacement|replaced ..3 ${it}`,
    `not|never|dont|stop|avoid ..1 ${calls} ..3 ${it}`,
    `${it} ..2 is|are ..2 broken|deprecated|unsafe|disabled|insecure|obsolete|replaced|outdated|unreliable`,
  ].map((words): [string, 'use'] => [words, 'use']),
);

/** A text with more names is too long to be read, which is a finding of its own. */
const maxNames = 2_000;
/** Words on either side of a name. */
const around = 8;

const identifier = /^[a-z][a-z0-9]*(?:_{1,2}[a-z0-9]+)+$|^[a-z]{3,}(?:[A-Z][a-z0-9]+)+$/u;
/** Fields and values are written like tools. */
const field =
  /(?:_|(?<=[a-z]))(?:ids?|token|url|uri|name|names|key|keys|at|by|type|count|size|path|date|time|status|code|arn|index|limit|offset|format|mode|field|fields|value|values|data|only)$/iu;

/** Tools are named after what they do. A name without such a word is a field or a thing of a programming language. */
const deeds = new Set(
  `get list read write send search create update delete remove add set fetch find query run execute call move copy upload
  download post edit open close start stop reply forward schedule book pay transfer buy check validate generate analyze
  browse navigate click scrape crawl extract translate summarize convert export import sync commit push pull merge deploy
  invite share publish subscribe show view describe submit save load store ask chat notify mail email message lookup
  resolve request retrieve insert replace rename approve cancel verify sign think remember recall`.split(/\s+/u),
);
const wordsOf = (name: string): string[] =>
  name
    .replace(/(?=[A-Z])/gu, '_')
    .toLowerCase()
    .split('_');

/** Everything that the definitions of a server name, in lower case: themselves, parameters, fields, values. */
export const namesIn = (offers: readonly LockedOffer[]): Set<string> =>
  new Set(
    offers.flatMap(({ name, definitions }) => [
      name.toLowerCase(),
      ...definitions.flatMap(({ definition }) =>
        textsOfDefinition(definition).flatMap(({ text, kind, where }) =>
          kind !== 'value' ? [text.toLowerCase()] : isChoice(where) ? text.toLowerCase().split('\n') : [],
        ),
      ),
    ]),
  );

const isChoice = (where: string): boolean => /\.(?:enum|const|default|examples|required)$/u.test(where);

/** `known` are the names that the definitions of the server use. A server without tools is one whose tools are unknown. */
export function unknownToolFinder(
  own: NamedServer,
  { distinctive, common }: ServerIndex,
  known: ReadonlySet<string>,
): (reading: Reading) => Found[] {
  if (own.tools.length === 0) return () => [];
  const ownNames = new Set(own.tools.map(bareName));
  const family = familyOf(own.tools);
  const isUnknown = (token: string): boolean => {
    if (!identifier.test(token) || field.test(token) || !wordsOf(token).some((word) => deeds.has(word))) return false;
    const name = token.toLowerCase();
    return (
      !known.has(name) &&
      !ownNames.has(bareName(name)) &&
      !distinctive.has(name) &&
      !common.has(name) &&
      (family === undefined || firstWord(name) !== family)
    );
  };
  return (reading) => {
    if (!/[a-z0-9]_[a-z0-9]|[a-z][A-Z]/u.test(reading.folded)) return [];
    let seen = 0;
    for (const sentence of reading.folded.split(/[.!?;:]\s|\n\s*\n/u)) {
      const tokens = [...sentence.matchAll(/[\p{L}\p{N}][\p{L}\p{N}_./-]*/gu)].map(([token]) =>
        token.replace(/[./-]{1,9}$/u, ''),
      );
      for (const [index, token] of tokens.entries()) {
        if (!isUnknown(token)) continue;
        if (++seen > maxNames) return [];
        const near = [
          ...tokens.slice(Math.max(0, index - around), index),
          it,
          ...tokens.slice(index + 1, index + 1 + around),
        ].join(' ');
        const words = aboutUse.find({ ...reading, folded: near })[0]?.words;
        if (words !== undefined) return [found(words.replace(it, token), token)];
      }
    }
    return [];
  };
}

const found = (words: string, name: string): Found => ({
  rule: 'text-unknown-tool',
  level: 'review',
  what: `says ${quoted(words)}, and no server here has the tool ${quoted(name)}`,
});

/** Clients write `mcp__server__tool`, and texts write `toolName` for `tool_name`. */
const bareName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^mcp__[a-z0-9-]{1,64}__/u, '')
    .replace(/[^a-z0-9]/gu, '');

const firstWord = (name: string): string => /^[a-z0-9]*/iu.exec(name)?.[0].toLowerCase() ?? '';

/** The first word of most tools, as in `firecrawl_scrape`: some of such a family may be switched off here. */
function familyOf(tools: readonly string[]): string | undefined {
  const [largest] = [...Map.groupBy(tools, firstWord)].toSorted(([, a], [, b]) => b.length - a.length);
  return largest !== undefined && largest[1].length >= 3 && largest[1].length * 2 > tools.length
    ? largest[0]
    : undefined;
}
