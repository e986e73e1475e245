/** The formats that an input of a server may ask for. Those of the MCP registry's server.json have the same names. */
import type { EnvironmentInput } from '../schemas/types.ts';

export type InputFormat = NonNullable<EnvironmentInput['format']>;

/** What a value must be, in words that follow "be". */
export const formatWords: Readonly<Record<InputFormat, string>> = {
  filepath: 'a path',
  number: 'a decimal number, such as 10 or 0.5',
  boolean: 'true or false',
};

/** Whether a value is what its format asks for. Every text can be a path. */
export function hasFormat(value: string, format: InputFormat | undefined): boolean {
  switch (format) {
    case 'number':
      return /^-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,100})?$/u.test(value);
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'filepath':
    case undefined:
      return true;
    default:
      return format satisfies never;
  }
}
