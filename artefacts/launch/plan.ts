/**
 * Plans how an approved server is started: only from the verified manifest and lock, and the values that they let users
 * give.
 */
import type {
  Argument,
  EnvironmentInput,
  Lock,
  Manifest,
  NamedArgument,
  PositionalArgument,
} from '../../schemas/types.ts';
import { didYouMean, nearest } from '../../core/did-you-mean.ts';
import { formatWords, hasFormat } from '../../core/input-format.ts';
import { isLoaderVariable } from '../../core/environment.ts';
import { programOf } from '../kinds.ts';
import { isProblem, type LaunchProblem, type Program } from './program.ts';

/** What a host executes. */
export interface LaunchPlan {
  readonly program: Program;
  readonly arguments: readonly string[];
  /** The server's whole environment. */
  readonly environment: ReadonlyMap<string, string>;
}

export type Planned =
  | { readonly ok: true; readonly plan: LaunchPlan }
  | { readonly ok: false; readonly problems: readonly LaunchProblem[] };

/** What the user and the machine add to what was approved. */
export interface LaunchContext {
  /** The words after `--`. */
  readonly given: readonly string[];
  /** The variables that the host itself was started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder that stands for `${state}`. */
  readonly stateFolder: string;
  /** Makes a path of the user's absolute. */
  readonly resolvePath: (path: string) => string;
}

/** Plans a launch, or lists everything that the user must give or leave out. */
export function planLaunch(manifest: Manifest, lock: Lock, context: LaunchContext): Planned {
  const program = programOf(manifest, lock);
  const words = placeArguments(manifest, context);
  const variables = placeEnvironment(manifest, context);
  const problems = [...(isProblem(program) ? [program] : []), ...words.problems, ...variables.problems];
  if (problems.length > 0 || isProblem(program)) return { ok: false, problems };
  return { ok: true, plan: { program, arguments: words.arguments, environment: variables.environment } };
}

interface PlacedArguments {
  readonly arguments: readonly string[];
  readonly problems: readonly LaunchProblem[];
}

/**
 * Fixed words first, then what the user gave: only declared options, and as many other words as there are declared
 * places for. Each value is checked against its choices.
 */
function placeArguments(manifest: Manifest, context: LaunchContext): PlacedArguments {
  const declared: readonly Argument[] = manifest.launch?.arguments ?? [];
  const fixed = declared.filter((argument) => argument.type === 'fixed').map((argument) => argument.value);
  const options = new Map(
    declared.filter((argument) => argument.type === 'named').map((option) => [option.name, option]),
  );
  const places = declared.filter((argument) => argument.type === 'positional');
  const { words, values, seen, problems } = placeOptions(manifest.name, options, context);
  for (const option of options.values()) {
    if (seen.has(option.name)) continue;
    if (option.default !== undefined) words.push(option.name, expand(option.default, context));
    else if (option.required === true) problems.push(missing(option.name, option, 'give it after --'));
  }
  words.push(...placeValues(manifest.name, places, values, context, problems));
  return { arguments: [...fixed, ...words], problems };
}

function placeOptions(
  server: string,
  options: ReadonlyMap<string, NamedArgument>,
  context: LaunchContext,
): { words: string[]; values: string[]; seen: ReadonlySet<string>; problems: LaunchProblem[] } {
  const words: string[] = [];
  const values: string[] = [];
  const seen = new Set<string>();
  const problems: LaunchProblem[] = [];
  const { given } = context;
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      values.push(word);
      continue;
    }
    const [name = '', ...rest] = word.split('=');
    const option = options.get(name);
    if (option === undefined) {
      problems.push({
        // A word that is similar to no option may be anything, also a secret, so it is not shown.
        message: `${server} takes no ${nearest(name, options.keys()) === undefined ? 'such option' : `option ${name}`}${didYouMean(name, options.keys())}`,
        remedy: options.size === 0 ? 'leave it out' : `it takes ${[...options.keys()].join(', ')}`,
      });
      continue;
    }
    if (seen.has(name) && option.repeated !== true)
      problems.push({ message: `${name} is given twice`, remedy: 'give it once' });
    seen.add(name);
    if (option.flag === true) {
      if (rest.length > 0) problems.push({ message: `${name} takes no value`, remedy: `write ${name} alone` });
      words.push(name);
      continue;
    }
    const value = rest.length > 0 ? rest.join('=') : given[++index];
    // As a separate word, such a value would be read as another option.
    if (value === undefined || (rest.length === 0 && value.startsWith('-')))
      problems.push({ message: `${name} has no value`, remedy: `write ${name} <value>` });
    else {
      const accepted = accept(name, option, value, context, problems);
      words.push(...(accepted.startsWith('-') ? [`${name}=${accepted}`] : [name, accepted]));
    }
  }
  return { words, values, seen, problems };
}

function placeValues(
  server: string,
  places: readonly PositionalArgument[],
  given: readonly string[],
  context: LaunchContext,
  problems: LaunchProblem[],
): string[] {
  const rest = [...given];
  const placed: string[] = [];
  for (const place of places) {
    const taken = place.repeated === true ? rest.splice(0) : rest.splice(0, 1);
    if (taken.length === 0 && place.default !== undefined) placed.push(expand(place.default, context));
    else if (taken.length === 0 && place.required === true)
      problems.push(missing(place.name, place, `give it after --`));
    placed.push(...taken.map((value) => accept(place.name, place, value, context, problems)));
  }
  if (rest.length > 0)
    problems.push({
      message: `${server} takes ${places.length === 0 ? 'no words' : `only ${places.map(({ name }) => name).join(', ')}`} after --; there are ${rest.length} too many`,
      remedy: 'leave them out',
    });
  return placed;
}

function placeEnvironment(
  manifest: Manifest,
  context: LaunchContext,
): { readonly environment: ReadonlyMap<string, string>; readonly problems: readonly LaunchProblem[] } {
  const problems: LaunchProblem[] = [];
  const environment = new Map<string, string>();
  for (const input of manifest.launch?.environment ?? []) {
    const variable = `the variable ${input.name}`;
    // `validate` refuses such a manifest. It is checked again here, because another program may have made the approval.
    if (isLoaderVariable(input.name)) {
      problems.push({ message: `${variable} decides which code is loaded`, remedy: 'no manifest may declare it' });
      continue;
    }
    const value = context.environment[input.name];
    if (value !== undefined && value !== '')
      environment.set(input.name, accept(variable, input, value, context, problems));
    else if (input.default !== undefined) environment.set(input.name, expand(input.default, context));
    else if (input.required === true)
      problems.push(missing(variable, input, 'set it in the environment of countersign'));
  }
  return { environment, problems };
}

type Input = EnvironmentInput | NamedArgument | PositionalArgument;

/**
 * Checks a value that the user gave, and returns what is passed to the server. Messages never show it: it may be a
 * secret.
 */
function accept(
  name: string,
  { choices, format }: Input,
  value: string,
  context: LaunchContext,
  problems: LaunchProblem[],
): string {
  const allowed = choices?.map((choice) => expand(choice, context));
  if (allowed !== undefined && !allowed.includes(value))
    problems.push({ message: `${name} has a value that is not allowed`, remedy: `give one of ${allowed.join(', ')}` });
  else if (format !== undefined && !hasFormat(value, format))
    problems.push({ message: `${name} must be ${formatWords[format]}`, remedy: 'give it such a value' });
  return format === 'filepath' ? context.resolvePath(value) : value;
}

const expand = (preset: string, { stateFolder }: LaunchContext): string =>
  preset.replaceAll('${state}', () => stateFolder);

const missing = (name: string, { description }: Input, remedy: string): LaunchProblem => ({
  message: `${name} is missing: ${description}`,
  remedy,
});
