/** What the schema cannot say about one input of a server: an argument, a variable or a header. */
import { formatWords, hasFormat, type InputFormat } from './input-format.ts';
import type { Fault } from './problem.ts';

/** A place in a manifest. */
export type Path = readonly (string | number)[];

/** Takes a problem and its place. */
export type Report = (path: Path, fault: Fault) => void;

interface ValuedInput {
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly placeholder?: string;
  readonly format?: InputFormat;
}

/** The values that a manifest gives for an input must be such as the input takes. */
export function checkValues(
  path: Path,
  { default: preset, choices, placeholder, format }: ValuedInput,
  report: Report,
): void {
  if (preset !== undefined && choices !== undefined && !choices.includes(preset))
    report([...path, 'default'], {
      code: 'default-not-a-choice',
      message: `the default ${JSON.stringify(preset)} is not one of the choices`,
      remedy: `choose one of ${choices.join(', ')}`,
    });
  if (format === undefined) return;
  const values: (readonly [Path, string | undefined])[] = [
    [['default'], preset],
    [['placeholder'], placeholder],
    ...(choices ?? []).map((choice, index) => [['choices', index], choice] as const),
  ];
  for (const [field, value] of values)
    if (value !== undefined && !hasFormat(value, format))
      report([...path, ...field], {
        code: 'value-not-of-format',
        message: `${JSON.stringify(value)} is not ${formatWords[format]}`,
        remedy: 'write another value, or leave out the format',
      });
}
