/**
 * What a bundle wants to be started with, as a manifest of ours says it. It is a suggestion for the author of the manifest: what
 * a host passes to the server is what was approved there, and nothing that the bundle says.
 */
import type { Argument, EnvironmentInput, Manifest } from '../../schemas/types.ts';
import { hasFormat, type InputFormat } from '../../core/input-format.ts';
import type { Fault } from '../../core/problem.ts';
import type { BundleInput } from './inputs.ts';
import type { Bundle } from './manifest.ts';
import { onlyInput, plainText } from './placeholders.ts';

type Launch = NonNullable<Manifest['launch']>;

export interface SuggestedLaunch {
  readonly launch: Launch;
  /** What a manifest cannot say, or an author must decide: one sentence each. */
  readonly left: readonly string[];
}

/** The inputs and fixed words of a manifest for a bundle, and what of the bundle's wishes is not among them. */
export function inputsOf(bundle: Bundle): SuggestedLaunch {
  const left: string[] = [];
  const words = argumentsOf(bundle, left);
  const environment = environmentOf(bundle, left);
  for (const [system, start] of bundle.overrides)
    if (
      JSON.stringify([start.program.arguments, [...start.environment]]) !==
      JSON.stringify([bundle.program.arguments, [...bundle.environment]])
    )
      left.push(`on ${system} it wants other arguments or variables; a manifest has one list for all systems`);
  return {
    launch: { ...(words.length > 0 && { arguments: words }), ...(environment.length > 0 && { environment }) },
    left,
  };
}

function argumentsOf({ program, inputs }: Bundle, left: string[]): Argument[] {
  const found: Argument[] = [];
  const taken = new Set<string>();
  const words = [...program.arguments];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const next = words[0];
    const [option, rest] = /^(?<option>--?[A-Za-z][A-Za-z0-9._-]{0,62})(?:=(?<rest>.*))?$/su.exec(word)?.slice(1) ?? [];
    const value = rest ?? next;
    const name = value === undefined ? undefined : onlyInput(value);
    const input = name === undefined ? undefined : inputs.get(name);
    if (option !== undefined && name !== undefined && input !== undefined && !input.isRepeated && !taken.has(option)) {
      if (rest === undefined) words.shift();
      taken.add(option);
      found.push({ type: 'named', name: option, ...inputFields(name, input, left, 1) });
      continue;
    }
    const own = onlyInput(word);
    const place = own === undefined ? undefined : inputs.get(own);
    const text = plainText(word);
    if (own !== undefined && place !== undefined && !taken.has(plainName(own))) {
      taken.add(plainName(own));
      const fields = inputFields(own, place, left, 1);
      found.push({ type: 'positional', name: plainName(own), ...fields, ...(place.isRepeated && { repeated: true }) });
    } else if (text === undefined) left.push(`the argument ${shown(word)} ${leftOut}`);
    else if (rest === undefined && option !== undefined && next !== undefined && isMixed(next)) {
      // Without its value the option would take the next word for it.
      left.push(`the argument ${shown(word)} with the value ${shown(next)} ${leftOut}`);
      words.shift();
    } else if (text !== '') found.push({ type: 'fixed', value: text });
  }
  return repeatedLast(found, left);
}

/** Only the last place of all may take several words. */
function repeatedLast(found: readonly Argument[], left: string[]): Argument[] {
  const last = found.findLast((each) => each.type === 'positional');
  return found.map((each) => {
    if (each.type !== 'positional' || each.repeated !== true || each === last) return each;
    left.push(`${each.name} takes one value: only the last place of a manifest takes several`);
    const { repeated: _repeated, ...once } = each;
    return once;
  });
}

function environmentOf({ environment, inputs }: Bundle, left: string[]): EnvironmentInput[] {
  return [...environment].flatMap(([name, value]): EnvironmentInput[] => {
    const own = onlyInput(value);
    const input = own === undefined ? undefined : inputs.get(own);
    if (own !== undefined && input !== undefined) {
      if (input.isRepeated) left.push(`${name} takes one value: how several are joined, the bundle does not say`);
      return [{ name, ...inputFields(own, input, left, 0) }];
    }
    const text = plainText(value);
    if (text === undefined) left.push(`the variable ${name} with the value ${shown(value)} ${leftOut}`);
    if (text === undefined || text === '') return [];
    // Approved as it is: a user has no other choice.
    const fixed = text.length <= 200 ? { default: text, choices: [text] } : { default: text };
    return [{ name, description: 'The bundle sets it to this value.', ...fixed }];
  });
}

const leftOut = 'is left out: a manifest cannot say it';

const isMixed = (word: string): boolean => plainText(word) === undefined && onlyInput(word) === undefined;

const formats: Readonly<Record<BundleInput['type'], InputFormat | undefined>> = {
  string: undefined,
  number: 'number',
  boolean: 'boolean',
  directory: 'filepath',
  file: 'filepath',
};

type Fields = Omit<EnvironmentInput, 'name'>;

function inputFields(name: string, input: BundleInput, left: string[], minLength: number): Fields {
  const format = formats[input.type];
  const preset = defaultOf(name, input, left);
  const usable = preset !== undefined && preset.length >= minLength && hasFormat(preset, format) ? preset : undefined;
  return {
    description: describe(name, input),
    ...(input.required && usable === undefined && { required: true }),
    ...(input.isSecret && { secret: true }),
    ...(format !== undefined && { format }),
    ...(usable !== undefined && { default: usable }),
  };
}

/** A folder of the user's is none that a manifest can name. */
function defaultOf(name: string, { defaults, isSecret }: BundleInput, left: string[]): string | undefined {
  const [first] = defaults;
  if (first === undefined || isSecret) return undefined;
  const text = defaults.length === 1 ? plainText(first) : undefined;
  if (text === undefined)
    left.push(
      `the default ${shown(defaults.join(' '))} of ${name} ${leftOut}; write \${state} where the server keeps files of its own there`,
    );
  return text?.slice(0, 2000);
}

function describe(name: string, { title, description, type, min, max }: BundleInput): string {
  const words = [...new Set([title, description])].map((each) => each?.replaceAll(/\s+/gu, ' ').trim() ?? '');
  const said = words.filter((each) => each !== '').join(': ') || name;
  const bounds = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const range = type === 'number' && bounds.length > 0 ? ` (${bounds.join(', ')})` : '';
  return `${said.slice(0, 500 - range.length)}${range}`.toWellFormed();
}

/** A name in the form that a positional argument may have. */
const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/gu, '')
    .slice(0, 64) || 'value';

const shown = (word: string): string => JSON.stringify(word.slice(0, 200));

/** What a manifest says about a bundle's start that the bundle itself contradicts. */
export function launchFaults(bundle: Bundle, { command, environment = [] }: Launch = {}): Fault[] {
  const declared = new Map(environment.map((input) => [input.name, input]));
  const faults: Fault[] = [];
  if (command !== undefined)
    faults.push({
      code: 'bundle-command',
      message: `launch.command is ${command}, but the bundle starts ${bundle.program.entry} and nothing else`,
      remedy: 'remove launch.command',
    });
  for (const [name, value] of bundle.environment) {
    const asked = onlyInput(value);
    const input = asked === undefined ? undefined : bundle.inputs.get(asked);
    if (input === undefined) continue;
    const own = declared.get(name);
    if (own === undefined && input.required)
      faults.push({
        code: 'bundle-input-missing',
        message: `the bundle needs the variable ${name}, and launch.environment does not declare it`,
        remedy: `declare ${name} there, and under permissions.environment`,
      });
    if (own !== undefined && input.isSecret && own.secret !== true)
      faults.push({
        code: 'bundle-input-secret',
        message: `the bundle calls the variable ${name} a secret, and launch.environment does not`,
        remedy: `write secret: true at ${name}`,
      });
  }
  return faults;
}
