/** Every rule about the code of packages. This repeats the metadata of the YARA rules; a test compares both. */
import type { Level } from '../../../schemas/types.ts';
import type { Rule } from '../../verdict/finding.ts';

/** The kinds of js-x-ray warnings that count, and the rule for each. */
export const ruleOfWarning: ReadonlyMap<string, string> = new Map([
  ['unsafe-command', 'code-command'],
  ['unsafe-import', 'code-import'],
  ['serialize-environment', 'code-environment'],
  ['data-exfiltration', 'code-exfiltration'],
  ['obfuscated-code', 'code-obfuscated'],
  ['suspicious-file', 'code-encoded-texts'],
  ['monkey-patch', 'code-monkey-patch'],
]);

const rule = (id: string, level: Level, about: string): Rule => ({ id, level, about });

/** Rules about the syntax of a program, about hidden characters, and about what could not be scanned. */
const syntaxRules: readonly Rule[] = [
  rule('code-archive', 'note', 'contains archives or compressed files, and what is in these was not looked at'),
  rule('code-command', 'review', 'starts a program that reports facts about the machine or uses a network'),
  rule(
    'code-command-received',
    'review',
    'starts a program, or has a shell run a command, that it received over a network',
  ),
  rule('code-drops-program', 'review', 'writes a file and starts it as a program'),
  rule('code-encoded-texts', 'review', 'contains a small file with many encoded texts'),
  rule('code-environment', 'review', 'turns the whole environment into text'),
  rule('code-eval', 'review', 'runs text as code'),
  rule('code-exfiltration', 'review', 'collects data that identifies the machine or its user'),
  rule('code-fetches-package', 'review', 'has a package manager fetch other packages while it runs'),
  rule('code-hidden-characters', 'review', 'contains characters that nobody sees, and that no script or list needs'),
  rule('code-import', 'review', 'imports, in a new version, a module whose name it computes'),
  rule('code-monkey-patch', 'review', 'changes, in a new version, objects of the language or of another module'),
  rule('code-not-scanned', 'block', 'could not be scanned within the limits of time, memory and size'),
  rule('code-obfuscated', 'review', 'is written so that people cannot read it'),
  rule('code-remote-control', 'block', 'runs commands or code that it receives over a socket'),
  rule('code-unparsed', 'review', 'contains a program that runs but cannot be parsed'),
];

/** Rules of the files in rules/, which search any text. */
export const patternRules: readonly Rule[] = [
  rule(
    'code-address-replacement',
    'block',
    'looks for addresses of crypto-currencies and intercepts a wallet or clipboard',
  ),
  rule(
    'code-agent-configuration',
    'review',
    'writes to files that tell an AI agent how to behave or which servers to start',
  ),
  rule('code-agent-unguarded', 'review', 'starts a coding agent that asks nobody before it acts'),
  rule('code-bidi', 'review', 'contains characters that change the direction of text'),
  rule(
    'code-bidi-unbalanced',
    'block',
    'changes the direction of text beyond the end of a line, so that a reader sees other code than what runs',
  ),
  rule('code-credentials-near-network', 'review', 'names places of credentials, and uses a network in the same file'),
  rule('code-credentials-sent', 'block', 'reads credentials of several kinds, or posts one that it read'),
  rule('code-environment-command', 'review', 'contains a command for a shell that sends the whole environment'),
  rule('code-environment-sent', 'block', 'sends the whole environment over a network'),
  rule(
    'code-exfiltration-address',
    'block',
    'names one drop box: a webhook, a bot or a host that only records requests',
  ),
  rule('code-exfiltration-host', 'review', 'names a service that accepts data from anyone'),
  rule('code-git-hook-write', 'review', 'writes to files that git runs automatically'),
  rule('code-hex-names', 'review', 'has the numbered names that a program for hiding code creates'),
  rule('code-install-download', 'block', 'downloads or decodes something when it is installed'),
  rule('code-invisible-text', 'block', 'contains a text in invisible characters'),
  rule('code-native-executable', 'review', 'contains a native program, and does not declare it'),
  rule('code-off-screen', 'review', 'has code so far to the right that it is off the screen'),
  rule('code-reverse-shell', 'block', 'gives another machine a shell'),
  rule('code-runs-built-text', 'review', 'decodes text and runs text near that place'),
  rule('code-runs-decoded', 'block', 'runs text that it decodes in the same expression'),
  rule('code-runs-downloaded', 'block', 'runs text that it has just downloaded'),
  rule('code-script-download', 'review', 'contains a shell script that runs what it downloads'),
  rule('code-self-publishing', 'block', 'publishes packages as the user who runs it'),
  rule('code-shell-download', 'block', 'has a shell run what it downloads'),
  rule('code-startup-write', 'block', 'writes to files that run when a user logs in or on a schedule'),
  rule('code-token-asked', 'review', 'asks another program for a token or password that it keeps'),
  rule('code-workflow-write', 'review', 'writes to files that tell a build service what to run'),
];

/** Every rule about code, by id. */
export const codeRules: readonly Rule[] = [...syntaxRules, ...patternRules].toSorted((a, b) => (a.id < b.id ? -1 : 1));

export const ruleById: ReadonlyMap<string, Rule> = new Map(codeRules.map((each) => [each.id, each]));
