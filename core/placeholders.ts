/** Placeholders in the values of a manifest: `${name}` stands for what the input of that name is given. */
import { didYouMean } from './did-you-mean.ts';
import type { Fault } from './problem.ts';

/** `${state}` stands for a folder that the host keeps only for one server. */
export const stateFolderName = 'state';

const pattern = /\$\{([^}]*)\}/gu;

/** The names that a text refers to, in order. */
export const placeholdersIn = (text: string): string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

/** Replaces each placeholder once: what a value holds is not looked at again. */
export const expandPlaceholders = (text: string, valueOf: (name: string) => string): string =>
  text.replaceAll(pattern, (_, name: string) => valueOf(name));

/** The name of an input as a placeholder has it: an option stands there without its hyphens. */
export const placeholderName = (name: string): string => name.replace(/^-+/u, '');

/** What of an input matters to a text that refers to it. */
export interface ReferredInput {
  readonly name: string;
  readonly required?: boolean;
  readonly default?: string;
  readonly flag?: boolean;
  readonly repeated?: boolean;
}

export interface ReferenceRules {
  /** Everything that the text may refer to. */
  readonly inputs: readonly ReferredInput[];
  /** Where inputs are declared, for messages: `remote.variables`. */
  readonly declaredIn: string;
  /** Whether `${state}` means something here. */
  readonly state: boolean;
  /** Whether the text may be left out where an input has no value. */
  readonly mayBeLeftOut: boolean;
}

/** What is wrong with the placeholders of a text: each must have exactly one value, which refers to no other. */
export const placeholderFaults = (text: string, rules: ReferenceRules): Fault[] =>
  [...new Set(placeholdersIn(text))].flatMap((name) => faultOf(name, rules) ?? []);

function faultOf(name: string, { inputs, declaredIn, state, mayBeLeftOut }: ReferenceRules): Fault | undefined {
  if (name === stateFolderName && state) return undefined;
  const [input, ...others] = inputs.filter((each) => placeholderName(each.name) === name);
  const written = `\${${name}}`;
  if (input === undefined) {
    const known = [...inputs.map((each) => placeholderName(each.name)), ...(state ? [stateFolderName] : [])];
    return {
      code: 'placeholder-undeclared',
      message: `${written} stands for nothing${didYouMean(name, known)}`,
      remedy: `declare ${name} under ${declaredIn}, or remove it`,
    };
  }
  if (others.length > 0)
    return {
      code: 'placeholder-ambiguous',
      message: `${written} stands for ${[input, ...others].map((each) => each.name).join(' and for ')}`,
      remedy: 'give one of them another name',
    };
  if (input.flag === true || input.repeated === true)
    return {
      code: 'placeholder-without-value',
      message: `${written} stands for ${input.name}, which ${input.flag === true ? 'has no value' : 'may have several values'}`,
      remedy: 'refer to an input that has exactly one value',
    };
  if (placeholdersIn(input.default ?? '').some((each) => each !== stateFolderName))
    return {
      code: 'placeholder-nested',
      message: `${written} stands for ${input.name}, whose default refers to another input`,
      remedy: 'refer to that other input here too',
    };
  if (input.required !== true && input.default === undefined && !mayBeLeftOut)
    return {
      code: 'placeholder-without-value',
      message: `${written} stands for ${input.name}, which a user may leave out`,
      remedy: `write required: true at ${input.name}, or give it a default`,
    };
  return undefined;
}
