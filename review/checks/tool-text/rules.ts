/** The rules over texts that an agent reads: definitions of tools, instructions, and the prose of manifests. */
import type { Level } from '../../../schemas/types.ts';
import type { Rule } from '../../verdict/finding.ts';

interface Described {
  readonly level: Level;
  readonly about: string;
  readonly remedy: string;
}

const plainText = 'write the text without them';
const askUpstream = 'ask its maintainers why it says this; approve it only with a reason that you believe';
const doNotApprove = 'do not approve it: no honest text needs this';

const described = {
  'text-tag-characters': {
    level: 'block',
    about: 'Unicode tag characters: an alphabet that models read and people do not see.',
    remedy: doNotApprove,
  },
  'text-bidi-controls': {
    level: 'block',
    about: 'Characters that change the direction of writing, so that a person and a model read different texts.',
    remedy: plainText,
  },
  'text-zero-width': {
    level: 'block',
    about: 'Characters without width where no script and no emoji needs them.',
    remedy: plainText,
  },
  'text-variation-selectors': {
    level: 'block',
    about: 'Variation selectors that select nothing: each can carry a hidden byte.',
    remedy: plainText,
  },
  'text-private-use': {
    level: 'block',
    about: 'Characters without a public meaning: nobody knows what a model understands by them.',
    remedy: plainText,
  },
  'text-control-characters': {
    level: 'block',
    about: 'Control characters, such as the escape sequences that hide text in a terminal.',
    remedy: plainText,
  },
  'text-instruction-override': {
    level: 'block',
    about: 'Words that tell an agent to ignore its instructions, or to follow others.',
    remedy: askUpstream,
  },
  'text-concealment': {
    level: 'block',
    about: 'Words that tell an agent to hide something from its user.',
    remedy: askUpstream,
  },
  'text-pseudo-tags': {
    level: 'block',
    about: 'Markup that looks like a message of the system or of the user, or like an important message.',
    remedy: 'write the text as prose: an agent may believe that text in markup comes from someone else',
  },
  'text-secret-path': {
    level: 'block',
    about: 'Paths of secrets. They block where an agent is told to read them.',
    remedy: 'find out whether the tool itself reads the path, and whether its permissions say so',
  },
  'text-shell-command': {
    level: 'block',
    about:
      'Commands for a shell that start what they download, open files or belong into every command. They block where they start what they decode, or give a shell to another machine.',
    remedy: 'find out who is to run it: an agent may run what it reads in a text of a tool',
  },
  'text-contact-address': {
    level: 'review',
    about: 'Mail addresses and phone numbers, except examples. Examples count where the text makes them a recipient.',
    remedy: 'find out whose it is: an agent may send what it knows to an address in a text of a tool',
  },
  'text-coercive-order': {
    level: 'review',
    about: 'Words that tell an agent to call a tool before any other, or instead of any other.',
    remedy: 'check that the order concerns this server only: it must not take calls from other servers',
  },
  'text-asks-for-conversation': {
    level: 'review',
    about: 'Words that ask for the conversation, for the instructions of the agent, or for its reasoning.',
    remedy: 'find out why the tool needs more than its task, and where it sends what it gets',
  },
  'schema-exfiltration-parameter': {
    level: 'review',
    about:
      'Parameters named after things that a tool does not need: the conversation, the system prompt, reasoning, the list of tools.',
    remedy: 'find out why the tool needs more than its task, and where it sends what it gets',
  },
  'schema-secret-parameter': {
    level: 'review',
    about: 'Parameters that ask an agent for a secret, or for what stands in a file of secrets.',
    remedy: 'a secret belongs into an environment variable of the server: what an agent is asked for, it looks for',
  },
  'text-encoded': {
    level: 'block',
    about: 'Encoded text. It blocks where the decoded text breaks a rule that blocks.',
    remedy: 'write the text without the encoding',
  },
  'text-markdown-image': {
    level: 'block',
    about: 'Images, which a client fetches when it shows them. They block where the address has a place for data.',
    remedy: 'remove the image: when it is fetched, its server learns who reads the text',
  },
  'text-html-comment': {
    level: 'review',
    about: 'HTML comments: a model reads them, but people do not see them.',
    remedy: plainText,
  },
  'text-data-link': {
    level: 'review',
    about: 'Links with a place in the query that an agent is to fill in.',
    remedy: 'find out what the agent is to fill in, and who gets it',
  },
  'text-other-server': {
    level: 'block',
    about:
      'Names of other servers and their tools. They block where the text tells an agent to avoid them or changes what they do.',
    remedy: 'a server may describe its own tools only: ask its maintainers to remove the other names',
  },
  'text-unknown-tool': {
    level: 'review',
    about:
      'Words about the use of a tool that no server of this registry has: when to call it, or what to call instead.',
    remedy: 'a server may describe its own tools only: find out which tool it means, and what it changes about it',
  },
  'tools-data-flow': {
    level: 'review',
    about:
      'A server that reads private data, reads what others write, and has a way out; or one that completes these three for the users of other servers.',
    remedy:
      'leave out tools that its users do not need (tools.allow), reach fewer hosts (permissions.network), or label the tools as they are; where it has to be so, accept it in policy.yaml and say why',
  },
  'tool-name-collision': {
    level: 'review',
    about: 'A tool with the same name as a tool of another server.',
    remedy: 'check that both are meant to do the same: an agent that has both may call either of them',
  },
  'tool-name-confusable': {
    level: 'block',
    about: 'A tool with a name that looks like the name of another tool, but has other characters.',
    remedy: 'give it a name in plain ASCII that no other tool has',
  },
  'tool-name-refused': {
    level: 'review',
    about:
      'Names of tools that clients refuse: too long, or with other characters than letters, digits, "_", "-" and ".". A note where they are too long only with the name of the server.',
    remedy: 'ask its maintainers for another name; where only the name of the server makes it too long, shorten that',
  },
  'text-mixed-scripts': {
    level: 'block',
    about: 'Words that mix letters of several scripts that look alike.',
    remedy: 'write the word in one script',
  },
  'text-oversize': {
    level: 'review',
    about: 'Descriptions that are too long to be read to the end.',
    remedy: 'read it all before you approve it, and ask its maintainers for a shorter one',
  },
  'text-padding': {
    level: 'review',
    about: 'Blank space that moves the text after it out of sight.',
    remedy: 'read the text after the space',
  },
  'schema-remote-reference': {
    level: 'block',
    about:
      'References of a schema to another document. They block where a client would fetch it: it can change after the review.',
    remedy: 'ask its maintainers to write what it refers to into the schema',
  },
  'schema-pattern-ambiguous': {
    level: 'block',
    about: 'Regular expressions that may take very long. They block where the time grows exponentially.',
    remedy: 'write it so that no text matches it in two ways, or limit the length of the text that it is matched with',
  },
  'schema-pattern-invalid': {
    level: 'review',
    about: 'Regular expressions that do not compile: clients refuse the tool, or leave its arguments unchecked.',
    remedy: 'write a regular expression of JavaScript (ECMA-262)',
  },
  'schema-pattern-unjudged': {
    level: 'review',
    about: 'Regular expressions that are too long, too many or too unusual to be checked.',
    remedy: 'find out by hand whether they can take very long, or ask for simpler ones',
  },
} as const satisfies Readonly<Record<string, Described>>;

export type ToolTextRule = keyof typeof described;

/** A finding in one text, before the subject is known. */
export interface Found {
  readonly rule: ToolTextRule;
  readonly level: Level;
  /** What the text does, as `says "…"`. */
  readonly what: string;
}

export const toolTextRules: readonly Rule[] = Object.entries(described).map(([id, { level, about }]) => ({
  id,
  level,
  about,
}));

export const remedyOf = (rule: ToolTextRule): string => described[rule].remedy;
