/** What a bundle asks its user for: the `user_config` of its manifest.json. */
import { isJsonObject } from '../../core/json.ts';

export interface BundleInput {
  readonly type: 'string' | 'number' | 'boolean' | 'directory' | 'file';
  readonly title?: string;
  readonly description?: string;
  readonly required: boolean;
  readonly isSecret: boolean;
  /** Whether the user may give several values. */
  readonly isRepeated: boolean;
  /** One word for each value. They may hold placeholders. */
  readonly defaults: readonly string[];
  /** Of a number. */
  readonly min?: number;
  readonly max?: number;
}

const types: ReadonlySet<unknown> = new Set(['string', 'number', 'boolean', 'directory', 'file']);
const isType = (type: unknown): type is BundleInput['type'] => types.has(type);

/** The inputs by their names. `refuse` throws what is wrong with them. */
export function readInputs(value: unknown, refuse: (why: string) => never): ReadonlyMap<string, BundleInput> {
  if (value === undefined) return new Map();
  if (!isJsonObject(value)) return refuse('has a user_config that is no object');
  return new Map(
    Object.entries(value).map(([name, option]) => {
      const shown = JSON.stringify(name.slice(0, 100));
      if (!isJsonObject(option)) return refuse(`asks for ${shown}, which is no object`);
      const { type, title, description, required, sensitive, multiple, min, max } = option;
      if (!isType(type)) return refuse(`asks for ${shown} of the unknown type ${JSON.stringify(type)?.slice(0, 100)}`);
      return [
        name,
        {
          type,
          ...(typeof title === 'string' && { title }),
          ...(typeof description === 'string' && { description }),
          required: required === true,
          isSecret: sensitive === true,
          isRepeated: multiple === true,
          defaults: wordsOf(option.default),
          ...(typeof min === 'number' && { min }),
          ...(typeof max === 'number' && { max }),
        },
      ];
    }),
  );
}

/** An empty default is none: a bundle writes it where it has nothing to say. */
const wordsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((each) => ['string', 'number', 'boolean'].includes(typeof each))
    .map(String)
    .filter((each) => each !== '');
