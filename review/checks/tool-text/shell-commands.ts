/** Finds commands for a shell: those that an agent is to put into every command, and those that start what they fetch. */
import type { Level } from '../../../schemas/types.ts';
import type { Reading } from './fold.ts';
import { phraseBook } from './phrase.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';

/** In front of what a command starts. */
const runner = String.raw`(?:sudo\s{1,5})?(?:env\s{1,5})?(?:\/(?:usr\/)?bin\/)?`;
const interpreter = String.raw`(?:(?:ba|z|da|k)?sh|python[23]?|node|perl|ruby|php|iex|pwsh|powershell)`;
/** A fetched thing has an address: a dot, a colon or a variable. The words "curl | sh" alone are no command. */
const fetching = String.raw`(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\s[^.:$|;\n]{0,100}[.:$](?:[^|;&\n]|&(?!&)){0,300}`;
const decoding = String.raw`(?:base64\s{1,5}(?:-d|-di|--decode)|base32\s{1,5}(?:-d|--decode)|xxd\s{1,5}-r|openssl\s{1,5}base64\s{1,5}-d)\b`;

interface Shape {
  readonly level: Level;
  readonly shape: RegExp;
  readonly does: string;
}

const shapes: readonly Shape[] = [
  // No program is installed in this way.
  {
    level: 'block',
    shape: new RegExp(String.raw`\b${decoding}[^|;\n]{0,200}\|\s{0,5}${runner}${interpreter}\b`, 'iu'),
    does: 'starts what it decodes',
  },
  {
    level: 'block',
    shape: new RegExp(
      String.raw`(?:\b(?:sh|bash|zsh|eval|source)\b[^|;\n(]{0,40}|\s\.\s<)\([^\n]{0,300}\b${decoding}`,
      'iu',
    ),
    does: 'starts what it decodes',
  },
  {
    level: 'block',
    shape: /\b(?:powershell|pwsh)(?:\.exe)?\s[^\n]{0,100}-e(?:nc|ncodedcommand)?\s{1,5}["']?[a-z0-9+/=]{16}/iu,
    does: 'starts what it decodes',
  },
  {
    level: 'block',
    shape:
      /\/dev\/(?:tcp|udp)\/[a-z0-9.-]{1,100}\/|\b(?:nc|ncat|netcat)\s[^|;\n]{0,100}-(?:e|c)\s|\bsocat\s[^|;\n]{0,100}exec:/iu,
    does: 'gives a shell to another machine',
  },
  {
    level: 'review',
    shape: new RegExp(String.raw`\b${fetching}\|\s{0,5}${runner}${interpreter}\b`, 'iu'),
    does: 'starts what it downloads',
  },
  {
    level: 'review',
    shape: new RegExp(
      String.raw`(?:\b(?:sh|bash|zsh|eval|source|iex|python[23]?|node)\b[^|;\n(]{0,40}|\s\.\s<)\(\s{0,5}${fetching}`,
      'iu',
    ),
    does: 'starts what it downloads',
  },
  {
    level: 'review',
    shape: new RegExp(
      String.raw`\b${fetching}(?:&&|;)[^\n]{0,200}(?:\bchmod\s{1,5}(?:\+x|[0-7]{3,4}|[augo]{1,4}\+x)|(?:&&|;)\s{0,5}${runner}${interpreter}\s)`,
      'iu',
    ),
    does: 'starts what it downloads',
  },
  {
    level: 'review',
    shape:
      /\bchmod\s{1,5}(?:-[a-z-]{1,20}\s{1,5}){0,3}(?:0?[0-7]{2}[2367]|(?:a|o|ugo|go)?\+r?wx?|(?:a|o|ugo)=r?wx?)\b/iu,
    does: 'lets everybody change files',
  },
  {
    level: 'review',
    shape:
      />>?\s{0,5}["']?(?:~|\$\{?home\}?|\/root|\/home\/[a-z0-9_-]{1,40})\/\.(?:bashrc|zshrc|profile|bash_profile|zprofile|ssh\/authorized_keys)\b/iu,
    does: 'changes what every new shell does',
  },
];

const shellWord = 'shell|terminal|bash|zsh|powershell|console|cmd|unix|linux|system';
const command = 'command|commands|script|scripts';
const every = 'every|each|any|all';
const begin = 'begin|begins|start|starts|begun|started|prefixed|preceded|prepended|followed|wrapped';

type Order = 'of a shell' | 'of something';

/** Orders about every command. A command may also be one of a database, so some count only beside words of a shell. */
const orders = phraseBook<Order>([
  ...[
    `${every} ..1 ${shellWord} ..1 ${command}|call|calls|session|sessions ..6 ${begin} ..1 with|by|in`,
    `prefix|prepend|precede|start|begin|wrap|follow ..2 ${every} ..1 ${shellWord} ..1 ${command} ..2 with|by|in`,
    `before|after ..1 running|executing|run|execute|starting|using ..2 ${every} ..2 ${shellWord} ..1 ${command} ..8 run|execute|call|type|enter`,
    `before|after ..1 running|executing|run|execute|starting ..1 ${every} ..1 ${command} in|into|on ..1 ${shellWord} ..8 run|execute|call|type|enter`,
    `before|after|with ..1 ${every} ..1 ${shellWord} ..1 ${command} ..8 run|execute|type|enter`,
    `run|execute|type|enter|add|insert|append|prepend ..8 before|after|to|with|in ..2 ${every} ..1 ${shellWord} ..1 ${command}`,
  ].map((words): [string, Order] => [words, 'of a shell']),
  ...[
    `${every} ..3 ${command} ..6 ${begin} ..1 with|by|in`,
    `prefix|prepend|precede|start|begin|wrap|follow ..2 ${every} ..3 ${command} ..2 with|by|in`,
    `prefix|prepend|insert|add|append ..8 to|before|after|in ..2 ${every} ..3 ${command}`,
    `before|after ..1 running|executing|run|execute|starting ..2 ${every} ..3 ${command} ..8 run|execute|call|type|enter`,
    `run|execute|type|enter ..8 before|after|with ..2 ${every} ..3 ${command}`,
  ].map((words): [string, Order] => [words, 'of something']),
]);

/** Programs and signs that only a shell has. */
const ofShell =
  /\b(?:chmod|chown|curl|wget|sudo|rm -|bash|zsh|sh -c|powershell|export [A-Z_]{1,40}=|nc -|base64|ssh |scp |tee |alias )|&&|\$\(/u;

/** What a text has a shell do, the most severe first. */
export function shellCommandsIn(reading: Reading): Found[] {
  const { plain } = reading;
  for (const { level, shape, does } of shapes) {
    const words = shape.exec(plain)?.[0];
    if (words !== undefined)
      return [{ rule: 'text-shell-command', level, what: `has a command that ${does}, ${quoted(words.trim())}` }];
  }
  const found = orders.find(reading);
  const hit = found.find(({ meaning }) => meaning === 'of a shell') ?? (ofShell.test(plain) ? found.at(0) : undefined);
  return hit === undefined
    ? []
    : [{ rule: 'text-shell-command', level: 'review', what: `gives an order for every command, ${quoted(hit.words)}` }];
}
