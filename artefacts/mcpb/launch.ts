/**
 * What a bundle wants to be started with, as a manifest of ours says it. It is a suggestion for the author of the manifest: what
 * a host passes to the server is what was approved there, and nothing that the bundle says.
 */
import type { Argument, EnvironmentInput, Manifest } from '../../schemas/types.ts';
import { isLoaderVariable } from '../../core/environment.ts';
import { inputFields, leftOut, plainName, shown, variableName } from './input-fields.ts';
import type { BundleInput } from './inputs.ts';
import type { Bundle } from './manifest.ts';
import { onlyInput, partsOf, plainText } from './placeholders.ts';

export interface SuggestedLaunch {
  readonly launch: NonNullable<Manifest['launch']>;
  /** What a manifest cannot say, or an author must decide: one sentence each. */
  readonly left: readonly string[];
}

/** The inputs and fixed words of a manifest for a bundle, and what of the bundle's wishes is not among them. */
export function inputsOf(bundle: Bundle): SuggestedLaunch {
  const left: string[] = [];
  // By name. What only stands within words is added while they are read.
  const variables = new Map<string, EnvironmentInput>();
  for (const [name, value] of bundle.environment) {
    const [own, input] = inputNamed(bundle, value);
    if (own === undefined || input === undefined) continue;
    if (input.isRepeated) left.push(`${name} takes one value: how several are joined, the bundle does not say`);
    variables.set(name, { name, ...inputFields(own, input, left) });
  }
  const words = argumentsOf(bundle, variables, left);
  for (const [name, value] of bundle.environment) {
    if (variables.has(name)) continue;
    const text = filled(bundle, variables, value);
    if (text === undefined) left.push(`the variable ${name} with the value ${shown(value)} ${leftOut}`);
    // Approved as it is: a user has no other choice. A choice holds no placeholder.
    const isPlain = text === plainText(value) && text !== undefined && text.length <= 200;
    if (text !== undefined && text !== '')
      variables.set(name, {
        name,
        description: 'The bundle sets it to this value.',
        default: text,
        ...(isPlain && { choices: [text] }),
      });
  }
  const wishes = JSON.stringify([bundle.program.arguments, [...bundle.environment]]);
  for (const [system, { program, environment }] of bundle.overrides)
    if (JSON.stringify([program.arguments, [...environment]]) !== wishes)
      left.push(`on ${system} it wants other arguments or variables; a manifest has one list for all systems`);
  return {
    launch: {
      ...(words.length > 0 && { arguments: words }),
      ...(variables.size > 0 && { environment: [...variables.values()] }),
    },
    left,
  };
}

type Variables = Map<string, EnvironmentInput>;

/** The input whose value alone a word is. */
function inputNamed({ inputs }: Bundle, word: string): [string, BundleInput] | [undefined, undefined] {
  const name = onlyInput(word);
  const input = name === undefined ? undefined : inputs.get(name);
  return name === undefined || input === undefined ? [undefined, undefined] : [name, input];
}

/**
 * A word as a fixed one of a manifest, where `${NAME}` stands for the value of a variable. An input that is no variable yet becomes
 * one, so that it has a name. Undefined where a manifest cannot say it: a folder, several values, or perhaps none.
 */
function filled({ environment, inputs }: Bundle, variables: Variables, word: string): string | undefined {
  let text = '';
  const added: EnvironmentInput[] = [];
  for (const part of partsOf(word)) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'input') {
      const input = inputs.get(part.name);
      const own = [...environment].find(([, value]) => onlyInput(value) === part.name)?.[0];
      const name = own ?? variableName(part.name);
      if (input === undefined || input.isRepeated || isLoaderVariable(name)) return undefined;
      const variable = { name, ...inputFields(part.name, input, []) };
      if (variable.required !== true && variable.default === undefined) return undefined;
      // Another variable of the bundle, or another input, has the name.
      const before = own === undefined ? (variables.get(name) ?? environment.get(name)) : undefined;
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(variable)) return undefined;
      if (own === undefined) added.push(variable);
      text += `\${${name}}`;
    } else return undefined;
  }
  for (const variable of added) variables.set(variable.name, variable);
  return text;
}

function argumentsOf(bundle: Bundle, variables: Variables, left: string[]): Argument[] {
  const found: Argument[] = [];
  const taken = new Set<string>();
  const words = [...bundle.program.arguments];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const { option, rest } = optionIn(word);
    const next = rest === undefined ? words[0] : undefined;
    const [name, input] = option === undefined ? [] : inputNamed(bundle, rest ?? next ?? '');
    const [own, place] = inputNamed(bundle, word);
    if (option !== undefined && name !== undefined && input !== undefined && !input.isRepeated && !taken.has(option)) {
      words.splice(0, rest === undefined ? 1 : 0);
      taken.add(option);
      found.push({ type: 'named', name: option, ...inputFields(name, input, left) });
    } else if (option !== undefined && next !== undefined && plainText(next) === undefined) {
      // Without its value the option would take the next word for it.
      words.shift();
      const isLast = words.length === 0 && found.every(({ type }) => type === 'fixed');
      const value = input?.isRepeated === true ? undefined : filled(bundle, variables, next);
      if (value !== undefined) found.push({ type: 'fixed', value: option }, { type: 'fixed', value });
      else if (name !== undefined && input !== undefined && isLast)
        found.push({ type: 'fixed', value: option }, placeOf(name, input, left));
      else left.push(`the argument ${shown(word)} with the value ${shown(next)} ${leftOut}`);
    } else if (own !== undefined && place !== undefined && !taken.has(plainName(own))) {
      taken.add(plainName(own));
      found.push(placeOf(own, place, left));
    } else {
      const value = filled(bundle, variables, word);
      if (value === undefined) left.push(`the argument ${shown(word)} ${leftOut}`);
      else if (value !== '') found.push({ type: 'fixed', value });
    }
  }
  return repeatedLast(found, left);
}

const optionIn = (word: string): { readonly option?: string; readonly rest?: string } =>
  /^(?<option>--?[A-Za-z][A-Za-z0-9._-]{0,62})(?:=(?<rest>.*))?$/su.exec(word)?.groups ?? {};

const placeOf = (name: string, input: BundleInput, left: string[]): Argument => ({
  type: 'positional',
  name: plainName(name),
  ...inputFields(name, input, left),
  ...(input.isRepeated && { repeated: true }),
});

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
