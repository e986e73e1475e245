/** Every rule about the code of packages. What the YARA rules say of themselves is said here again, and a test agrees. */
import type { Level } from '../../../schemas/types.ts';
import type { Rule } from '../../verdict/finding.ts';

/** The kinds of js-x-ray's warnings that count, and the rule that each stands for. */
export const ruleOfWarning: ReadonlyMap<string, string> = new Map([
  ['unsafe-stmt', 'code-eval'],
  ['unsafe-command', 'code-command'],
  ['unsafe-import', 'code-import'],
  ['serialize-environment', 'code-environment'],
  ['data-exfiltration', 'code-exfiltration'],
  ['obfuscated-code', 'code-obfuscated'],
  ['suspicious-file', 'code-suspicious-file'],
  ['monkey-patch', 'code-monkey-patch'],
]);

const rule = (id: string, level: Level, about: string): Rule => ({ id, level, about });

/** What js-x-ray finds in the syntax of a program, and what it could not look at. */
const syntaxRules: readonly Rule[] = [
  rule('code-command', 'review', 'starts a program that tells about the machine or reaches a network'),
  rule('code-environment', 'review', 'makes a text of the whole environment'),
  rule('code-eval', 'review', 'runs text as code'),
  rule('code-exfiltration', 'review', 'collects what identifies the machine or its user'),
  rule('code-import', 'review', 'imports, in a new version, something whose name it computes'),
  rule('code-monkey-patch', 'review', 'changes, in a new version, what belongs to the language or to another module'),
  rule('code-not-scanned', 'block', 'could not be looked at within the bounds of time, memory and size'),
  rule('code-obfuscated', 'review', 'is written so that nobody can read it'),
  rule('code-suspicious-file', 'review', 'holds a small file with many encoded texts'),
  rule('code-unparsed', 'review', 'holds a program that runs, but cannot be taken apart'),
];

/** What the files in rules/ find, in whatever text. */
export const patternRules: readonly Rule[] = [
  rule(
    'code-address-replacement',
    'block',
    'looks for addresses of crypto-currencies and stands between a user and a wallet or clipboard',
  ),
  rule(
    'code-agent-configuration',
    'review',
    'writes to what tells an AI agent how to behave or which servers to start',
  ),
  rule('code-bidi', 'review', 'has characters in it that change the direction of text'),
  rule(
    'code-bidi-unbalanced',
    'block',
    'reorders the text of a line beyond its end, so that it reads as what it is not',
  ),
  rule(
    'code-credentials-near-network',
    'review',
    'names where credentials lie, and reaches a network in the same file',
  ),
  rule('code-credentials-sent', 'block', 'reads credentials of several kinds, or posts one that it read'),
  rule('code-environment-sent', 'block', 'sends the whole environment over a network'),
  rule(
    'code-exfiltration-address',
    'block',
    'names one drop box: a webhook, a bot or a host that only records requests',
  ),
  rule('code-exfiltration-host', 'review', 'names a service that takes in data from anybody'),
  rule('code-git-hook-write', 'review', 'writes to what git runs by itself'),
  rule('code-hex-names', 'review', 'has the numbered names of a program that hides code'),
  rule('code-install-download', 'block', 'downloads or decodes something when it is installed'),
  rule('code-invisible-text', 'block', 'carries a text in characters that no font shows'),
  rule(
    'code-native-executable',
    'review',
    'carries a native program, and does not say that it is for certain machines',
  ),
  rule('code-off-screen', 'review', 'has code so far to the right that nobody sees it'),
  rule('code-reverse-shell', 'block', 'hands a shell to another machine'),
  rule('code-runs-built-text', 'review', 'decodes text and runs text close by'),
  rule('code-runs-decoded', 'block', 'runs text that it decodes in the same expression'),
  rule('code-runs-downloaded', 'block', 'runs text that it has just downloaded'),
  rule('code-script-download', 'review', 'carries a shell script that runs what it downloads'),
  rule('code-self-publishing', 'block', 'publishes packages in the name of the user who runs it'),
  rule('code-shell-download', 'block', 'has a shell run what it downloads'),
  rule('code-startup-write', 'block', 'writes to what runs when a user logs in or on a schedule'),
];

/** Every rule about code, by id. */
export const codeRules: readonly Rule[] = [...syntaxRules, ...patternRules].toSorted((a, b) => (a.id < b.id ? -1 : 1));
