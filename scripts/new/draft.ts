/** What somebody has answered so far, in a file, so that the next run goes on from there. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { isJsonObject } from '../../core/json.ts';
import { maxConfigBytes } from '../../core/limits.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import { answersIn, optionsIn, type NewOptions } from './options.ts';

export interface Draft {
  /** Those of the command line, as they were given. */
  readonly options: NewOptions;
  /** By the option of the question. */
  readonly answers: ReadonlyMap<string, string>;
}

const remedy = 'give the file that `registry new` named, or leave --draft out';

/** @param file from `root`, where it is not absolute. @throws UsageError where it is no draft */
export function readDraft(root: string, file: string): Draft {
  const draft = parsed(root, file);
  if (!isJsonObject(draft) || !isJsonObject(draft.answers)) throw new UsageError(`${file} is no draft`, remedy);
  if (draft.schemaVersion !== 1)
    throw new UsageError(`${file} is a draft of another version of this program`, 'run the command without --draft');
  return {
    options: isJsonObject(draft.options) ? optionsIn(draft.options) : {},
    answers: new Map(
      Object.entries(draft.answers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}

function parsed(root: string, file: string): unknown {
  try {
    return JSON.parse(readRegularFile(resolve(root, file), maxConfigBytes).bytes.toString('utf8'));
  } catch (cause) {
    const why = systemCode(cause) === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read`;
    throw new UsageError(why, remedy, { cause });
  }
}

/**
 * Writes a draft at once, so that a program that ends now has written it.
 * @param file the draft that this run went on from; without it a new file is made
 * @returns the file, to be given to `--draft` in `root`
 * @throws Failure where the disk does not take it
 */
export function keepDraft(root: string, file: string | undefined, { options, answers }: Draft): string {
  const text = `${JSON.stringify({ schemaVersion: 1, options, answers: Object.fromEntries(answers) }, null, 2)}\n`;
  const folder = join(root, '.registry', 'drafts');
  const name = answers.get('--name') ?? options.name ?? 'new';
  // A name that was not checked yet could be any path.
  const plain = /^[a-z0-9-]{1,64}$/u.test(name) ? name : 'new';
  for (let number = 1; ; number++) {
    const path =
      file === undefined ? join(folder, `${plain}${number === 1 ? '' : `-${number}`}.json`) : resolve(root, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      // A new draft replaces no other.
      writeFileSync(path, text, { flag: file === undefined ? 'wx' : 'w', mode: 0o600 });
      return file ?? relative(root, path);
    } catch (error) {
      if (file !== undefined || systemCode(error) !== 'EEXIST') throw asDiskFailure(error, path);
    }
  }
}

/** What the options say and, where they say nothing, the draft: its answers before its options. */
export function goOn(
  draft: Draft | undefined,
  own: NewOptions,
): { readonly options: NewOptions; readonly given: ReadonlyMap<string, string> } {
  const given = new Map([...answersIn(draft?.options ?? {}), ...(draft?.answers ?? []), ...answersIn(own)]);
  // Everywhere else, too, --env adds to what is there.
  const variables = draft?.answers.get('--env');
  if (variables !== undefined && own.env !== undefined) given.set('--env', [variables, ...own.env].join(' ').trim());
  return { options: { ...draft?.options, ...own }, given };
}

export const removeDraft = (root: string, file: string): void => rmSync(resolve(root, file), { force: true });
