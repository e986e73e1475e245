/** Compares how a server is started: its arguments and variables, and the values that users may give. */
import type { Argument, Credential, EnvironmentInput, Launch } from '../../schemas/types.ts';
import { formatWords } from '../../core/input-format.ts';
import { few } from './few.ts';
import type { Change, NamedArea, NamedPermission, PermissionChange } from './types.ts';

type Input = EnvironmentInput | Exclude<Argument, { readonly type: 'fixed' }>;

/** A change that allows more values, or passes other values, counts as gained. */
export const launchChanges = (was: Launch | undefined, now: Launch | undefined): PermissionChange[] => [
  ...valueChange({ area: 'command', subject: 'the bin that runs' }, was?.command, now?.command),
  ...fixedChange(was?.arguments, now?.arguments),
  ...inputChanges('argument', inputsOf(was?.arguments), inputsOf(now?.arguments)),
  ...orderChange(was?.arguments, now?.arguments),
  ...inputChanges('environment', was?.environment ?? [], now?.environment ?? []),
];

const inputsOf = (words: readonly Argument[] = []): Input[] => words.filter((word) => word.type !== 'fixed');

/** A value that decides what runs: every change counts as gained, also when the value was removed. */
const valueChange = (
  permission: NamedPermission,
  was: string | undefined,
  now: string | undefined,
): PermissionChange[] =>
  was === now ? [] : [{ change: 'gained', ...permission, ...optional('was', was), now: now ?? 'nothing' }];

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

function inputChanges(
  area: 'argument' | 'environment',
  was: readonly Input[],
  now: readonly Input[],
): PermissionChange[] {
  const [before, after] = [byName(was), byName(now)];
  const areaOf = ({ secret }: Input): NamedArea => (secret === true ? 'secret' : area);
  return [
    ...now.flatMap((input): PermissionChange[] => {
      const old = before.get(input.name);
      if (old === undefined)
        return [{ change: 'gained', area: areaOf(input), subject: input.name, ...optional('now', traits(input)) }];
      return inputChange(area, old, input);
    }),
    ...was.flatMap((input): PermissionChange[] =>
      after.has(input.name)
        ? []
        : [{ change: 'lost', area: areaOf(input), subject: input.name, ...optional('was', traits(input)) }],
    ),
  ];
}

const list = (words: readonly string[]): string | undefined =>
  few(
    words.map((word) => JSON.stringify(word)),
    20,
  );

const byName = (inputs: readonly Input[]): ReadonlyMap<string, Input> =>
  new Map(inputs.map((input) => [input.name, input]));

const isFlag = (input: Input): boolean => ('flag' in input ? input.flag : undefined) === true;
const isRepeated = (input: Input): boolean => ('repeated' in input ? input.repeated : undefined) === true;

/** What a reviewer must know about a new input. */
const traits = (input: Input): string | undefined =>
  few(
    [
      ...(input.default === undefined ? [] : [`default ${JSON.stringify(input.default)}`]),
      ...(input.choices === undefined ? [] : [`one of ${list(input.choices) ?? ''}`]),
      [
        ...(input.required === true ? ['required'] : []),
        ...(isRepeated(input) ? ['repeated'] : []),
        ...(isFlag(input) ? ['a flag'] : []),
        ...(input.format === undefined ? [] : [formatWords[input.format]]),
      ].join(', '),
    ].filter((trait) => trait !== ''),
  );

function inputChange(area: NamedArea, was: Input, now: Input): PermissionChange[] {
  const { name } = now;
  const of = (part: string): NamedPermission => ({ area, subject: name, part });
  return [
    ...secretChange(name, was.secret === true, now.secret === true),
    ...switchChange(of('may be left out'), was.required !== true, now.required !== true),
    ...switchChange(of('may be repeated'), isRepeated(was), isRepeated(now)),
    ...choiceChanges(of('choices'), was.choices, now.choices),
    ...valueChange(of('default'), quoted(was.default), quoted(now.default)),
    ...valueChange(of('kind'), kindOf(was), kindOf(now)),
  ];
}

const formatNames = { filepath: 'path', number: 'number', boolean: 'true or false' } as const;

const quoted = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : JSON.stringify(text);
const kindOf = (input: Input): string =>
  [
    ...('type' in input ? [input.type] : []),
    ...(isFlag(input) ? ['flag'] : []),
    ...(input.format !== undefined ? [formatNames[input.format]] : isFlag(input) ? [] : ['text']),
  ].join(', ');

/** A server that gets a secret has more than before. A secret that hosts show and log is worse. */
const secretChange = (name: string, was: boolean, now: boolean): PermissionChange[] =>
  was === now
    ? []
    : [
        {
          change: 'gained',
          area: 'secret',
          subject: name,
          was: was ? 'secret' : 'not secret',
          now: now ? 'secret' : 'shown and logged',
          ...(was && { loud: true }),
        },
      ];

const switchChange = (permission: NamedPermission, was: boolean, now: boolean): PermissionChange[] =>
  was === now ? [] : [{ change: now ? 'gained' : 'lost', ...permission }];

function choiceChanges(
  permission: NamedPermission,
  was: readonly string[] | undefined,
  now: readonly string[] | undefined,
): PermissionChange[] {
  if (was === undefined && now === undefined) return [];
  if (now === undefined)
    return [{ change: 'gained', ...permission, ...optional('was', list(was ?? [])), now: 'any value' }];
  if (was === undefined) return [{ change: 'lost', ...permission, was: 'any value', ...optional('now', list(now)) }];
  const more = list(now.filter((each) => !was.includes(each)));
  const fewer = list(was.filter((each) => !now.includes(each)));
  return [
    ...(more === undefined ? [] : [{ change: 'gained', ...permission, now: more } as const]),
    ...(fewer === undefined ? [] : [{ change: 'lost', ...permission, was: fewer } as const]),
  ];
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

/** By variable; the second for one variable is `NAME (2)`. */
function numbered(credentials: readonly Credential[]): ReadonlyMap<string, Credential> {
  const counts = new Map<string, number>();
  return new Map(
    credentials.map((credential) => {
      const { environment: name } = credential;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [count === 1 ? name : `${name} (${count})`, credential];
    }),
  );
}

const optional = <K extends keyof Change>(key: K, value: string | undefined): { readonly [key in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: string };
