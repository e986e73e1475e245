/** What `registry new` can be told beforehand: the options of the command line, and those of a draft. */
import { UsageError } from '../../core/failure.ts';
import { sourceKinds } from './source.ts';

/** Options with one value. */
const singleOptions = [
  'artefact',
  ...sourceKinds,
  'transport',
  'issuer',
  'version',
  'name',
  'description',
  'maintainer',
  'dataClassification',
  'lawfulBasis',
  'command',
] as const;
/** Options with several values. */
const listOptions = [
  'scope',
  'reviewer',
  'arg',
  'fixedArg',
  'env',
  'header',
  'host',
  'read',
  'write',
  'credentialSource',
  'credentialScope',
] as const;

type SingleOption = (typeof singleOptions)[number];
type ListOption = (typeof listOptions)[number];

export type NewOptions = Readonly<Partial<Record<SingleOption, string>>> &
  Readonly<Partial<Record<ListOption, readonly string[]>>>;

/** What of a command line or a draft is an option of this command; all else is left out. */
export function optionsIn(source: Readonly<Record<string, unknown>>): NewOptions {
  const isWord = (value: unknown): value is string => typeof value === 'string';
  const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isWord);
  return Object.fromEntries([
    ...singleOptions.filter((key) => isWord(source[key])).map((key) => [key, source[key]]),
    ...listOptions.filter((key) => isList(source[key])).map((key) => [key, source[key]]),
  ]) as NewOptions;
}

/**
 * The answers that options give, by the option of the question. `--fixed-arg` answers no question. `--env` is only a
 * part of its answer: it adds to what the package names.
 */
export function answersIn(options: NewOptions): Map<string, string> {
  const answers = new Map<string, string>();
  const give = (key: string, answer: string | undefined): void => {
    if (answer !== undefined) answers.set(nameOf(key), answer);
  };
  for (const key of singleOptions) give(key, options[key]);
  for (const key of ['scope', 'reviewer', 'arg', 'header', 'host', 'read', 'write'] as const)
    give(key, options[key]?.join(' '));
  for (const key of ['credentialSource', 'credentialScope'] as const)
    for (const words of options[key] ?? []) {
      const { variable, text } = /^\s*(?<variable>[\w.-]+)\s*:\s*(?<text>.*)$/su.exec(words)?.groups ?? {};
      if (variable === undefined || text === undefined)
        // The words are not repeated: somebody may have given the secret itself.
        throw new UsageError(
          `${nameOf(key)} does not begin with the name of a variable or header`,
          `write the variable, a colon and the text: ${nameOf(key)} 'NOTION_TOKEN: ${credentialExamples[key]}'`,
        );
      answers.set(credentialOption(key, variable), text.trim());
    }
  return answers;
}

export const credentialExamples = {
  credentialSource: 'The vault, under team/notion.',
  credentialScope: 'Read the pages of one team.',
} as const;

/** The option of the question about one variable or header: `--credential-source NOTION_TOKEN`. */
export const credentialOption = (key: keyof typeof credentialExamples, variable: string): string =>
  `${nameOf(key)} ${variable}`;

/** `dataClassification` → `--data-classification`; the artefact stands without an option. */
const nameOf = (key: string): string =>
  key === 'artefact' ? key : `--${key.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
