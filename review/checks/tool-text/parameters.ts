/** Finds names of parameters that ask for more than the task needs. The name alone can have an agent fill it in. */
import { plain } from './fold.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';

/** In lower case and without separators. */
const telltale = new Set(
  `conversationhistory chathistory messagehistory sessionhistory dialoghistory dialoguehistory
  conversationcontext conversationlog conversationtranscript conversationsofar conversationsummary conversationmessages
  chattranscript chatlog chatmessages previousmessages priormessages allmessages fullcontext contextdump contextwindow
  modelcontext agentcontext llmcontext systemprompt systemprompts systemmessage systeminstructions developerprompt
  developermessage initialprompt originalprompt hiddenprompt userprompthistory prompthistory agentinstructions
  chainofthought chainofthoughts cot reasoningtrace reasoninghistory reasoningsteps internalreasoning hiddenreasoning
  modelreasoning internalthoughts thoughtprocess innermonologue scratchpad sidenote sidenotes sidechannel memorydump
  agentmemory toolcallhistory toolhistory previoustoolcalls toolcalls availabletools alltools toolslist toollist
  listoftools toolnames tooldefinitions connectedservers mcpservers mcpconfig environmentvariablesdump envdump
  environmentdump processenv`.split(/\s+/u),
);

/** They say how much of a thing is asked for. Alone, they ask for nothing. */
const amounts = new Set(
  'full entire complete whole current raw verbatim dump text content contents value json string the your of from so far'.split(
    ' ',
  ),
);

/** A model's name is a secret of nobody. A tool that has nothing to do with models needs none. */
const ofModel = new Set('modelname currentmodel llmname llmmodel agentmodel assistantmodel agentname'.split(' '));

/** The ends of names, in lower case and without separators. In the plural they are mostly lists of ids. */
const secret =
  /(?:api(?:key|token|secret)|(?:access|auth|bearer|refresh|oauth|session|personalaccess)token|secret(?:access)?key|client(?:secret)|privatekey|sshkey|sessioncookie|(?:seed|recovery|mnemonic)phrase|mnemonic|(?:master|sudo|root|admin)password|(?:github|gitlab|slack|openai|anthropic|notion|npm|aws|azure|gcp)(?:token|key|secret|pat|credentials))$/u;

/** What stands in files of secrets, and the words that ask for what stands there. */
const secretFile =
  /\b(?:ssh|id(?:rsa|dsa|ecdsa|ed25519)|dot ?env|env file|(?:aws|cloud) credentials|credentials file|netrc|npmrc|kube ?config|keychain|etc (?:passwd|shadow)|(?:private|secret) key|wallet (?:dat|file|key))\b/u;
const asks = new Set('content contents reading read dump data text value body raw file base64'.split(' '));
/** A path, a name or an id of a secret is none. */
const aboutSecret = new Set('path paths name names id ids arn fingerprint url uri format type size length'.split(' '));

/** What the name of a parameter asks for; `about` is what the tool says of itself. */
export function parameterFound(name: string, about: string): Found[] {
  const words = wordsOf(name);
  const all = words.join('');
  const less = words.filter((word) => !amounts.has(word)).join('');
  const isTelltale =
    telltale.has(all) ||
    telltale.has(less) ||
    // A conversation may be a thing of the server; the whole conversation is the agent's.
    (less === 'conversation' && less !== all) ||
    (ofModel.has(all) && !/model|agent|llm/iu.test(about));
  if (isTelltale) return [asksFor('schema-exfiltration-parameter', name)];
  const isFile = secretFile.test(words.join(' ')) && words.some((word) => asks.has(word));
  if ((isFile || secret.test(less)) && !words.some((word) => aboutSecret.has(word)))
    return [asksFor('schema-secret-parameter', name)];
  return [];
}

const asksFor = (rule: Found['rule'], name: string): Found => ({
  rule,
  level: 'review',
  what: `is named ${quoted(name)}`,
});

/** `fullChat_history` is `full`, `chat`, `history`. */
const wordsOf = (name: string): string[] =>
  plain(name)
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, ' ')
    .toLowerCase()
    .replace(/id[^a-z0-9](?=rsa|dsa|ecdsa|ed25519)/gu, 'id')
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== '');
