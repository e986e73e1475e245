/** What is suggested to the author of a manifest about one input. */
import type { InputFormat } from '../core/input-format.ts';

export interface VariableHint {
  readonly name: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly description?: string;
  readonly format?: InputFormat;
  readonly default?: string;
  readonly choices?: readonly string[];
}

export interface ArgumentHint {
  /** `--option` if it is given by name. */
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly format?: InputFormat;
  readonly default?: string;
  readonly choices?: readonly string[];
  /** Whether it may be given more than once. */
  readonly repeated?: true;
  /** A word that is always passed. */
  readonly fixed?: string;
}
