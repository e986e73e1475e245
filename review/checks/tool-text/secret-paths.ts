/** Finds paths of secrets in a text, and whether the text tells an agent to read them. */
import type { Reading } from './fold.ts';
import type { Found } from './rules.ts';
import { quoted } from './quoted.ts';

/** They match a path in lower case with forward slashes. Public keys and samples are not secrets. */
const secretPaths: readonly RegExp[] = [
  /(?:^|\/)\.(?:ssh|gnupg|aws|azure|kube)(?:\/|$)/u,
  /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/u,
  /(?:^|\/)\.(?:netrc|npmrc|pypirc|pgpass|git-credentials|vault-token|env|envrc)$/u,
  /(?:^|\/)\.env\.(?:local|prod|production|dev|development|staging|test)$/u,
  /(?:^|\/)\.docker\/config\.json$/u,
  /(?:^|\/)\.config\/(?:gcloud|gh|rclone)(?:\/|$)/u,
  /(?:^|\/)application_default_credentials\.json$/u,
  /^\/etc\/(?:shadow|gshadow|sudoers|passwd)$/u,
  /^\/proc\/(?:self|\d{1,7}|[*<{])[^/]{0,20}\/(?:environ|mem|cmdline|fd)/u,
  /(?:^|\/)\.(?:bash|zsh|python|psql|mysql|node_repl)_history$/u,
  /(?:^|\/)(?:claude_desktop_config|\.claude|mcp_config)\.json$/u,
  /(?:^|\/)\.(?:cursor|vscode|codeium|claude|kiro|gemini)\/(?:mcp|settings|\.credentials)\.json$/u,
  /(?:^|\/)(?:wallet\.dat|login\.keychain|logins\.json)$/u,
  /^(?:https?:\/\/)?(?:169\.254\.169\.254|metadata\.google\.internal|169\.254\.170\.2)(?:[:/]|$)/u,
];

const reads = new Set('read reading open opening cat load access retrieve fetch locate find get extract'.split(' '));
const passes = new Set(
  'pass passing send sending attach include forward upload paste append post transmit submit exfiltrate'.split(' '),
);
const orders = new Set('first before must always please immediately'.split(' '));
/** Words on either side of the path. */
const around = 25;
const maxPathLength = 200;

/** The first path that the text tells an agent to read, or else the first path. */
export function secretPathsIn({ folded }: Reading): Found[] {
  const tokens = folded
    .replaceAll('\\', '/')
    .toLowerCase()
    .split(/[\s"(),;=|[\]]+/u)
    .map(trimmed);
  let found: Found | undefined;
  for (const [index, token] of tokens.entries()) {
    if (!/[./]/u.test(token) && !token.startsWith('id_')) continue;
    if (token.length > maxPathLength || !secretPaths.some((path) => path.test(token))) continue;
    const near = tokens.slice(Math.max(0, index - around), index + around);
    const has = (words: ReadonlySet<string>): boolean => near.some((word) => words.has(word));
    if (has(reads) && (has(passes) || has(orders)))
      return [{ rule: 'text-secret-path', level: 'block', what: `tells an agent to read ${quoted(token)}` }];
    found ??= { rule: 'text-secret-path', level: 'review', what: `mentions ${quoted(token)}` };
  }
  return found === undefined ? [] : [found];
}

/** A word without the punctuation around it, or a path without the punctuation that follows it. */
function trimmed(token: string): string {
  let end = token.length;
  while (end > 0 && '.,:!?>/}*'.includes(token[end - 1] ?? '')) end--;
  let start = 0;
  while (start < end && '<{:'.includes(token[start] ?? '')) start++;
  return token.slice(start, end);
}
