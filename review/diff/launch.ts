/** Compares how a server is started: its arguments and variables, and the values that users may give. */
import type { Argument, Credential, Launch, LaunchTransport } from '../../schemas/types.ts';
import { credentialTarget } from '../../core/credential-rules.ts';
import { inputChanges, list, valueChange, type Input } from './inputs.ts';
import type { PermissionChange } from './types.ts';

/** A change that allows more values, or passes other values, counts as gained. */
export const launchChanges = (was: Launch | undefined, now: Launch | undefined): PermissionChange[] => [
  ...valueChange({ area: 'command', subject: 'the bin that runs' }, was?.command, now?.command),
  ...fixedChange(was?.arguments, now?.arguments),
  ...inputChanges('argument', inputsOf(was?.arguments), inputsOf(now?.arguments)),
  ...orderChange(was?.arguments, now?.arguments),
  ...inputChanges('environment', was?.environment ?? [], now?.environment ?? []),
  ...transportChange(was, now),
];

/** A server that listens on a port can be reached by other programs too. */
function transportChange(was: Launch | undefined, now: Launch | undefined): PermissionChange[] {
  const text = (launch: Launch | undefined): string | undefined => launch?.transport && transportText(launch.transport);
  return valueChange({ area: 'transport', subject: 'how it is talked to' }, text(was), text(now), 'standard input');
}

const transportText = ({ type, port, port_input: input, path = '/' }: LaunchTransport): string =>
  `${type} on ${[...(port === undefined ? [] : [`port ${port}`]), ...(input === undefined ? [] : [`the port that ${input} says`])].join(' or ')}, at ${path}`;

const inputsOf = (words: readonly Argument[] = []): readonly Input[] => words.filter((word) => word.type !== 'fixed');

/** Without `--read-only` a server does more, so a removed word also counts as gained. Only the differences are shown. */
function fixedChange(was: readonly Argument[] = [], now: readonly Argument[] = []): PermissionChange[] {
  const fixed = (words: readonly Argument[]): string[] =>
    words.flatMap((word) => (word.type === 'fixed' ? [word.value] : []));
  const [before, after] = [fixed(was), fixed(now)];
  const start = before.findIndex((word, index) => word !== after[index]);
  if (start === -1 && before.length === after.length) return [];
  const from = start === -1 ? before.length : start;
  let same = 0;
  while (same < Math.min(before.length, after.length) - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  // The first words differ, so the two texts also differ, even when they are shortened.
  const part = (words: readonly string[]): string | undefined => list(words.slice(from, words.length - same));
  return valueChange({ area: 'argument', subject: 'fixed words' }, part(before), part(after));
}

/** The meaning of a word depends on its place. */
function orderChange(was: readonly Argument[] = [], now: readonly Argument[] = []): PermissionChange[] {
  const names = (words: readonly Argument[], others: readonly Argument[]): string[] => {
    const known = new Set(others.flatMap((word) => (word.type === 'positional' ? [word.name] : [])));
    return words.flatMap((word) => (word.type === 'positional' && known.has(word.name) ? [word.name] : []));
  };
  return valueChange(
    { area: 'argument', subject: 'order of words' },
    names(was, now).join(' '),
    names(now, was).join(' '),
  );
}

/** Secrets that a host provides: their source, and what they must allow. */
export function credentialChanges(
  was: readonly Credential[] = [],
  now: readonly Credential[] = [],
): PermissionChange[] {
  const [before, after] = [numbered(was), numbered(now)];
  const text = ({ scope, source }: Credential): string => `${scope} (${source})`;
  return [
    ...[...after].flatMap(([subject, credential]): PermissionChange[] => {
      const old = before.get(subject);
      if (old === undefined) return [{ change: 'gained', area: 'credential', subject, now: text(credential) }];
      return [
        ...valueChange({ area: 'credential', subject, part: 'scope' }, old.scope, credential.scope),
        ...valueChange({ area: 'credential', subject, part: 'source' }, old.source, credential.source),
      ];
    }),
    ...[...before].flatMap(([subject, credential]): PermissionChange[] =>
      after.has(subject) ? [] : [{ change: 'lost', area: 'credential', subject, was: text(credential) }],
    ),
  ];
}

/** By variable or header; the second for one of them is `NAME (2)`. */
function numbered(credentials: readonly Credential[]): ReadonlyMap<string, Credential> {
  const counts = new Map<string, number>();
  return new Map(
    credentials.map((credential) => {
      const name = credentialTarget(credential);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [count === 1 ? name : `${name} (${count})`, credential];
    }),
  );
}
