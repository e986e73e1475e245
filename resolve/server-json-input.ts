/** One input of a server.json: an argument, a variable or a header. */
import { formatWords, hasFormat, type InputFormat } from '../core/input-format.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { isExample, namesSecret } from './hint-names.ts';

export interface InputTraits {
  readonly secret: boolean;
  readonly required: boolean;
  readonly description?: string;
  readonly format?: InputFormat;
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** What a document says of an input, as far as a manifest can say it too. No value of a secret. */
export function traits(name: string, input: JsonObject): InputTraits {
  const secret = (input.isSecret ?? input.is_secret) === true || namesSecret(name);
  const format = formatOf(input.format);
  const choices = listed(input.choices).filter((choice) => hasFormat(choice, format));
  const preset = text(input.default);
  const isDefault =
    preset !== undefined &&
    !isExample(preset) &&
    hasFormat(preset, format) &&
    (choices.length === 0 || choices.includes(preset));
  return {
    ...{ secret, required: isRequired(input), ...described(input) },
    ...(format !== undefined && { format }),
    ...(!secret && isDefault && { default: preset }),
    ...(!secret && choices.length > 0 && { choices }),
  };
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.flatMap((each) => text(each) ?? []) : []);

export const isRequired = (input: JsonObject): boolean => (input.isRequired ?? input.is_required) === true;

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** In one line, and short enough for a manifest. */
const described = ({ description }: JsonObject): { readonly description?: string } => {
  const words = text(description)?.replaceAll(/\s+/gu, ' ').trim().slice(0, 300);
  return words === undefined || words === '' ? {} : { description: words };
};

const formatOf = (format: unknown): InputFormat | undefined =>
  typeof format === 'string' && Object.hasOwn(formatWords, format) ? (format as InputFormat) : undefined;

export const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
