/** An input of a bundle as an input of a manifest. */
import type { EnvironmentInput } from '../../schemas/types.ts';
import { hasFormat, type InputFormat } from '../../core/input-format.ts';
import type { BundleInput } from './inputs.ts';
import { plainText } from './placeholders.ts';

export const leftOut = 'is left out: a manifest cannot say it';

const formats: Readonly<Record<BundleInput['type'], InputFormat | undefined>> = {
  string: undefined,
  number: 'number',
  boolean: 'boolean',
  directory: 'filepath',
  file: 'filepath',
};

/** In characters; the manifest's schema says the same. */
const maxDefaultLength = 2000;

type Fields = Omit<EnvironmentInput, 'name'>;

/** What a manifest says of it. What cannot be said goes to `left`. */
export function inputFields(name: string, input: BundleInput, left: string[]): Fields {
  const format = formats[input.type];
  const preset = defaultOf(name, input, left);
  const usable = preset !== undefined && hasFormat(preset, format) ? preset : undefined;
  return {
    description: describe(name, input),
    ...(input.required && usable === undefined && { required: true }),
    ...(input.isSecret && { secret: true }),
    ...(format !== undefined && { format }),
    ...(usable !== undefined && { default: usable }),
  };
}

/** A folder of the user's is none that a manifest can name, and neither are several values or a long one. */
function defaultOf(name: string, { defaults, isSecret }: BundleInput, left: string[]): string | undefined {
  const [first] = defaults;
  if (first === undefined || isSecret) return undefined;
  const text = defaults.length === 1 && first.length <= maxDefaultLength ? plainText(first) : undefined;
  if (text === undefined)
    left.push(
      `the default ${shown(defaults.join(' '))} of ${name} ${leftOut}; write \${state} where the server keeps files of its own there`,
    );
  return text;
}

function describe(name: string, { title, description, type, min, max }: BundleInput): string {
  const words = [...new Set([title, description])].map((each) => each?.replaceAll(/\s+/gu, ' ').trim() ?? '');
  const said = words.filter((each) => each !== '').join(': ') || name;
  const bounds = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const range = type === 'number' && bounds.length > 0 ? ` (${bounds.join(', ')})` : '';
  return `${said.slice(0, 500 - range.length)}${range}`.toWellFormed();
}

/** A name in the form that a positional argument may have. */
export const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/gu, '')
    .slice(0, 64) || 'value';

/** A name in the form that a variable may have. */
export const variableName = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]+/gu, '_')
    .replaceAll(/^[^A-Z]+|_+$/gu, '')
    .slice(0, 100) || 'VALUE';

/** A word as messages show it. */
export const shown = (word: string): string => JSON.stringify(word.slice(0, 200));
