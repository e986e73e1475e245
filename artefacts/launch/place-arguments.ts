/** Places what a user gave after `--` among the words that the manifest declares. */
import type { Argument, Manifest, NamedArgument, PositionalArgument } from '../../schemas/types.ts';
import { didYouMean, nearest } from '../../core/did-you-mean.ts';
import { placeholderName } from '../../core/placeholders.ts';
import type { LaunchContext } from './context.ts';
import type { LaunchProblem } from './program.ts';
import { accept, given, missing, preset, type Word } from './inputs.ts';

export interface PlacedArguments {
  readonly words: readonly Word[];
  /** What the user gave, by the name that a placeholder has for it. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly LaunchProblem[];
}

/** What grows while words are placed. */
interface Placing {
  readonly context: LaunchContext;
  readonly values: Map<string, string>;
  readonly problems: LaunchProblem[];
}

/**
 * Fixed words first, then what the user gave: only declared options, and as many other words as there are declared
 * places for. Each value is checked against its choices.
 */
export function placeArguments(manifest: Manifest, context: LaunchContext): PlacedArguments {
  const declared: readonly Argument[] = manifest.launch?.arguments ?? [];
  const fixed = declared.filter((argument) => argument.type === 'fixed').map(({ value }) => preset(value));
  const values = new Map<string, string>();
  const options = new Map(
    declared.filter((argument) => argument.type === 'named').map((option) => [option.name, option]),
  );
  const places = declared.filter((argument) => argument.type === 'positional');
  const { words, rest, seen, problems } = placeOptions(manifest.name, options, context, values);
  for (const option of options.values()) {
    if (seen.has(option.name)) continue;
    if (option.default !== undefined) words.push(given(option.name), preset(option.default));
    else if (option.required === true) problems.push(missing(option.name, option, 'give it after --'));
  }
  words.push(...placeValues(manifest.name, places, rest, { context, values, problems }));
  return { words: [...fixed, ...words], values, problems };
}

function placeOptions(
  server: string,
  options: ReadonlyMap<string, NamedArgument>,
  context: LaunchContext,
  values: Map<string, string>,
): { words: Word[]; rest: string[]; seen: ReadonlySet<string>; problems: LaunchProblem[] } {
  const words: Word[] = [];
  const rest: string[] = [];
  const seen = new Set<string>();
  const problems: LaunchProblem[] = [];
  for (let index = 0; index < context.given.length; index++) {
    const word = context.given[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    const [name = '', ...behind] = word.split('=');
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
      if (behind.length > 0) problems.push({ message: `${name} takes no value`, remedy: `write ${name} alone` });
      words.push(given(name));
      continue;
    }
    const value = behind.length > 0 ? behind.join('=') : context.given[++index];
    // As a separate word, such a value would be read as another option.
    if (value === undefined || (behind.length === 0 && value.startsWith('-')))
      problems.push({ message: `${name} has no value`, remedy: `write ${name} <value>` });
    else {
      const accepted = accept(name, option, value, context, problems);
      values.set(placeholderName(name), accepted);
      words.push(...(accepted.startsWith('-') ? [`${name}=${accepted}`] : [name, accepted]).map(given));
    }
  }
  return { words, rest, seen, problems };
}

function placeValues(
  server: string,
  places: readonly PositionalArgument[],
  words: readonly string[],
  { context, values, problems }: Placing,
): Word[] {
  const rest = [...words];
  const placed: Word[] = [];
  for (const place of places) {
    const taken = place.repeated === true ? rest.splice(0) : rest.splice(0, 1);
    if (taken.length === 0 && place.default !== undefined) placed.push(preset(place.default));
    else if (taken.length === 0 && place.required === true)
      problems.push(missing(place.name, place, `give it after --`));
    const accepted = taken.map((value) => accept(place.name, place, value, context, problems));
    if (accepted[0] !== undefined) values.set(place.name, accepted[0]);
    placed.push(...accepted.map(given));
  }
  if (rest.length > 0)
    problems.push({
      message: `${server} takes ${places.length === 0 ? 'no words' : `only ${places.map(({ name }) => name).join(', ')}`} after --; there are ${rest.length} too many`,
      remedy: 'leave them out',
    });
  return placed;
}
