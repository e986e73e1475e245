/** Compares what a server is given: arguments, variables and headers, and the values that users may give. */
import type { Argument, EnvironmentInput, HeaderInput, RemoteVariable } from '../../schemas/types.ts';
import { formatWords } from '../../core/input-format.ts';
import { few } from './few.ts';
import type { Change, NamedArea, NamedPermission, PermissionChange } from './types.ts';

export type Input = EnvironmentInput | HeaderInput | RemoteVariable | Exclude<Argument, { readonly type: 'fixed' }>;

/** A value that decides what runs: every change counts as gained, also when the value was removed. */
export const valueChange = (
  permission: NamedPermission,
  was: string | undefined,
  now: string | undefined,
  absent = 'nothing',
): PermissionChange[] =>
  was === now ? [] : [{ change: 'gained', ...permission, ...optional('was', was), now: now ?? absent }];

/** What was added, removed or changed among inputs, by name. */
export function inputChanges(
  area: 'argument' | 'environment' | 'header' | 'variable',
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

/** The words in quotes, as far as a reviewer needs to see them. */
export const list = (words: readonly string[]): string | undefined =>
  few(
    words.map((word) => JSON.stringify(word)),
    20,
  );

const byName = (inputs: readonly Input[]): ReadonlyMap<string, Input> =>
  new Map(inputs.map((input) => [input.name, input]));

const isFlag = (input: Input): boolean => ('flag' in input ? input.flag : undefined) === true;
const valueOf = (input: Input): string | undefined => ('value' in input ? input.value : undefined);
const isRepeated = (input: Input): boolean => ('repeated' in input ? input.repeated : undefined) === true;

/** What a reviewer must know about a new input. */
const traits = (input: Input): string | undefined =>
  few(
    [
      ...(valueOf(input) === undefined ? [] : [`always ${quoted(valueOf(input))}`]),
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
    ...valueChange(of('value'), quoted(valueOf(was)), quoted(valueOf(now)), 'what the user gives'),
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

const optional = <K extends keyof Change>(key: K, value: string | undefined): { readonly [key in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: string };
